// AMD GPUs through AMD SMI or ROCm SMI; the part of amd_gpu that calls a library.
#ifndef JOULEPRINT_METERS_AMD_AMD_SMI_METER_H_
#define JOULEPRINT_METERS_AMD_AMD_SMI_METER_H_

#include <string>
#include <vector>

#include "meters/amd/amd_gpu_device.h"
#include "meters/meter.h"
#include "meters/sysfs/pci_devices.h"

namespace jouleprint::meters {

/// `known`: what the driver's files show of each GPU; `present`: the AMD GPUs on the PCI bus; `with_counter`:
/// addresses that need nothing more. Of a GPU whose power the files give, only a counter is taken.
Discovery DiscoverAmdSmi(const std::string& library, const std::vector<AmdGpu>& known,
                         const std::vector<PciDevice>& present, const std::vector<std::string>& with_counter);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_AMD_AMD_SMI_METER_H_
