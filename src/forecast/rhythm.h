// Units that come back heavier, or lighter, by a rhythm: an evaluation every fourth epoch, say.
#ifndef JOULEPRINT_FORECAST_RHYTHM_H_
#define JOULEPRINT_FORECAST_RHYTHM_H_

#include <cstdint>
#include <optional>
#include <span>

#include "forecast/steady_units.h"

namespace jouleprint::forecast {

/// One heavy unit, the f-th of fewer than 2 f, may be the first of every f-th: odds that are rather bad (what
/// the runs of most kinds choose without any one of them). A suspected rhythm's excess is what was seen times
/// this.
inline constexpr double kSuspicion = 0.1;

/// `costs[i]` is of unit `first + i`. Nothing where no rhythm shows.
std::optional<Rhythm> FindRhythm(std::span<const double> costs, std::int64_t first);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_RHYTHM_H_
