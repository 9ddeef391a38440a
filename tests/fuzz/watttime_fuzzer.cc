// Any answer of WattTime, to a login or to a question.
#include "carbon/live/watttime.h"

#include <cstdint>
#include <string_view>

#include "check_live_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::carbon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckLiveAnswer(ParseWattTime(text, "CAISO_NORTH", /*forecast=*/false, kFuzzNow));
  const jouleprint::Result<std::string> token = ParseWattTimeToken(text);
  if (token.ok() && token->empty()) std::abort();
  return 0;
}
