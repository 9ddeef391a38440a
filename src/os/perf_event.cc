// perf_event_open(2). Tested by tests/os/perf_event_test.cc with an event that every kernel has.
#include "os/perf_event.h"

#include <linux/magic.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

namespace jouleprint::os {

Result<File> OpenPerfEvent(const PerfEvent& event) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  constexpr int kEveryProcess = -1;
  constexpr int kNoGroup = -1;
  // glibc has no wrapper for it.
  const long fd =
      ::syscall(SYS_perf_event_open, &attributes, kEveryProcess, event.cpu, kNoGroup, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) {
    return SystemError(errno, "cannot open perf event " + std::to_string(event.config) + " of unit " +
                                  std::to_string(event.type) + " on CPU " + std::to_string(event.cpu));
  }
  return File(static_cast<int>(fd));
}

bool IsOfRunningKernel(const std::string& path) {
  struct statfs info {};
  return ::statfs(path.c_str(), &info) == 0 && info.f_type == SYSFS_MAGIC;
}

}  // namespace jouleprint::os
