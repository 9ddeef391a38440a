#include "forecast/error_bands.h"

#include <algorithm>
#include <cmath>

#include "forecast/rhythm.h"
#include "forecast/warm_up.h"

namespace jouleprint::forecast {
namespace {

// 90 % of normal values lie within so many standard deviations.
constexpr double kNinetyPercent = 1.645;

// The same where the deviation itself is known from so few units: Student's t by its expansion (Abramowitz
// and Stegun 26.7.5), which for one degree of freedom gives 4.6 instead of 6.3: the units of one run are not
// that far apart.
constexpr double kTakenAsFreedom = 1.5;  // the mean, and the choice of what is odd or a step
double StudentNinetyPercent(double freedom) {
  constexpr double z = kNinetyPercent;
  constexpr double z3 = z * z * z;
  const double n = std::max(1.0, freedom);
  return z + (z3 + z) / (4 * n) + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * n * n);
}

// The newest of two units may be off by its own scatter, which their difference shows: by half of it towards
// the other one, and by more of it either way (the ratio of normal values is Cauchy's). Where the other one
// was the heavier, it has rather warmed up; differences beyond kMostlyWarmUp are mostly that.
constexpr Widths kNoiseAfterHeavier{0.6, 1.8};
constexpr Widths kNoiseAfterLighter{3.0, 1.2};
constexpr double kMostlyWarmUp = 1.5;
// Of two units in all the first is of the run's start, which differs by itself: in real trainings it is
// noise by so little that their intervals hold 9 times in 10 (docs/prediction.md).
constexpr double kNoiseOfTheFirst = 0.02;
Widths MayBeNoise(double off) {
  const Widths& noise = off > 0 ? kNoiseAfterHeavier : kNoiseAfterLighter;
  const double counted = std::abs(off) / (1 + std::max(0.0, off) / kMostlyWarmUp);
  return {noise.down * counted, noise.up * counted};
}

// What units of the same kind wander by later, besides their scatter. It stays the same for the first few:
// they show neither the rhythms nor the drifts to come. One unit alone may be off by itself.
double Wandering(std::int64_t seen) {
  const auto units = static_cast<double>(seen);
  return 0.003 + 0.007 * std::min(1.0, std::pow(6 / units, 2)) + 0.006 / std::pow(units - 1, 4);
}

// Work that comes late adds up to 30 % of a unit, over more of the rest the longer it has not begun. One kind
// of long run in three had such work (unet3d), and only the upper end can tell of it.
double LateUp(std::int64_t seen, std::int64_t total) {
  const double ahead = static_cast<double>(total - seen) / static_cast<double>(total);
  return std::min(0.35, 0.16 / std::pow(ahead, 1.2));
}

}  // namespace

Widths WidthsAfterFirstDuration(Seconds first) {
  return {0.05 + 1.3 / (1 + first.value() / 100), 0.07 + 0.6 / (1 + first.value() / 5)};
}

Widths WidthsAfterFirstEnergy(Seconds first) {
  return {0.03 + 0.5 / (1 + first.value() / 5), 0.06 + 0.1 / (1 + first.value() / 200)};
}

Widths WidthsOf(const Steady& steady, std::int64_t total, double late_work) {
  const auto rest_units = static_cast<double>(total - steady.seen);
  if (rest_units <= 0 || steady.level <= 0) return {};
  const double of_level =
      std::sqrt(1 / static_cast<double>(std::max<std::int64_t>(1, steady.rests_on)) + 1 / rest_units);
  const double scatter = StudentNinetyPercent(static_cast<double>(steady.rests_on) - kTakenAsFreedom) *
                         steady.scatter / steady.level * of_level;
  const double both = std::hypot(Wandering(steady.seen), scatter);
  const double counted_noise = steady.seen == 2 ? kNoiseOfTheFirst : 1;
  const Widths noise = MayBeNoise(counted_noise * steady.before_off / steady.level);
  Widths widths{std::hypot(both, noise.down), std::hypot(both, noise.up)};
  const double level_sum = rest_units * steady.level;
  if (steady.trend) {
    const double drift = 0.5 * std::abs(steady.trend->SumOver(total - steady.seen)) / level_sum;
    widths = {std::hypot(widths.down, drift), std::hypot(widths.up, drift)};
  }
  if (steady.rhythm && !steady.rhythm->sure) {
    const double counted =
        steady.rhythm->excess / (static_cast<double>(steady.rhythm->period) * steady.level);
    widths = {std::hypot(widths.down, counted), std::hypot(widths.up, counted * (1 / kSuspicion - 1))};
  }
  const double new_level = std::log(std::max(0.1, 1 + steady.may_step / steady.level));
  widths = {std::max(widths.down, -new_level), std::max(widths.up, new_level)};
  if (late_work > 1) {
    const double share = (late_work - 1) / MostLateWork(steady.seen, total);
    widths = {std::hypot(widths.down, std::log(late_work)),
              std::hypot(widths.up, share * LateUp(steady.seen, total))};
  }
  return widths;
}

Estimate WithWidths(double rest, const Widths& widths) {
  return {rest, rest * std::exp(-widths.down), rest * std::exp(widths.up), Basis::kModelled};
}

}  // namespace jouleprint::forecast
