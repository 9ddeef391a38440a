// Any bytes for a gpu_metrics table: nothing is read beyond its end, an APU has no counter, and what was
// taken was not all ones. The input is copied, so that a read beyond it is seen.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "meters/amd/gpu_metrics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::meters;
  const std::vector<char> copy(data, data + size);
  const auto metrics = ParseGpuMetrics({copy.data(), copy.size()});
  if (!metrics) return 0;
  if (size < 4) std::abort();
  if (metrics->IsApu() && metrics->energy) std::abort();
  if (metrics->energy == ~std::uint64_t{0}) std::abort();
  if (metrics->energy && size < 32) std::abort();
  return 0;
}
