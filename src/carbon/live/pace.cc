#include "carbon/live/pace.h"

#include <algorithm>
#include <cmath>

namespace jouleprint::carbon {
namespace {

constexpr Seconds kFirstPause{30};
constexpr double kMostJitter = 0.2;
// A publisher needs a moment after a step's end.
constexpr Seconds kAfterStep{20};

}  // namespace

UtcTime Pace::AfterAnswer(UtcTime now, UtcTime known_until) {
  failures_ = 0;
  const Seconds pause = known_until > now ? known_until - now + kAfterStep : step_ / 3;
  return now + Jittered(std::max(kLeastPause, std::min(pause, step_ + kAfterStep)));
}

UtcTime Pace::AfterFailure(UtcTime now, std::optional<Seconds> wanted, bool final) {
  constexpr int kDoublings = 5;  // beyond kMostPause in any case
  const Seconds pause = final ? kMostPause : kFirstPause * std::exp2(std::min(failures_, kDoublings));
  ++failures_;
  // What the server asks for is a promise to keep, and never a reason to hurry.
  return now + std::max(Jittered(std::min(pause, kMostPause)), wanted.value_or(Seconds{0}));
}

Seconds Pace::Jittered(Seconds pause) {
  std::uniform_real_distribution<double> jitter(1, 1 + kMostJitter);
  return pause * jitter(random_);
}

}  // namespace jouleprint::carbon
