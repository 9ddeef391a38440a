// Asks NVML for the values of one GPU's domains: one call for all that are fields. Allocates nothing.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_READING_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_READING_H_

#include <cstddef>
#include <span>

#include "meters/nvidia/nvml_api.h"
#include "os/clock.h"

namespace jouleprint::meters::nvml {

/// Which function is called.
enum class Call {
  kTotalEnergy,  ///< nvmlDeviceGetTotalEnergyConsumption: Volta and newer
  kField,        ///< nvmlDeviceGetFieldValues: one call for all fields of a GPU
  kPowerUsage,   ///< nvmlDeviceGetPowerUsage
};

/// How the value of one domain is asked for.
struct Source {
  Call call = Call::kTotalEnergy;
  unsigned field = 0;
  unsigned scope = 0;

  bool IsCounter() const { return call == Call::kTotalEnergy || field == kFieldTotalEnergy; }
};

/// A Grace module's GPU has this many: its own power, and the module's energy or power.
inline constexpr std::size_t kMostSources = 2;

/// Fills the counts or the watts of out[i], not its times or state. results[i] is what NVML said of it:
/// the call's code, or the field's own. All three have one size, at most kMostSources.
void AskGpu(const Api& api, Device device, std::span<const Source> sources, std::span<Reading> out,
            std::span<Return> results) noexcept;

/// Fills out[i] for sources[i], times and state too.
void ReadGpu(const Api& api, Device device, std::span<const Source> sources, const os::Clock& clock,
             std::span<Reading> out) noexcept;

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_READING_H_
