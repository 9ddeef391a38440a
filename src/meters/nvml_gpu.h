// One GPU behind NVML: how it can be measured, how sure that is, and the reading itself.
#ifndef JOULEPRINT_METERS_NVML_GPU_H_
#define JOULEPRINT_METERS_NVML_GPU_H_

#include <optional>
#include <string>

#include "meters/nvml_api.h"

namespace jouleprint::meters::nvml {

/// What is asked of a GPU, best first.
enum class Way {
  kEnergyCounter,  ///< nvmlDeviceGetTotalEnergyConsumption: Volta and newer
  kInstantPower,   ///< field 186
  kPowerUsage,     ///< nvmlDeviceGetPowerUsage
};

struct Gpu {
  unsigned index = 0;  ///< NVML's, which counts every GPU whatever CUDA_VISIBLE_DEVICES says
  Device device = nullptr;
  std::string name;  ///< "NVIDIA A100-SXM4-80GB"
  std::string uuid;  ///< finds the board again when indices have moved; empty when not known
  Way way = Way::kEnergyCounter;
  bool gone = false;
};

/// A GPU and its domain, or why it cannot be measured.
struct Probe {
  std::optional<Gpu> gpu;
  DomainInfo domain;
  Trouble trouble;                       ///< when there is no `gpu`
  std::optional<DroppedDomain> dropped;  ///< a counter of this GPU that must not be used
};

/// May allocate and be slow.
Probe ProbeGpu(const Api& api, unsigned index);

/// Fills the counts or the watts of `out`, not its times or state. Allocates nothing.
Return ReadGpu(const Api& api, const Gpu& gpu, Reading* out) noexcept;

/// Gets a fresh handle for a GPU that was lost. True when the same board answers again.
bool FindAgain(const Api& api, Gpu* gpu);

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVML_GPU_H_
