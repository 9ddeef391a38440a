// When a live source is asked again. Pure but for the jitter's seed: times go in, times come out.
#ifndef JOULEPRINT_CARBON_LIVE_PACE_H_
#define JOULEPRINT_CARBON_LIVE_PACE_H_

#include <cstdint>
#include <optional>
#include <random>

#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

/// No source is asked more often, whatever it publishes.
inline constexpr Seconds kLeastPause{60};
/// Nor left alone for longer after a failure, unless it wants to be.
inline constexpr Seconds kMostPause{900};

class Pace {
 public:
  /// `step`: how often the source has something new. Different seeds keep many machines from asking at the
  /// same second.
  Pace(Seconds step, std::uint32_t seed) : step_(step), random_(seed) {}

  /// After an answer whose newest value holds until `known_until`: soon after it ends; where it has ended
  /// already, for the publisher is late, after a third of a step.
  UtcTime AfterAnswer(UtcTime now, UtcTime known_until);
  /// After a failure: 30 s, then twice as long each time. `wanted` is what the server asked for.
  /// `final`: it will not be otherwise soon (a key that is refused).
  UtcTime AfterFailure(UtcTime now, std::optional<Seconds> wanted, bool final);

 private:
  /// Up to a fifth longer.
  Seconds Jittered(Seconds pause);

  Seconds step_;
  std::minstd_rand random_;
  int failures_ = 0;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_PACE_H_
