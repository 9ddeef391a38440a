#include "job/tree.h"

#include <signal.h>

#include <algorithm>
#include <iterator>

namespace jouleprint::job {
namespace {

std::optional<os::Cgroup> MakeCgroup() {
  os::RemoveForsakenCgroups();
  Result<os::Cgroup> cgroup = os::Cgroup::Create();
  if (!cgroup.ok()) return std::nullopt;
  return std::move(*cgroup);
}

}  // namespace

// A shell that started a child and then became us by exec left that child to us.
Tree::Tree() : cgroup_(MakeCgroup()), others_(os::Children()) { os::AdoptOrphans(); }

void Tree::Started(pid_t main, pid_t helper, bool in_cgroup) {
  if (!in_cgroup) cgroup_.reset();
  main_ = main;
  if (helper != 0) others_.push_back(helper);
}

std::optional<int> Tree::Reap() {
  while (const auto ended = os::ReapOne()) {
    if (const auto other = std::find(others_.begin(), others_.end(), ended->pid); other != others_.end()) {
      ended_helpers_.emplace_back(ended->pid, ended->exit_status);
      // Its number may be a process of the job's next.
      others_.erase(other);
      continue;
    }
    reaped_ += ended->cpu_time;
    if (ended->pid == main_) main_status_ = ended->exit_status;
  }
  return main_status_;
}

Seconds Tree::CpuTime() const {
  if (cgroup_) {
    const Result<Seconds> used = cgroup_->CpuTime();
    if (used.ok()) return *used;
  }
  int count = 0;
  return reaped_ + os::CpuTimeOfLivingDescendants(others_, &count);
}

std::vector<pid_t> Tree::Processes() const {
  return cgroup_ ? cgroup_->Processes() : os::LivingDescendants(others_);
}

void Tree::SignalMain(int number) const {
  if (!main_status_) os::SendSignal(main_, number);
}

// A process that forks while we look at its tree has a child that the look did not show.
void Tree::SignalAll(int number) const {
  constexpr int kMostLooks = 10;
  std::vector<pid_t> reached;
  for (int look = 0; look < kMostLooks; ++look) {
    std::vector<pid_t> found = Processes();
    std::sort(found.begin(), found.end());
    std::vector<pid_t> missed;
    std::set_difference(found.begin(), found.end(), reached.begin(), reached.end(),
                        std::back_inserter(missed));
    if (missed.empty()) return;
    for (const pid_t pid : missed) os::SendSignal(pid, number);
    reached.insert(reached.end(), missed.begin(), missed.end());
    std::sort(reached.begin(), reached.end());
  }
}

void Tree::Pause() {
  frozen_ = cgroup_ && cgroup_->Freeze(true).ok();
  if (!frozen_) SignalAll(SIGSTOP);
}

void Tree::Resume() {
  if (frozen_) {
    frozen_ = !cgroup_->Freeze(false).ok();
  } else {
    SignalAll(SIGCONT);
  }
}

int Tree::Living() const {
  int count = 0;
  os::CpuTimeOfLivingDescendants(others_, &count);
  return count;
}

}  // namespace jouleprint::job
