// AMD GPUs: by the files of the amdgpu driver, and by AMD's own library where those give no counter.
//
// A card's energy counter is preferred where it can be trusted, else its power is integrated. What measures
// something else than a card says so in its scope: an APU's power has the CPU in it, an MI300A's everything.
#ifndef JOULEPRINT_METERS_AMD_AMD_GPU_H_
#define JOULEPRINT_METERS_AMD_AMD_GPU_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// `machine.amd_smi_library` names AMD SMI or ROCm SMI; empty: by soname, on the machine that we run on only.
Discovery DiscoverAmdGpu(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_AMD_AMD_GPU_H_
