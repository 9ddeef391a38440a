// How busy all processors of the machine were during a run: the whole that the job's CPU time is a
// part of.
#ifndef JOULEPRINT_JOB_MACHINE_LOAD_H_
#define JOULEPRINT_JOB_MACHINE_LOAD_H_

#include <string>
#include <vector>

#include "jouleprint/units.h"
#include "meters/model/load_meter.h"
#include "os/file.h"

namespace jouleprint::job {

/// Reads proc/stat below the sysroot and, because the job runs on this kernel whatever the sysroot
/// says, the real one where a recorded machine's stands still.
class MachineLoad {
 public:
  explicit MachineLoad(const std::string& sysroot);
  void Begin();

  /// Busy time of all processors since Begin.
  Seconds Busy() const;

 private:
  struct Source {
    os::File file;
    meters::CpuTicks at_start;
  };
  std::vector<Source> sources_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_MACHINE_LOAD_H_
