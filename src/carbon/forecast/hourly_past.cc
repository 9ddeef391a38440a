// Steps become hours by their mean; hours are counted back from the last step that is over.
#include "carbon/forecast/hourly_past.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace jouleprint::carbon {
namespace {

// The hours of the first day have no day before; they take the day after.
void FillFirstDay(HourlyPast& past) {
  for (std::size_t hour = 0; hour < std::min(kHoursPerDay, past.size()); ++hour) {
    std::size_t donor = hour;
    while (donor < past.size() && past.known[donor] == 0) donor += kHoursPerDay;
    // No such hour on any day: the first hour of the past is always known.
    past.g_per_kwh[hour] = past.g_per_kwh[donor < past.size() ? donor : 0];
  }
}

void FillGaps(HourlyPast& past) {
  FillFirstDay(past);
  for (std::size_t hour = kHoursPerDay; hour < past.size(); ++hour) {
    if (past.known[hour] == 0) past.g_per_kwh[hour] = past.g_per_kwh[hour - kHoursPerDay];
  }
}

}  // namespace

std::size_t HourlyPast::KnownBefore(std::size_t hour, std::size_t hours) const {
  const auto last = known.begin() + static_cast<std::ptrdiff_t>(hour);
  return static_cast<std::size_t>(
      std::accumulate(last - static_cast<std::ptrdiff_t>(std::min(hour, hours)), last, 0));
}

UtcTime LastStepEnd(const IntensitySeries& series, UtcTime at) {
  return series.start() + series.step() * std::floor((at - series.start()) / series.step());
}

HourlyPast HoursBefore(const IntensitySeries& series, UtcTime at, std::size_t most_hours) {
  HourlyPast past;
  past.end = LastStepEnd(series, at);
  const double hours_held = std::floor((past.end - series.start()) / kHour);
  const auto hours = static_cast<std::size_t>(std::clamp(hours_held, 0.0, static_cast<double>(most_hours)));
  for (std::size_t hour = 0; hour < hours; ++hour) {
    const UtcTime from = past.end + kHour * (static_cast<double>(hour) - static_cast<double>(hours));
    const IntensitySeries::Mean mean = series.MeanOver(from, from + kHour);
    const bool known = mean.covered >= 0.5;
    if (past.g_per_kwh.empty() && !known) continue;
    past.g_per_kwh.push_back(mean.intensity.value());
    past.known.push_back(known ? 1 : 0);
  }
  FillGaps(past);
  return past;
}

}  // namespace jouleprint::carbon
