// Any bytes as a kept month of intensities: refused, or values that encode to as many bytes again.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "record/series_month.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const std::string_view blob(reinterpret_cast<const char*>(data), size);
  const Result<std::vector<double>> values = record::DecodeSteps(blob);
  if (!values.ok()) return 0;
  for (const double value : *values) {
    if (value < 0 || std::isinf(value)) std::abort();
  }
  const IntensitySeries series({"FR", "average", "fuzzed"}, UtcTime{}, Seconds{3600}, *values);
  if (record::EncodeSteps(series).size() != size) std::abort();
  return 0;
}
