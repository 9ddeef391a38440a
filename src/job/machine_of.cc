#include "job/machine_of.h"

namespace jouleprint::job {

meters::CatalogOptions MachineOf(const RunOptions& options) {
  meters::CatalogOptions wanted;
  wanted.machine.sysroot = os::Sysroot(options.sysroot);
  wanted.machine.nvml_library = options.nvml_library;
  wanted.machine.amd_smi_library = options.amd_smi_library;
  wanted.machine.gains = options.gains;
  wanted.machine.wattmeters = options.wattmeters;
  if (options.cpu_idle_power && options.cpu_max_power) {
    wanted.machine.cpu_power = meters::PowerPoints{*options.cpu_idle_power, *options.cpu_max_power};
  }
  wanted.boundary = static_cast<meters::Boundary>(options.boundary);
  return wanted;
}

}  // namespace jouleprint::job
