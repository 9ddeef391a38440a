// A job of many short children, which knows how much processor time they used.
//
//   bench_children REPORT COUNT SECONDS
//
// Starts COUNT children one after the other; each works for SECONDS of processor time. REPORT gets one
// line of JSON: the sum of the children's own usage as wait4 gives it, and the parent's own.
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

double ToSeconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

double CpuSeconds(const rusage& usage) { return ToSeconds(usage.ru_utime) + ToSeconds(usage.ru_stime); }

double OwnCpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_children REPORT COUNT SECONDS\n");
    return 2;
  }
  const int count = std::atoi(argv[2]);
  const double seconds = std::atof(argv[3]);
  double children_cpu_s = 0;
  for (int i = 0; i < count; ++i) {
    const pid_t pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) {
      while (OwnCpuSeconds() < seconds) {
      }
      _exit(0);
    }
    rusage usage{};
    if (wait4(pid, nullptr, 0, &usage) != pid) return 1;
    children_cpu_s += CpuSeconds(usage);
  }
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  std::FILE* report = std::fopen(argv[1], "w");
  if (report == nullptr) return 1;
  std::fprintf(report, "{\"children_cpu_s\": %.6f, \"own_cpu_s\": %.6f}\n", children_cpu_s, CpuSeconds(own));
  std::fclose(report);
  return 0;
}
