// The table that amdgpu shows as the file gpu_metrics: what kind of GPU it is of, and its energy counter.
#ifndef JOULEPRINT_METERS_AMD_GPU_METRICS_H_
#define JOULEPRINT_METERS_AMD_GPU_METRICS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jouleprint::meters {

/// As many bytes of the table as are ever looked at.
inline constexpr std::size_t kGpuMetricsBytes = 96;
/// One count of `energy`: "15.259uJ (2^-16) units" (kgd_pp_interface.h, Linux 6.12).
inline constexpr double kJoulesPerGpuMetricsCount = 1.0 / 65536;

struct GpuMetrics {
  unsigned format = 0;   ///< 1: a graphics card or an accelerator; 2 and 3: an APU
  unsigned content = 0;  ///< the layout within the format
  /// Counts since the driver was loaded. Absent: a layout that has none or is not known, or all ones, which
  /// is how the driver says that it does not know.
  std::optional<std::uint64_t> energy;
  /// Watts, likewise.
  std::optional<unsigned> power_w;

  bool IsApu() const { return format == 2 || format == 3; }
};

/// Nothing when `table` is too short for its own header or its length says otherwise than it. Allocates
/// nothing. `table` may be cut off after kGpuMetricsBytes.
std::optional<GpuMetrics> ParseGpuMetrics(std::string_view table) noexcept;

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_AMD_GPU_METRICS_H_
