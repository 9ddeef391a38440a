// One AMD GPU as the kernel shows it: what it is, and which of its figures can be trusted.
#ifndef JOULEPRINT_METERS_AMD_AMD_GPU_DEVICE_H_
#define JOULEPRINT_METERS_AMD_AMD_GPU_DEVICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "meters/amd/gpu_metrics.h"
#include "meters/meter.h"
#include "meters/sysfs/hwmon.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

enum class AmdKind {
  kCard,    ///< a graphics card or an accelerator of its own
  kApu,     ///< graphics in the processor: its power includes the CPU's
  kModule,  ///< MI300A: CPU, GPU and memory in one socket
};

struct AmdGpu {
  std::string address;  ///< PCI, lower case; "" where the bus is not told
  std::uint32_t device_id = 0;
  AmdKind kind = AmdKind::kCard;
  int number = 0;  ///< among those of its kind, in the order of their addresses
  HwmonChip chip;
  std::string metrics_path;  ///< "" where there is no gpu_metrics
  std::optional<GpuMetrics> metrics;
  std::string power_file;  ///< powerN_* of the chip that reads; "" where none does
  bool power_not_permitted = false;
  bool second_die = false;  ///< of an MI250: the first reports both

  std::string DomainName() const;  ///< "amd-gpu-0", "apu-0"
  Scope ScopeOfIt() const;
};

/// Every chip "amdgpu", in the order of their addresses.
std::vector<AmdGpu> FindAmdGpus(const Machine& machine);

/// kCard or kModule, by the PCI id alone.
AmdKind KindOfAmdDevice(std::uint32_t device_id);

/// Why the energy counter of such a GPU must not be used; "" when it may.
std::string WhyNoAmdCounter(std::uint32_t device_id);

/// What the figures of all ways have in common: name, scope, limit, error.
DomainInfo DescribeAmdGpu(const AmdGpu& gpu);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_AMD_AMD_GPU_DEVICE_H_
