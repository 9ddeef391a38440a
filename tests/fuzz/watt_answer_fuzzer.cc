// Any answer of a plug or a home server: a sample or a sentence, whatever is asked of it. The first byte is
// the channel, the second the length of the JSON pointer, which comes next.
#include "meters/wattmeter/watt_answer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace jouleprint;

template <class T>
void Check(const Result<T>& answer) {
  if (!answer.ok() && (answer.error().message.empty() || answer.error().hint.empty())) std::abort();
}

void CheckSample(const Result<meters::WattAnswer>& answer) {
  Check(answer);
  if (!answer.ok()) return;
  const bool has_power = !std::isnan(answer->sample.power.value());
  if (!has_power && !answer->sample.total_energy) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const int channel = data[0] % 100;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string pointer(rest.substr(0, std::min<std::size_t>(data[1], rest.size())));
  const std::string_view json = rest.substr(pointer.size());
  Check(meters::ParseShellyGeneration(json));
  Check(meters::FindShellyComponent(json, channel));
  CheckSample(meters::ParseShellyGen1(json, channel));
  CheckSample(meters::ParseShellyComponent(json));
  CheckSample(meters::ParseTasmota(json, std::nullopt));
  CheckSample(meters::ParseTasmota(json, channel));
  CheckSample(meters::ParseHass(json));
  CheckSample(meters::ParseWattsAt(json, pointer));
  return 0;
}
