// What the units that follow cost, read from those that are finished: their level, a step in it, a trend, and
// units that come back heavier by a rhythm.
//
//   Steady steady = ReadSteady(costs, 1);       // of units 1..k; the first warms up
//   double rest = steady.SumOf(k + 1, total);   // of units k+1..total
//
// Scaling all costs scales every answer. Pure; any thread.
#ifndef JOULEPRINT_FORECAST_STEADY_UNITS_H_
#define JOULEPRINT_FORECAST_STEADY_UNITS_H_

#include <cstdint>
#include <optional>
#include <span>

namespace jouleprint::forecast {

/// Every `period`-th unit costs `excess` more (or less, where below 0) than the others.
struct Rhythm {
  std::int64_t period = 0;
  std::int64_t phase = 0;  ///< units n with n % period == phase
  double excess = 0;       ///< expected: of a rhythm that is only suspected, a part
  bool sure = false;       ///< it has come back at least once

  std::int64_t CountIn(std::int64_t first, std::int64_t last) const;
};

/// How the level goes on: `slope` more per unit at first, `fading` times as much with each unit that passes.
struct Trend {
  double slope = 0;
  double fading = 1;

  /// Of the next `units` units, what they cost beyond the level.
  double SumOver(std::int64_t units) const;
};

struct Steady {
  std::int64_t seen = 0;
  double level = 0;  ///< of an ordinary unit, now
  std::optional<Rhythm> rhythm;
  std::optional<Trend> trend;
  std::int64_t since = 1;  ///< the first unit of the level: above 2 where the level has stepped
  double scatter = 0;  ///< standard deviation of one unit about all this; 0 where one unit is all there is
  std::int64_t rests_on = 0;  ///< how many units the level is the mean of
  double before_off = 0;      ///< where that is one unit: the unit before it less it
  /// The newest unit less the level, where it may be the first of a new level; 0 where not.
  double may_step = 0;

  /// Expected cost of units first..last, numbered from 1; first is above `seen`.
  double SumOf(std::int64_t first, std::int64_t last) const;
};

/// `costs` has one unit at least; the first `warm_up` of them, not all, are no part of the level.
Steady ReadSteady(std::span<const double> costs, std::int64_t warm_up);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_STEADY_UNITS_H_
