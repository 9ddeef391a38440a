// A gpu_metrics table as amdgpu fills it: a header, power and energy at their places, the rest all ones.
#ifndef JOULEPRINT_TESTS_SUPPORT_GPU_METRICS_TABLE_H_
#define JOULEPRINT_TESTS_SUPPORT_GPU_METRICS_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace jouleprint::testing {

inline std::string GpuMetricsTable(unsigned format, unsigned content, std::uint64_t energy,
                                   unsigned power_w) {
  constexpr std::size_t kBytes = 264;  // sizeof(struct gpu_metrics_v1_5), near enough
  std::string table(kBytes, '\xff');
  const auto put = [&table](std::size_t at, std::size_t bytes, std::uint64_t number) {
    for (std::size_t i = 0; i < bytes; ++i) table[at + i] = static_cast<char>(number >> (8 * i));
  };
  put(0, 2, kBytes);
  put(2, 1, format);
  put(3, 1, content);
  put(content == 0 ? 34 : content < 4 ? 22 : 10, 2, power_w);
  put(content == 0 ? 36 : content == 5 ? 88 : 24, content == 0 ? 4 : 8, energy);
  return table;
}

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_GPU_METRICS_TABLE_H_
