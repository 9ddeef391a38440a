// What a regression looks at when it stands at an origin: the shape and the level of the days before.
#ifndef JOULEPRINT_CARBON_FORECAST_DAY_FEATURES_H_
#define JOULEPRINT_CARBON_FORECAST_DAY_FEATURES_H_

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>

#include "carbon/forecast/hourly_past.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

/// In this order, so that a rule takes as many as it wants from the front: a constant; the last 24 hours, six
/// daily means and the mean day of the last week, all against the week's mean; the weekday (61 so far); the
/// week's mean and that of four weeks against it (63); the season (65).
inline constexpr Eigen::Index kShapeFeatures = 61;
inline constexpr Eigen::Index kLevelFeatures = 63;
inline constexpr Eigen::Index kSeasonFeatures = 65;
/// Hours of past that a look needs.
inline constexpr std::size_t kLookBackHours = 28 * kHoursPerDay;

struct DayFeatures {
  Eigen::Matrix<double, kSeasonFeatures, 1> values;
  /// The mean day of the last week: what is foretold is the distance from it.
  std::array<double, kHoursPerDay> profile;
};

/// `before` are the values until the origin in whatever unit the regression works in, kLookBackHours at
/// least.
DayFeatures LookBack(std::span<const double> before, UtcTime origin);

/// 0 to 23: the hour of the day (UTC) in which a moment lies.
std::size_t HourOfDay(UtcTime time);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_DAY_FEATURES_H_
