// The processes of the machine and what they have used, from proc/.
//
// One look costs about 10 us per process. What starts and ends between two looks is not seen: whoever needs
// that asks a cgroup. Tested by tests/os/processes_test.cc.
#ifndef JOULEPRINT_OS_PROCESSES_H_
#define JOULEPRINT_OS_PROCESSES_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/units.h"
#include "os/sysroot.h"

namespace jouleprint::os {

struct ProcessUse {
  pid_t pid = 0;
  std::string name;              ///< as the kernel has it: 15 bytes of the program's name
  Seconds cpu_time{0};           ///< of itself and its threads since its start
  Seconds reaped_cpu_time{0};    ///< of its children that have ended and that it has waited for
  std::int64_t start_ticks = 0;  ///< tells it from a later process with the same number
};

/// Every process that proc/ shows to us, by number. Empty when there is no proc/.
std::vector<ProcessUse> ListProcesses(const Sysroot& sysroot);

/// Parses the content of proc/PID/stat. False when it makes no sense; `out` is then undefined.
bool ParseProcessStat(std::string_view text, ProcessUse* out);

/// The cgroup v2 path of a process ("/system.slice/docker-3f2a.scope"); on a hybrid machine the longest of
/// its v1 paths. "" when it is gone or not to be seen.
std::string CgroupPathOf(const Sysroot& sysroot, pid_t pid);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_PROCESSES_H_
