#include "job/budget/tree_control.h"

#include "os/file.h"
#include "os/spawn.h"

namespace jouleprint::job {
namespace {

constexpr int kStandardError = 2;  // STDERR_FILENO, POSIX.1-2017

}  // namespace

Result<pid_t> TreeControl::Start(const std::vector<std::string>& words,
                                 const std::vector<std::string>& environment) {
  const Result<os::File> nothing = os::File::OpenForReading("/dev/null");
  os::SpawnFailure failure;
  bool in_cgroup = false;
  const pid_t pid = os::Spawn({.command = words,
                               .signal_mask = signal_mask_,
                               .stdout_fd = kStandardError,
                               .stdin_fd = nothing.ok() ? nothing->fd() : -1,
                               .more_environment = environment},
                              &failure, &in_cgroup);
  if (pid == 0) return Error{ErrorCode::kNotPresent, failure.message, {}};
  tree_.AddHelper(pid);
  return pid;
}

pid_t TreeControl::own_pid() const { return os::OwnPid(); }

}  // namespace jouleprint::job
