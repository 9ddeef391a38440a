#include "forecast/level_step.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "forecast/robust.h"

namespace jouleprint::forecast {
namespace {

// The newest units, for the search takes time that grows with the square of how many are looked at.
constexpr std::size_t kMostUnits = 256;
// Steps below this part of the level, or below so many standard errors of it, are scatter.
constexpr double kLeastStep = 0.01;
constexpr double kLeastErrors = 5;
// The scatter is taken for this part of the level at least: two or three units show too little of it.
constexpr double kLeastScatter = 0.002;
// So many of either side's units lie on their own side of the middle between both levels.
constexpr double kOnOwnSide = 0.75;
constexpr std::size_t kLeastUnits = 2;

std::vector<double> Copy(std::span<const double> values) { return {values.begin(), values.end()}; }

double SumOfDistances(std::span<const double> values) {
  const double centre = Median(Copy(values));
  double sum = 0;
  for (const double value : values) sum += std::abs(value - centre);
  return sum;
}

double ShareAbove(std::span<const double> values, double bound) {
  const auto above = std::count_if(values.begin(), values.end(), [bound](double v) { return v > bound; });
  return static_cast<double>(above) / static_cast<double>(values.size());
}

bool IsStep(std::span<const double> before, std::span<const double> after) {
  const double old_level = Median(Copy(before));
  const double new_level = Median(Copy(after));
  const double step = std::abs(new_level - old_level);
  const double scatter = std::max({Spread(before), Spread(after), kLeastScatter * old_level});
  const double error =
      scatter * std::sqrt(1 / static_cast<double>(before.size()) + 1 / static_cast<double>(after.size()));
  if (step < std::max(kLeastStep * old_level, kLeastErrors * error)) return false;
  const double middle = 0.5 * (old_level + new_level);
  const double before_above = ShareAbove(before, middle);
  const double after_above = ShareAbove(after, middle);
  return new_level > old_level ? before_above <= 1 - kOnOwnSide && after_above >= kOnOwnSide
                               : before_above >= kOnOwnSide && after_above <= 1 - kOnOwnSide;
}

// Sum of the distances from the line through the ends' medians: what is on a slope has no step.
double SumOfDistancesFromLine(std::span<const double> values) {
  const std::size_t third = std::max<std::size_t>(1, values.size() / 3);
  const double low = Median(Copy(values.first(third)));
  const double high = Median(Copy(values.last(third)));
  const double between = static_cast<double>(values.size() - third);
  const double slope = between > 0 ? (high - low) / between : 0;
  const double start = low - slope * 0.5 * static_cast<double>(third - 1);
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += std::abs(values[i] - start - slope * static_cast<double>(i));
  return sum;
}

// The best place to cut the series in two levels; 0 where one level, or a slope, tells as much.
std::size_t BestStep(std::span<const double> costs) {
  std::size_t best = 0;
  double least = std::min(SumOfDistances(costs), SumOfDistancesFromLine(costs));
  for (std::size_t cut = kLeastUnits; cut + kLeastUnits <= costs.size(); ++cut) {
    const double sum = SumOfDistances(costs.first(cut)) + SumOfDistances(costs.subspan(cut));
    if (sum < least) {
      least = sum;
      best = cut;
    }
  }
  return best != 0 && IsStep(costs.first(best), costs.subspan(best)) ? best : 0;
}

}  // namespace

std::size_t LastStep(std::span<const double> costs) {
  std::size_t start = costs.size() > kMostUnits ? costs.size() - kMostUnits : 0;
  while (const std::size_t step = BestStep(costs.subspan(start))) start += step;
  return start;
}

}  // namespace jouleprint::forecast
