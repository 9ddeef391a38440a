// Starting a command, and waiting for it and for the orphans it leaves.
#ifndef JOULEPRINT_OS_SPAWN_H_
#define JOULEPRINT_OS_SPAWN_H_

#include <signal.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::os {

struct SpawnRequest {
  const std::vector<std::string>& command;
  const sigset_t& signal_mask;       ///< for the command
  bool ignore_child_signal = false;  ///< it is to find SIGCHLD ignored
  int cgroup_fd = -1;                ///< >= 0: start it there
  int stdout_fd = -1;                ///< >= 0: its standard output; else ours
  int stderr_fd = -1;
  int stdin_fd = -1;
  std::vector<std::string> more_environment{};  ///< "NAME=VALUE", besides ours and instead of ours
};

struct SpawnFailure {
  int exit_status = 126;  ///< as shells have it: 127 not found, 126 not executable
  std::string message;
};

/// The command runs in our process group, with our environment, folder and streams, but for what is asked.
/// Other threads may be there: between fork and exec nothing is done that they could have half done.
/// `failure` is set, and 0 returned, when it could not be started. `in_cgroup` says whether it is in the
/// cgroup that was asked for: it runs also where it cannot be.
pid_t Spawn(const SpawnRequest& request, SpawnFailure* failure, bool* in_cgroup);

/// A child that ended.
struct EndedChild {
  pid_t pid = 0;
  int exit_status = 0;  ///< 128+N for signal N
  Seconds cpu_time{0};  ///< of it and of all descendants that it waited for
};

/// From now on orphaned descendants become our children.
void AdoptOrphans();
/// The next child that has ended; nothing when none has.
std::optional<EndedChild> ReapOne();
/// The children that this process has now.
std::vector<pid_t> Children();
/// CPU time so far of our living descendants, themselves and those they waited for, but for the children
/// in `except` and theirs. `count` gets how many there are.
Seconds CpuTimeOfLivingDescendants(const std::vector<pid_t>& except, int* count);
/// Our living descendants, but for the children in `except` and theirs.
std::vector<pid_t> LivingDescendants(const std::vector<pid_t>& except);
/// CPU time of this process alone.
Seconds OwnCpuTime();
/// CPU time of the children that have ended and were waited for, and of those that they waited for.
Seconds ReapedCpuTime();
/// CPU time of a process and of those that it waited for; 0 when it is gone.
Seconds CpuTimeOfProcess(pid_t pid);
pid_t OwnPid();
void SendSignal(pid_t pid, int number);

/// The start of a process in clock ticks since boot (field 22 of /proc/PID/stat); 0 when it is gone.
std::int64_t ProcessStart(pid_t pid);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_SPAWN_H_
