// Asks a live source of carbon intensity beside a run, on a thread of its own, and keeps what it answered.
//
//   auto feed = IntensityFeed::Start({.source = "neso", .zone = "GB"});   // at once; nothing was asked yet
//   ...
//   FeedNews news = (*feed)->News();        // what is known by now; never waits
//
// A run never waits and never fails for a source: a slow, wrong or silent one leaves gaps, and a sentence in
// `problems`. Keys come from the environment or the user's configuration and appear in no error.
#ifndef JOULEPRINT_CARBON_LIVE_FEED_H_
#define JOULEPRINT_CARBON_LIVE_FEED_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carbon/live/live_spread.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::carbon {

struct FeedOptions {
  std::string source;           ///< as --intensity-from has it
  std::string zone;             ///< as FindZone knows it; "" where the source itself says where
  std::string cache_folder{};   ///< "" the user's; answers are shared between runs
  Seconds history{3 * 3600.0};  ///< what came before now is asked for too, back to here
  Seconds deadline{8};          ///< of one request
  std::string http_library{};   ///< "" the system\'s libcurl
};

struct FeedNews {
  /// All that was answered (and cached before), of one kind and step; its source() names the publisher. It
  /// ends where the newest value does, which may be before now: ENTSO-E is an hour or more behind.
  std::optional<IntensitySeries> series;
  std::string retrieved;              ///< when it was last answered, UTC; "" never
  bool estimated = false;             ///< the publisher says that some of it may be revised
  std::vector<std::string> problems;  ///< sentences, each once; empty when all is well

  std::vector<bool> estimated_steps;     ///< of each step of the series
  LiveSpread settled, estimated_spread;  ///< 90 % interval of a value, by whether it is an estimate

  /// The value at a time with its interval; nothing where the series has none.
  std::optional<Estimate> At(UtcTime time) const;
  bool IsEstimated(UtcTime time) const;
};

class IntensityFeed {
 public:
  /// kInvalidArgument for a source that does not exist, lacks its key, or cannot know the zone.
  static Result<std::unique_ptr<IntensityFeed>> Start(const FeedOptions& options);
  /// Gives up what is under way; does not wait for the network.
  virtual ~IntensityFeed() = default;
  virtual FeedNews News() const = 0;
  /// For a caller with nothing else to do: true once the first question has been answered (by the cache, the
  /// publisher, or a failure), false when `patience` ends before.
  virtual bool AwaitFirst(Seconds patience) const = 0;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_FEED_H_
