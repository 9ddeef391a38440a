// Any text: a time that was taken is written so that it reads back as the same, and a refusal says what to
// do.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "jouleprint/utc_time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const Result<UtcTime> time = UtcTime::Parse({reinterpret_cast<const char*>(data), size});
  if (!time.ok()) {
    if (time.error().message.empty() || time.error().hint.empty()) std::abort();
    return 0;
  }
  const Result<UtcTime> back = UtcTime::Parse(time->ToString());
  if (!back.ok() || *back != *time) std::abort();
  return 0;
}
