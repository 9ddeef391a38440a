// Following a job: every process it starts, however short-lived, and the CPU time they all used.
//
// In a cgroup of its own where one can be made; else as the adopter of orphans, by what ended
// children report and living descendants show.
#ifndef JOULEPRINT_JOB_TREE_H_
#define JOULEPRINT_JOB_TREE_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/units.h"
#include "os/cgroup.h"
#include "os/spawn.h"

namespace jouleprint::job {

class Tree {
 public:
  Tree();

  /// Pass to os::Spawn.
  int cgroup_fd() const { return cgroup_ ? cgroup_->fd() : -1; }
  /// "cgroup" or "process tree".
  std::string followed_by() const { return cgroup_ ? "cgroup" : "process tree"; }

  /// `in_cgroup` as os::Spawn said.
  void Started(pid_t main, pid_t helper, bool in_cgroup);
  /// Reaps whatever has ended. Returns the main process's exit status once it has.
  std::optional<int> Reap();
  /// CPU time of the job and all its descendants so far.
  Seconds CpuTime() const;
  /// A child of ours that is no part of the job has been started.
  void AddHelper(pid_t pid) { others_.push_back(pid); }
  /// Helpers that have ended since this was last asked, and their exit statuses.
  std::vector<std::pair<pid_t, int>> TakeEndedHelpers() { return std::exchange(ended_helpers_, {}); }

  /// To the main process, while it lives.
  void SignalMain(int number) const;
  /// To every process of the job.
  void SignalAll(int number) const;
  /// Has the whole job stand still: its cgroup is frozen, or each of its processes stopped.
  void Pause();
  void Resume();

  /// The job's processes that live now.
  std::vector<pid_t> Processes() const;
  /// Descendants that still run.
  int Living() const;

 private:
  std::optional<os::Cgroup> cgroup_;
  pid_t main_ = 0;
  std::vector<pid_t> others_;  // children that are no part of the job: the helper, and whom we had before
  std::optional<int> main_status_;
  std::vector<std::pair<pid_t, int>> ended_helpers_;
  bool frozen_ = false;  // as a cgroup
  Seconds reaped_{0};
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_TREE_H_
