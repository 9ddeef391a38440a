// Any content of a cache's file, of a file of keys, and of the header Retry-After: nothing of it is trusted.
#include "carbon/live/answer_cache.h"

#include <cstdint>
#include <string_view>

#include "carbon/live/asker.h"
#include "carbon/live/live_keys.h"
#include "check_live_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::carbon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(KeyInText(text, "entsoe_key", "keys"));
  const auto pause = ParseRetryAfter(text, "Tue, 20 Jan 2026 12:20:00 GMT");
  if (pause && !(*pause >= jouleprint::Seconds{0})) std::abort();
  const std::optional<CachedAnswers> cached = ParseCacheText(text, kFuzzNow);
  if (!cached) return 0;
  if (!cached->answer.points.empty()) CheckLiveAnswer(cached->answer);
  // What is read can be written and read again.
  if (!ParseCacheText(CacheText(*cached), kFuzzNow)) std::abort();
  return 0;
}
