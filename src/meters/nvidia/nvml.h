// NVIDIA GPUs through libnvidia-ml.so.1, opened with dlopen: no build dependency, no start-up cost
// where there is none.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Looks for the library at `machine.nvml_library` when that is not empty (JOULEPRINT_NVML), else by its
/// soname. Every GPU gives one domain "gpu-N": its energy counter where it has one (Volta and newer),
/// else its power reading as a gauge. A library that is there and cannot be used is told apart by its
/// return code (driver not loaded, no permission, version mismatch), with the remedy.
Discovery DiscoverNvml(const Machine& machine);

/// "NVIDIA A100-SXM4-80GB", ... of the GPUs behind a meter that DiscoverNvml made; empty for others.
std::vector<std::string> GpuNames(const Meter& meter);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_H_
