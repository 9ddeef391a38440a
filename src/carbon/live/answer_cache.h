// What was answered, on disk, so that runs beside and after each other ask once.
//
// A file per question (source, zone, factors; never a key) in the user's cache folder, for its owner alone.
// It is replaced as a whole; one that is torn, old or somebody's else is as good as none. Nothing here fails:
// without a cache every run asks for itself.
#ifndef JOULEPRINT_CARBON_LIVE_ANSWER_CACHE_H_
#define JOULEPRINT_CARBON_LIVE_ANSWER_CACHE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carbon/live/live_answer.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

/// For so long at most, others wait for who asks.
inline constexpr Seconds kLongestAsking{30};

struct CachedAnswers {
  LiveAnswer answer;
  std::optional<UtcTime> retrieved;     ///< when it was last answered
  std::optional<UtcTime> since;         ///< what was asked for then reached back to here
  std::optional<UtcTime> next;          ///< not to be asked before
  std::optional<UtcTime> asking_until;  ///< somebody asks right now, and has given up by then
  std::string problem;                  ///< why the last question had no answer
};

/// Pure. `now` decides what is too old, and what a clock that was set back makes of the future.
std::string CacheText(const CachedAnswers& cached);
std::optional<CachedAnswers> ParseCacheText(std::string_view text, UtcTime now);

class AnswerCache {
 public:
  /// `folder` "" is the user's.
  AnswerCache(std::string folder, const std::string& key);

  CachedAnswers Load(UtcTime now) const;
  void Save(const CachedAnswers& cached) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_ANSWER_CACHE_H_
