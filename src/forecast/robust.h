// Statistics that a few odd values do not move. Pure; any thread.
#ifndef JOULEPRINT_FORECAST_ROBUST_H_
#define JOULEPRINT_FORECAST_ROBUST_H_

#include <span>
#include <vector>

namespace jouleprint::forecast {

/// 0 of nothing.
double Median(std::vector<double> values);
double Mean(std::span<const double> values);
/// What would be the standard deviation of normal values: the median distance from the median, scaled
/// (1.4826, Hampel 1974).
double Spread(std::span<const double> values);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_ROBUST_H_
