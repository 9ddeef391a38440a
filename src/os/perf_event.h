// Counters of the kernel's perf subsystem, counted for a whole CPU and whoever runs there.
#ifndef JOULEPRINT_OS_PERF_EVENT_H_
#define JOULEPRINT_OS_PERF_EVENT_H_

#include <cstdint>
#include <string>

#include "jouleprint/result.h"
#include "os/file.h"

namespace jouleprint::os {

/// One event of one processor's perf unit (PMU).
struct PerfEvent {
  std::uint32_t type = 0;    ///< the unit, as its file `type` in sys/ says
  std::uint64_t config = 0;  ///< the event
  int cpu = 0;
};

/// Opens a counter that begins at 0 and runs until it is closed; close-on-exec. kNotPermitted without
/// CAP_PERFMON where kernel.perf_event_paranoid is above 0. To be read with a CountFile.
Result<File> OpenPerfEvent(const PerfEvent& event);

/// True when `path` lies in a sysfs, whatever it is mounted as: what it says is of the running kernel. A copy
/// of one, of a recorded machine, is plain files.
bool IsOfRunningKernel(const std::string& path);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_PERF_EVENT_H_
