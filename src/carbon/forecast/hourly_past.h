// A zone's past as whole hours that end at one moment, every hour with a value.
//
// All that a forecast is made from passes through here, so this is where it is sure that nothing at or after
// that moment is seen. A gap is filled with the same hour of the day before, for the features' sake; what
// is filled is marked, and never counts as the truth that a forecast is held against.
#ifndef JOULEPRINT_CARBON_FORECAST_HOURLY_PAST_H_
#define JOULEPRINT_CARBON_FORECAST_HOURLY_PAST_H_

#include <cstddef>
#include <span>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

inline constexpr std::size_t kHoursPerDay = 24;
inline constexpr std::size_t kHoursPerWeek = 7 * kHoursPerDay;
inline constexpr Seconds kHour{3600};

struct HourlyPast {
  UtcTime end;                    ///< the last hour ends here
  std::vector<double> g_per_kwh;  ///< an hour each, oldest first, gaps filled
  std::vector<char> known;        ///< 1 where at least half of the hour was measured

  std::size_t size() const { return g_per_kwh.size(); }
  UtcTime StartOf(std::size_t hour) const {
    return end + kHour * (static_cast<double>(hour) - static_cast<double>(size()));
  }
  std::span<const double> Before(std::size_t hour) const { return {g_per_kwh.data(), hour}; }
  /// Known hours among the `hours` before `hour`.
  std::size_t KnownBefore(std::size_t hour, std::size_t hours) const;
};

/// The last step of the series that is over at `at` ends here.
UtcTime LastStepEnd(const IntensitySeries& series, UtcTime at);

/// At most `most_hours` hours before `at`, from the first one that is known on.
HourlyPast HoursBefore(const IntensitySeries& series, UtcTime at, std::size_t most_hours);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_HOURLY_PAST_H_
