// Layouts: struct gpu_metrics_v1_0 to v1_5 of drivers/gpu/drm/amd/include/kgd_pp_interface.h, Linux 6.12.
// They begin with u16 size, u8 format, u8 content; numbers are little-endian on every machine that has such
// a GPU driver. Tested by tests/meters/amd/gpu_metrics_test.cc and tests/fuzz/gpu_metrics_fuzzer.cc.
#include "meters/amd/gpu_metrics.h"

#include <algorithm>
#include <array>

namespace jouleprint::meters {
namespace {

constexpr std::size_t kHeaderBytes = 4;

struct Layout {
  unsigned content;
  std::size_t power_at;  // u16
  std::size_t energy_at;
  std::size_t energy_bytes;
};

// Format 1. Content 6 and later move the fields again: what is not in the table is not read.
constexpr std::array<Layout, 6> kLayouts{{
    {0, 34, 36, 4},
    {1, 22, 24, 8},
    {2, 22, 24, 8},
    {3, 22, 24, 8},
    {4, 10, 24, 8},
    {5, 10, 88, 8},
}};
static_assert(kLayouts.back().energy_at + kLayouts.back().energy_bytes <= kGpuMetricsBytes);

std::uint64_t LittleEndian(std::string_view table, std::size_t at, std::size_t bytes) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = bytes; i > 0; --i)
    number = number << 8 | static_cast<unsigned char>(table[at + i - 1]);
  return number;
}

std::optional<std::uint64_t> Field(std::string_view table, std::size_t at, std::size_t bytes) noexcept {
  if (at + bytes > table.size()) return std::nullopt;
  const std::uint64_t number = LittleEndian(table, at, bytes);
  const std::uint64_t all_ones = ~std::uint64_t{0} >> (64 - 8 * bytes);
  return number == all_ones ? std::nullopt : std::optional(number);
}

}  // namespace

std::optional<GpuMetrics> ParseGpuMetrics(std::string_view table) noexcept {
  if (table.size() < kHeaderBytes) return std::nullopt;
  const std::size_t size = LittleEndian(table, 0, 2);
  if (size < kHeaderBytes || table.size() < std::min(size, kGpuMetricsBytes)) return std::nullopt;
  table = table.substr(0, std::min(size, table.size()));
  GpuMetrics metrics;
  metrics.format = static_cast<unsigned char>(table[2]);
  metrics.content = static_cast<unsigned char>(table[3]);
  if (metrics.format != 1) return metrics;
  for (const Layout& layout : kLayouts) {
    if (layout.content != metrics.content) continue;
    metrics.energy = Field(table, layout.energy_at, layout.energy_bytes);
    if (const auto watts = Field(table, layout.power_at, 2)) metrics.power_w = static_cast<unsigned>(*watts);
  }
  return metrics;
}

}  // namespace jouleprint::meters
