// Any answer of the British system operator.
#include "carbon/live/neso.h"

#include <cstdint>
#include <string_view>

#include "check_live_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::carbon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckLiveAnswer(ParseNeso(text, kFuzzNow));
  return 0;
}
