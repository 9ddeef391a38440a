#include "os/spawn.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>
#include <system_error>

#include "os/file.h"
#include "os/processes.h"

namespace jouleprint::os {
namespace {

constexpr int kNotFoundStatus = 127;
constexpr int kNotExecutableStatus = 126;
constexpr int kSignalBase = 128;
// What a child reports before exec, beside an errno.
constexpr int kNotInCgroup = -1;

Seconds ToSeconds(const timeval& t) {
  return Seconds{static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6};
}

// fork(2), but straight into a cgroup (clone3(2), Linux 5.7): moving a process later waits for a
// grace period of the kernel, milliseconds long. -1 where that is not to be had.
pid_t ForkInto(int cgroup_fd) {
  if (cgroup_fd < 0) return -1;
  clone_args args{};
  args.flags = CLONE_INTO_CGROUP;
  args.exit_signal = SIGCHLD;
  args.cgroup = static_cast<__u64>(cgroup_fd);
  return static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof args));
}

std::vector<char*> ArgumentsOf(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

// Ours, but for the names that `more` gives.
std::vector<char*> EnvironmentWith(const std::vector<std::string>& more) {
  std::vector<char*> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view name = std::string_view(*entry).substr(0, std::string_view(*entry).find('='));
    const bool replaced = std::any_of(more.begin(), more.end(), [&](const std::string& m) {
      return m.size() > name.size() && m.starts_with(name) && m[name.size()] == '=';
    });
    if (!replaced) environment.push_back(*entry);
  }
  for (const std::string& entry : more) environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);
  return environment;
}

void Report(int report_fd, int what) {
  const ssize_t ignored = ::write(report_fd, &what, sizeof what);
  static_cast<void>(ignored);
}

// Older kernels, and sandboxes that know no clone3, let a process move itself.
bool MoveInto(int cgroup_fd) {
  const int procs = ::openat(cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (procs < 0) return false;
  const bool moved = ::write(procs, "0", 1) == 1;
  ::close(procs);
  return moved;
}

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void BecomeCommand(const SpawnRequest& request, char* const* arguments, char* const* environment,
                                int report_fd, bool move) {
  if (move && !MoveInto(request.cgroup_fd)) Report(report_fd, kNotInCgroup);
  if (request.stdin_fd >= 0) ::dup2(request.stdin_fd, STDIN_FILENO);
  if (request.stdout_fd >= 0) ::dup2(request.stdout_fd, STDOUT_FILENO);
  if (request.stderr_fd >= 0) ::dup2(request.stderr_fd, STDERR_FILENO);
  if (request.ignore_child_signal) ::signal(SIGCHLD, SIG_IGN);
  ::sigprocmask(SIG_SETMASK, &request.signal_mask, nullptr);
  ::execvpe(arguments[0], arguments, environment);
  Report(report_fd, errno);
  ::_exit(kNotExecutableStatus);
}

// A folder on PATH that may not be entered makes exec say EACCES of a command that is nowhere.
bool IsOnPath(const std::string& command) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (Exists((folder.empty() ? "." : folder) + "/" + command)) return true;
  }
  return false;
}

SpawnFailure FailureOf(const std::string& command, int error) {
  const bool looked_for = command.find('/') == std::string::npos;
  if (error == EACCES && looked_for && !IsOnPath(command)) error = ENOENT;
  const bool not_found = error == ENOENT || error == ENOTDIR;
  return {not_found ? kNotFoundStatus : kNotExecutableStatus,
          "cannot run '" + command +
              "': " + (error == ENOENT ? "no such command" : std::generic_category().message(error))};
}

// 0 once the command runs: exec closes the pipe.
int ReadReport(int report_fd) {
  int what = 0;
  ssize_t n = 0;
  while ((n = ::read(report_fd, &what, sizeof what)) < 0 && errno == EINTR) {
  }
  return n == static_cast<ssize_t>(sizeof what) ? what : 0;
}

std::optional<ProcessUse> ReadProcess(pid_t pid) {
  const Result<std::string> text = ReadFile("/proc/" + std::to_string(pid) + "/stat");
  ProcessUse process;
  if (!text.ok() || !ParseProcessStat(*text, &process)) return std::nullopt;
  return process;
}

Seconds CpuTimeBy(int whose) {
  rusage usage{};
  ::getrusage(whose, &usage);
  return ToSeconds(usage.ru_utime) + ToSeconds(usage.ru_stime);
}

std::vector<pid_t> ChildrenOf(pid_t pid) {
  std::vector<pid_t> found;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const std::string& thread : ListDirectory(tasks).value_or({})) {
    const std::string file = std::string(tasks).append("/").append(thread).append("/children");
    std::istringstream children(ReadFile(file).value_or(""));
    for (pid_t child = 0; children >> child;) found.push_back(child);
  }
  return found;
}

void AddDescendants(pid_t pid, const std::vector<pid_t>& except, Seconds* total, int* count) {
  for (const pid_t child : ChildrenOf(pid)) {
    if (std::find(except.begin(), except.end(), child) != except.end()) continue;
    const std::optional<ProcessUse> process = ReadProcess(child);
    if (!process) continue;
    *total += process->cpu_time + process->reaped_cpu_time;
    ++*count;
    AddDescendants(child, except, total, count);
  }
}

void ListDescendants(pid_t pid, const std::vector<pid_t>& except, std::vector<pid_t>* pids) {
  for (const pid_t child : ChildrenOf(pid)) {
    if (std::find(except.begin(), except.end(), child) != except.end()) continue;
    pids->push_back(child);
    ListDescendants(child, except, pids);
  }
}

}  // namespace

pid_t Spawn(const SpawnRequest& request, SpawnFailure* failure, bool* in_cgroup) {
  const std::vector<char*> arguments = ArgumentsOf(request.command);
  const std::vector<char*> environment = EnvironmentWith(request.more_environment);
  int report[2];
  if (::pipe2(report, O_CLOEXEC) < 0) {
    *failure = {kNotExecutableStatus, SystemError(errno, "cannot start a process").message};
    return 0;
  }
  const File report_read(report[0]);
  File report_write(report[1]);
  pid_t pid = ForkInto(request.cgroup_fd);
  const bool move = pid < 0 && request.cgroup_fd >= 0;
  if (pid < 0) pid = ::fork();
  if (pid == 0) BecomeCommand(request, arguments.data(), environment.data(), report_write.fd(), move);
  if (pid < 0) {
    *failure = {kNotExecutableStatus, SystemError(errno, "cannot start a process").message};
    return 0;
  }
  report_write.Close();
  *in_cgroup = request.cgroup_fd >= 0;
  int error = ReadReport(report_read.fd());
  if (error == kNotInCgroup) {
    *in_cgroup = false;
    error = ReadReport(report_read.fd());
  }
  if (error == 0) return pid;
  ::waitpid(pid, nullptr, 0);
  *failure = FailureOf(request.command.front(), error);
  return 0;
}

void AdoptOrphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::optional<EndedChild> ReapOne() {
  int status = 0;
  rusage usage{};
  const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
  if (pid <= 0) return std::nullopt;
  const int exit_status = WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
  return EndedChild{pid, exit_status, ToSeconds(usage.ru_utime) + ToSeconds(usage.ru_stime)};
}

std::vector<pid_t> Children() { return ChildrenOf(::getpid()); }

Seconds CpuTimeOfLivingDescendants(const std::vector<pid_t>& except, int* count) {
  Seconds total{0};
  *count = 0;
  AddDescendants(::getpid(), except, &total, count);
  return total;
}

std::vector<pid_t> LivingDescendants(const std::vector<pid_t>& except) {
  std::vector<pid_t> pids;
  ListDescendants(::getpid(), except, &pids);
  return pids;
}

Seconds OwnCpuTime() { return CpuTimeBy(RUSAGE_SELF); }

Seconds ReapedCpuTime() { return CpuTimeBy(RUSAGE_CHILDREN); }

Seconds CpuTimeOfProcess(pid_t pid) {
  const std::optional<ProcessUse> process = ReadProcess(pid);
  return process ? process->cpu_time + process->reaped_cpu_time : Seconds{0};
}

pid_t OwnPid() { return ::getpid(); }

void SendSignal(pid_t pid, int number) { ::kill(pid, number); }

std::int64_t ProcessStart(pid_t pid) {
  const std::optional<ProcessUse> process = ReadProcess(pid);
  return process ? process->start_ticks : 0;
}

}  // namespace jouleprint::os
