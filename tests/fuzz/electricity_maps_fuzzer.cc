// Any answer of Electricity Maps.
#include "carbon/live/electricity_maps.h"

#include <cstdint>
#include <string_view>

#include "check_live_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::carbon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckLiveAnswer(ParseElectricityMaps(text, "DE", "lifecycle", kFuzzNow));
  return 0;
}
