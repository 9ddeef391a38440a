// Intel graphics cards by the energy counters of the i915 and xe drivers.
#ifndef JOULEPRINT_METERS_SYSFS_INTEL_GPU_H_
#define JOULEPRINT_METERS_SYSFS_INTEL_GPU_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Graphics in the processor is no card: its energy is in the processor's own counter, and nothing is said of
/// it where that is all there is.
Discovery DiscoverIntelGpu(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_INTEL_GPU_H_
