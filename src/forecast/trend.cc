#include "forecast/trend.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "forecast/robust.h"

namespace jouleprint::forecast {
namespace {

// The newest units, for all pairs of them are looked at.
constexpr std::size_t kMostUnits = 96;
constexpr std::size_t kLeastUnits = 6;
// A drift shows where the line's slope is so many times its standard error, and its rise over the units more
// than this part of one. A few units' own scatter is known badly, and a drift that is none is multiplied by
// all units to come, so that the bound is the higher the fewer there are: of 1000 plain runs with 1 % of
// scatter one shows a drift after 7 units.
constexpr double kLeastErrors = 5;
constexpr double kDoubledAt = 10;
constexpr double kLeastRise = 0.002;

// The median slope of all pairs: Theil 1950, Sen 1968.
double MedianSlope(std::span<const double> costs) {
  std::vector<double> slopes;
  slopes.reserve(costs.size() * (costs.size() - 1) / 2);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    for (std::size_t j = i + 1; j < costs.size(); ++j)
      slopes.push_back((costs[j] - costs[i]) / static_cast<double>(j - i));
  }
  return Median(std::move(slopes));
}

std::vector<double> WithoutSlope(std::span<const double> costs, double slope) {
  std::vector<double> flat;
  flat.reserve(costs.size());
  const auto last = static_cast<double>(costs.size()) - 1;
  for (std::size_t i = 0; i < costs.size(); ++i)
    flat.push_back(costs[i] + slope * (last - static_cast<double>(i)));
  return flat;
}

// As a standard deviation (sqrt(pi / 2) for normal values). Odd values count, for with them a drift is less
// sure.
double MeanDistance(const std::vector<double>& values) {
  const double centre = Median(values);
  double sum = 0;
  for (const double value : values) sum += std::abs(value - centre);
  return 1.2533 * sum / static_cast<double>(values.size());
}

}  // namespace

double Trend::SumOver(std::int64_t units) const {
  const auto n = static_cast<double>(units);
  if (units <= 0) return 0;
  if (fading > 1 - 1e-9) return slope * n * (n + 1) / 2;
  // Unit j lies slope * (f + f^2 + ... + f^j) above the level.
  const double f = fading;
  const double all = f / (1 - f);
  return slope * (all * n - all * f * (1 - std::pow(f, n)) / (1 - f));
}

std::optional<TrendFit> FitTrend(std::span<const double> costs) {
  if (costs.size() > kMostUnits) costs = costs.last(kMostUnits);
  if (costs.size() < kLeastUnits) return std::nullopt;
  const auto n = static_cast<double>(costs.size());
  const double slope = MedianSlope(costs);
  std::vector<double> flat = WithoutSlope(costs, slope);
  const double ordinary = Median({costs.begin(), costs.end()});
  const double scatter = std::max(MeanDistance(flat), 1e-4 * ordinary);
  // Standard error of a least-squares slope over n equidistant units: scatter / sqrt(n^3 / 12).
  const double error = scatter / std::sqrt(n * n * n / 12);
  if (std::abs(slope) < kLeastErrors * (1 + kDoubledAt / n) * error ||
      std::abs(slope) * n < kLeastRise * ordinary)
    return std::nullopt;
  const std::size_t half = costs.size() / 2;
  const double early = MedianSlope(costs.first(costs.size() - half));
  const double late = MedianSlope(costs.last(costs.size() - half));
  const double half_error = error * std::sqrt(8.0);
  // Of two slopes that scatter, the ratio is taken at its lower end: a drift that fades does less harm.
  const double ratio = slope == 0 || early * slope <= 0
                           ? 1
                           : std::clamp((late / early) - 1.5 * half_error / std::abs(early), 0.0, 1.0);
  TrendFit fit;
  const double now = slope * 2 * ratio / (1 + ratio);
  fit.trend.slope = now;
  fit.trend.fading = std::pow(std::max(ratio, 1e-6), 1 / (n / 2));
  const std::size_t newest = std::max<std::size_t>(3, costs.size() / 3);
  const std::vector<double> end = WithoutSlope(costs.last(newest), now);
  fit.level = Median(end);
  fit.scatter = scatter;
  return fit;
}

}  // namespace jouleprint::forecast
