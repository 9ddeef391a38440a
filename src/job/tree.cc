#include "job/tree.h"

#include <algorithm>

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
    if (std::find(others_.begin(), others_.end(), ended->pid) != others_.end()) continue;
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

int Tree::Living() const {
  int count = 0;
  os::CpuTimeOfLivingDescendants(others_, &count);
  return count;
}

}  // namespace jouleprint::job
