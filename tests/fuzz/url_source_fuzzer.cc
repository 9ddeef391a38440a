// Any answer of any URL: the first line is what stands behind --intensity-from, the rest is the answer.
#include "carbon/live/url_source.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "check_live_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::carbon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), size);
  const jouleprint::Result<SourceName> name = ParseSourceName(text.substr(0, line));
  if (!name.ok()) {
    if (name.error().message.empty() || name.error().hint.empty()) std::abort();
    return 0;
  }
  static_cast<void>(MayCarryKey(*name));
  CheckLiveAnswer(ParseUrlAnswer(text.substr(std::min(line + 1, size)), *name, kFuzzNow));
  return 0;
}
