#include "carbon/forecast/working_past.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace jouleprint::carbon {
namespace {

constexpr double kLeastOffset = 0.02;  // of the mean
constexpr double kMostOffset = 0.2;
// A zone that has never emitted anything still needs a scale.
constexpr double kLeastMean = 1e-3;

double LowEnd(std::vector<double> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 100);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

WorkingUnits WorkingUnits::Of(const HourlyPast& past) {
  const double sum = std::accumulate(past.g_per_kwh.begin(), past.g_per_kwh.end(), 0.0);
  const double mean = std::max(sum / static_cast<double>(past.size()), kLeastMean);
  const double offset = std::max(kLeastOffset, kMostOffset - 2 * LowEnd(past.g_per_kwh) / mean);
  return {mean, offset * mean};
}

double WorkingUnits::ToLog(double g_per_kwh) const {
  return std::log((g_per_kwh + offset_g_per_kwh) / mean_g_per_kwh);
}

double WorkingUnits::FromLog(double value) const {
  return std::max(0.0, std::exp(value) * mean_g_per_kwh - offset_g_per_kwh);
}

double WorkingUnits::Denominator(double g_per_kwh) const { return std::max(g_per_kwh, offset_g_per_kwh); }

WorkingPast::WorkingPast(HourlyPast past, const WorkingUnits& in) : hours(std::move(past)), units(in) {
  log.reserve(hours.size());
  level.reserve(hours.size());
  for (const double value : hours.g_per_kwh) {
    log.push_back(units.ToLog(value));
    level.push_back(value / units.mean_g_per_kwh);
  }
}

}  // namespace jouleprint::carbon
