// Any bytes as an outlook: read or refused, and what was read has a value or a gap for every step of every
// series.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "jouleprint/outlook_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Outlook> outlook = ReadOutlookText(text, "fuzzed", "FR");
  if (!outlook.ok()) {
    if (outlook.error().message.empty() || outlook.error().hint.empty()) std::abort();
    return 0;
  }
  if (outlook->names.empty() || outlook->names.size() != outlook->values.size()) std::abort();
  for (const auto& series : outlook->values) {
    if (series.empty() || series.size() != outlook->values[0].size()) std::abort();
    for (const double value : series) {
      if (std::isinf(value)) std::abort();
    }
  }
  return 0;
}
