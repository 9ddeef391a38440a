// Any bytes as CodeCarbon's file: refused with a remedy, or runs that a store may take and whose JSON reads
// back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "record/import/codecarbon_csv.h"
#include "record/json.h"
#include "record/plausible.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<std::vector<RunRecord>> runs = record::ReadCodeCarbonCsv(text, "fuzzed");
  if (!runs.ok()) {
    if (runs.error().message.empty() || runs.error().hint.empty()) std::abort();
    return 0;
  }
  if (runs->empty() || !record::IsCodeCarbonCsv(text)) std::abort();
  for (const RunRecord& run : *runs) {
    if (!record::CheckPlausible(run).ok()) std::abort();
    if (!record::FromJson(record::ToJson(run)).ok()) std::abort();
  }
  return 0;
}
