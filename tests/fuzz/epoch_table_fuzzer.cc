// Any bytes as a file of epochs: read or refused with a remedy, and what was read has a total that is no less
// than what was used.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "forecast/epoch_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<forecast::EpochTable> table = forecast::ReadEpochText(text, "fuzzed");
  if (!table.ok()) {
    if (table.error().message.empty() || table.error().hint.empty()) std::abort();
    return 0;
  }
  const std::int64_t seen = forecast::TrainingUnits(table->units);
  const Result<PredictedTotal> total = PredictTotal(table->units, 2 * seen + 1);
  if (!total.ok()) std::abort();
  const Estimate& time = total->duration_s;
  if (!std::isfinite(time.high) || time.low < total->used_s || time.value < time.low ||
      time.high < time.value)
    std::abort();
  if (total->energy_kwh.has_value() != table->why_no_energy.empty()) std::abort();
  return 0;
}
