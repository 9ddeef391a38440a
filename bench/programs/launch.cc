// Runs one command and says what it cost, as seen from outside.
//
//   bench_launch REPORT COMMAND [ARGS...]
//
// REPORT gets one line of JSON. The exit status is the command's. It does nothing but start, wait and
// write, so a launch inside a launch is the floor of what any wrapper of commands costs. It exists
// because a child that Python starts inherits Python's peak memory in ru_maxrss (exec keeps the
// high-water mark, fs/exec.c), and this program is far smaller than anything that it measures.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

constexpr int kCannotRun = 127;
constexpr int kSignalBase = 128;

// The clock that the made-up machine's joules are a function of.
std::int64_t BootNs() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

double ToSeconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

int ExitStatus(int status) {
  return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_launch REPORT COMMAND [ARGS...]\n");
    return 2;
  }
  const int report = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (report < 0) {
    std::fprintf(stderr, "bench_launch: cannot write %s: %s\n", argv[1], std::strerror(errno));
    return kCannotRun;
  }
  pid_t pid = 0;
  const std::int64_t start_ns = BootNs();
  const int error = posix_spawnp(&pid, argv[2], nullptr, nullptr, argv + 2, environ);
  if (error != 0) {
    std::fprintf(stderr, "bench_launch: cannot run %s: %s\n", argv[2], std::strerror(error));
    return kCannotRun;
  }
  int status = 0;
  rusage usage{};
  while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  const std::int64_t end_ns = BootNs();
  // One write and out: whoever measures this program as its job sees hardly more than was timed.
  char line[320];
  const int length = std::snprintf(
      line, sizeof line,
      "{\"start_boot_ns\": %lld, \"end_boot_ns\": %lld, \"wall_s\": %.9f, \"cpu_s\": %.6f, "
      "\"peak_rss_kib\": %ld, \"exit_status\": %d}\n",
      static_cast<long long>(start_ns), static_cast<long long>(end_ns),
      static_cast<double>(end_ns - start_ns) * 1e-9, ToSeconds(usage.ru_utime) + ToSeconds(usage.ru_stime),
      usage.ru_maxrss, ExitStatus(status));
  _exit(write(report, line, static_cast<std::size_t>(length)) == length ? ExitStatus(status) : kCannotRun);
}
