#include "forecast/steady_units.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "forecast/level_step.h"
#include "forecast/rhythm.h"
#include "forecast/robust.h"
#include "forecast/trend.h"

namespace jouleprint::forecast {
namespace {

// A value further from the others than so many times their scatter is odd.
constexpr double kOdd = 4;
// What is odd comes back less often than it was seen: as if there had been half an odd unit less, and two
// units more.
constexpr double kOddOnesLess = 0.5;
constexpr double kUnitsWithout = 2;
// Of two units that differ by more than this, the longer one is the odd one: a machine has a top speed.
constexpr double kTwoDiffer = 0.1;
constexpr double kOddOfTwo = 0.25;
// The newest unit alone is off the level. After few units it is one of the odd ones that there are; after
// many steady ones it is rather the first of a new level, as when evaluations begin late. The larger the leap
// the less so: a machine that stalls once triples a unit, evaluations add a third (unet3d: 28 %).
constexpr double kLikelyStep = 0.5;
double PartOfNewLevel(std::size_t steady_units, double leap) {
  const auto units = static_cast<double>(steady_units);
  const double unlikely = std::max(0.0, std::abs(leap) - kLikelyStep) / kLikelyStep;
  return (0.2 + 0.5 * units / (units + 20)) / (1 + 3 * unlikely);
}

// A first unit that differs from the second by less than this hardly warmed up: a fifth of the level is its
// (what all kinds of runs choose without any one of them).
constexpr double kAlike = 0.03;
constexpr double kFirstOfTwo = 0.2;

double OddBound(const std::vector<double>& costs) {
  return kOdd * std::max(Spread(costs), 0.002 * Median(costs));
}

// The mean of what is usual, and a share of what is odd.
double ExpectedUnit(const std::vector<double>& costs) {
  if (costs.size() == 2) {
    const auto [least, most] = std::minmax(costs[0], costs[1]);
    return least + (most > (1 + kTwoDiffer) * least ? kOddOfTwo : 0.5) * (most - least);
  }
  const double centre = Median(costs);
  const double bound = OddBound(costs);
  double usual = 0;
  double usual_count = 0;
  double odd = 0;
  for (const double cost : costs) {
    const bool is_usual = std::abs(cost - centre) <= bound;
    (is_usual ? usual : odd) += is_usual ? cost : cost - centre;
    if (is_usual) ++usual_count;
  }
  const auto units = static_cast<double>(costs.size());
  const double odd_count = units - usual_count;
  const double recurring = odd_count > 0 ? (odd_count - kOddOnesLess) / odd_count : 0;
  return usual / usual_count + recurring * odd / (units + kUnitsWithout);
}

bool IsOdd(double cost, const std::vector<double>& others) {
  return others.size() >= 3 &&
         std::abs(cost - Median(others)) > kOdd * std::max(Spread(others), 0.004 * Median(others));
}

// How far off its fellows the oddest of the units is; 0 where none is odd.
double OddestOff(const std::vector<double>& costs) {
  const double centre = Median(costs);
  double most = 0;
  for (const double cost : costs) most = std::max(most, std::abs(cost - centre));
  return costs.size() >= 3 && most > OddBound(costs) ? most : 0;
}

// The level of units of one kind without trend, where the newest may not be of it.
void SetLevel(const std::vector<double>& costs, Steady* steady) {
  const double newest = costs.back();
  const std::vector<double> others(costs.begin(), costs.end() - 1);
  steady->level = ExpectedUnit(costs);
  if (!IsOdd(newest, others)) return;
  // An odd unit that was followed by usual ones has shown that they come alone; not so two in a row.
  const bool second = IsOdd(others.back(), {others.begin(), others.end() - 1});
  if (!second && OddestOff(others) > 0) return;
  const double level = ExpectedUnit(others);
  if (level <= 0) return;
  const double leap = second ? 0 : newest / level - 1;
  steady->level = level + PartOfNewLevel(others.size(), leap) * (newest - level);
  steady->may_step = newest - steady->level;
}

// Standard deviation of one unit about the level. Where odd units come, one more may have been.
double ScatterOf(const std::vector<double>& costs, double level) {
  if (costs.size() < 2) return 0;
  const double odd = OddestOff(costs);
  double squares = odd * odd;
  for (const double cost : costs) squares += (cost - level) * (cost - level);
  return std::sqrt(squares / static_cast<double>(costs.size() - 1));
}

}  // namespace

std::int64_t Rhythm::CountIn(std::int64_t first, std::int64_t last) const {
  const auto up_to = [this](std::int64_t n) { return n < phase ? 0 : (n - phase) / period + 1; };
  return last < first ? 0 : up_to(last) - up_to(first - 1);
}

double Steady::SumOf(std::int64_t first, std::int64_t last) const {
  if (last < first) return 0;
  const double units = static_cast<double>(last - first + 1);
  double sum = units * level;
  if (trend) sum += trend->SumOver(last - seen) - trend->SumOver(first - 1 - seen);
  if (rhythm) sum += rhythm->excess * static_cast<double>(rhythm->CountIn(first, last));
  // A falling trend ends before the units cost nothing.
  return std::max(sum, 0.3 * units * level);
}

Steady ReadSteady(std::span<const double> costs, std::int64_t warm_up) {
  Steady steady;
  steady.seen = static_cast<std::int64_t>(costs.size());
  if (costs.size() == 1) {
    steady.level = costs[0];
    return steady;
  }
  if (costs.size() == 2 && warm_up == 1 && std::abs(costs[0] - costs[1]) < kAlike * costs[1]) {
    steady.level = costs[1] + kFirstOfTwo * (costs[0] - costs[1]);
    steady.since = 2;
    steady.rests_on = 1;
    steady.before_off = costs[0] - costs[1];
    return steady;
  }
  const auto skipped = static_cast<std::size_t>(warm_up);
  const std::size_t start = skipped + LastStep(costs.subspan(skipped));
  std::vector<double> level(costs.begin() + static_cast<std::ptrdiff_t>(start), costs.end());
  steady.since = static_cast<std::int64_t>(start) + 1;
  steady.rests_on = static_cast<std::int64_t>(level.size());
  if (level.size() == 1) steady.before_off = costs[start - 1] - costs[start];
  steady.rhythm = FindRhythm(level, steady.since);
  if (steady.rhythm) {
    // Of a rhythm that is only suspected, the heavy unit itself is taken for what it was.
    const double excess = steady.rhythm->sure ? steady.rhythm->excess : steady.rhythm->excess / kSuspicion;
    for (std::size_t i = 0; i < level.size(); ++i) {
      if ((steady.since + static_cast<std::int64_t>(i)) % steady.rhythm->period == steady.rhythm->phase)
        level[i] -= excess;
    }
  }
  const std::optional<TrendFit> fit = FitTrend(level);
  if (fit) {
    steady.trend = fit->trend;
    steady.level = fit->level;
    steady.scatter = fit->scatter;
    return steady;
  }
  SetLevel(level, &steady);
  steady.scatter = ScatterOf(level, steady.level);
  return steady;
}

}  // namespace jouleprint::forecast
