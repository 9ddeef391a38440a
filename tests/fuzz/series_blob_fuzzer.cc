// Any bytes: decoding a power series never crashes nor allocates beyond its input, and what was accepted
// is encoded as the same bytes.
#include <cstdint>
#include <cstdlib>

#include "record/series_blob.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const std::string_view blob(reinterpret_cast<const char*>(data), size);
  const Result<PowerSeries> series = record::DecodeSeries(blob);
  if (!series.ok()) return 0;
  const Result<std::string> again = record::EncodeSeries(*series);
  if (!again.ok() || *again != blob) std::abort();
  return 0;
}
