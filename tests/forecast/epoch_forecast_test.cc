// What a person sees of each effect that epochs show: warm-up, rhythm, step, drift, evaluations, odd units.
#include "jouleprint/epoch_forecast.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

constexpr double kPower_kw = 0.4;

UnitCost Unit(double duration_s, bool eval = false) {
  return {duration_s, duration_s * kPower_kw / 3600, eval};
}

// A run of `total` training units, of which unit n takes cost(n) seconds.
struct MadeRun {
  std::vector<UnitCost> units;
  double duration_s = 0;

  MadeRun(int total, const std::function<double(int)>& cost) {
    for (int n = 1; n <= total; ++n) {
      units.push_back(Unit(cost(n)));
      duration_s += units.back().duration_s;
    }
  }
  PredictedTotal After(int seen) const {
    return *PredictTotal({units.begin(), units.begin() + seen}, static_cast<std::int64_t>(units.size()));
  }
  // How far off the predicted time is, as a part of the true one.
  double ErrorAfter(int seen) const { return After(seen).duration_s.value / duration_s - 1; }
};

testing::Matcher<double> Within(double part) { return AllOf(Ge(-part), Le(part)); }

TEST(EpochForecast, EqualEpochsAreMultiplied) {
  const MadeRun run(90, [](int) { return 30.0; });
  for (const int seen : {2, 3, 5, 10, 50}) {
    const PredictedTotal total = run.After(seen);
    EXPECT_NEAR(total.duration_s.value, 2700, 0.01) << seen;
    EXPECT_NEAR(total.energy_kwh->value, 0.3, 0.002) << "a machine may yet grow warm, after " << seen;
    EXPECT_LT(total.duration_s.low, 2700) << seen;
    EXPECT_GT(total.duration_s.high, 2700) << seen;
  }
}

TEST(EpochForecast, AllEpochsSeenAreTheirExactSum) {
  const MadeRun run(7, [](int n) { return 10.0 + n; });
  const PredictedTotal total = run.After(7);
  EXPECT_EQ(total.duration_s, Estimate::Exact(run.duration_s, Basis::kModelled));
  EXPECT_EQ(total.energy_kwh->low, total.energy_kwh->high);
  EXPECT_EQ(total.energy_kwh->value, *total.used_kwh);
}

TEST(EpochForecast, ASlowFirstEpochIsNotMultiplied) {
  const MadeRun run(35, [](int n) { return n == 1 ? 60.0 : 20.0; });
  EXPECT_THAT(run.ErrorAfter(2), Within(0.03));
  EXPECT_THAT(run.ErrorAfter(5), Within(0.03));
  EXPECT_THAT(run.After(5).found, Contains(HasSubstr("first epoch is taken as warm-up")));
}

// What most people run: a first epoch that compiles and fills caches, then epochs that hardly differ.
TEST(EpochForecast, APlainRunWithAWarmFirstEpochIsWithinOnePercentFromTheSecondOn) {
  const MadeRun run(90, [](int n) { return n == 1 ? 33.0 : 28.0; });
  for (const int seen : {2, 3, 5, 10, 40}) {
    EXPECT_THAT(run.ErrorAfter(seen), Within(0.01)) << seen;
    EXPECT_NEAR(run.After(seen).energy_kwh->value, run.duration_s * kPower_kw / 3600,
                0.01 * run.duration_s * kPower_kw / 3600)
        << seen;
  }
}

// Scatter of 1 % is no drift, no rhythm and no step that would be carried on for 80 epochs.
TEST(EpochForecast, ScatterIsNotCarriedOn) {
  int far_off = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 engine(seed);
    // Portable: the engine's own numbers, not a distribution's.
    const MadeRun run(90, [&](int n) {
      return n == 1 ? 33.0 : 27.5 + static_cast<double>(engine()) / static_cast<double>(engine.max());
    });
    for (const int seen : {7, 8, 10}) far_off += std::abs(run.ErrorAfter(seen)) > 0.02 ? 1 : 0;
  }
  EXPECT_LE(far_off, 3) << "of 600";
}

// First epochs of a second hold start-up work more often than not; those of minutes hardly do.
TEST(EpochForecast, AfterOneEpochALongOneIsTakenAsItIsAndAShortOneForLess) {
  const MadeRun long_ones(50, [](int) { return 300.0; });
  EXPECT_THAT(long_ones.ErrorAfter(1), Within(0.03));
  const MadeRun short_ones(50, [](int) { return 1.0; });
  EXPECT_THAT(short_ones.ErrorAfter(1), AllOf(Ge(-0.3), Le(-0.1)));
  EXPECT_GT(short_ones.After(1).duration_s.high, short_ones.duration_s);
}

TEST(EpochForecast, AWarmUpOfThreeEpochsIsFound) {
  const MadeRun run(40, [](int n) { return n <= 3 ? 20.0 + 40.0 / n : 20.0; });
  EXPECT_THAT(run.ErrorAfter(6), Within(0.02));
  EXPECT_THAT(run.After(6).found, Contains(HasSubstr("first 3 epochs")));
}

TEST(EpochForecast, AfterOneEpochTheIntervalReachesTheTruthOfASlowFirstOne) {
  const MadeRun run(35, [](int n) { return n == 1 ? 45.0 : 30.0; });
  const PredictedTotal total = run.After(1);
  EXPECT_LT(total.duration_s.low, run.duration_s);
  EXPECT_GT(total.duration_s.high, run.duration_s);
  EXPECT_LT(total.duration_s.value, 35 * 45.0) << "a first epoch of this length usually has start-up work";
}

TEST(EpochForecast, EveryFourthEpochHeavierIsCounted) {
  const MadeRun run(90, [](int n) { return n == 1 ? 33.0 : n % 4 == 0 ? 42.0 : 30.0; });
  for (const int seen : {8, 9, 10, 11, 15}) EXPECT_THAT(run.ErrorAfter(seen), Within(0.01)) << seen;
  EXPECT_THAT(run.After(9).found, Contains(HasSubstr("one in 4 epochs is 40 % longer")));
}

TEST(EpochForecast, EverySecondEpochHeavierIsCounted) {
  const MadeRun run(50, [](int n) { return n % 2 == 0 ? 12.0 : 10.0; });
  EXPECT_THAT(run.ErrorAfter(7), Within(0.01));
  EXPECT_THAT(run.ErrorAfter(8), Within(0.01));
}

TEST(EpochForecast, EvaluationsThatBeginLateRaiseTheRest) {
  const MadeRun run(100, [](int n) { return n == 1 ? 12.0 : n <= 50 ? 6.0 : 7.7; });
  EXPECT_THAT(run.ErrorAfter(53), Within(0.01));
  EXPECT_THAT(run.ErrorAfter(60), Within(0.01));
  EXPECT_THAT(run.After(53).found, Contains(HasSubstr("since epoch 51")));
  const PredictedTotal before = run.After(5);
  EXPECT_GT(before.duration_s.high, run.duration_s) << "what may come late is within the interval";
}

TEST(EpochForecast, AThrottledCardLowersThePaceForTheRest) {
  const MadeRun run(60, [](int n) { return n < 20 ? 30.0 : 39.0; });
  EXPECT_THAT(run.ErrorAfter(24), Within(0.02));
}

TEST(EpochForecast, ASteadyDriftGoesOn) {
  const MadeRun run(40, [](int n) { return 30.0 + 0.3 * n; });
  EXPECT_THAT(run.ErrorAfter(15), Within(0.03));
  EXPECT_THAT(run.After(15).found, Contains(HasSubstr("longer than the one before")));
}

TEST(EpochForecast, ADriftThatFadesIsNotCarriedOnForEver) {
  double slack = 3;
  std::vector<double> costs;
  for (int n = 0; n < 100; ++n, slack *= 0.8) costs.push_back(50 - slack);
  const MadeRun run(100, [&](int n) { return costs[static_cast<std::size_t>(n - 1)]; });
  EXPECT_THAT(run.ErrorAfter(10), Within(0.02));
}

TEST(EpochForecast, OneOddEpochHardlyMatters) {
  const MadeRun run(60, [](int n) { return n == 7 ? 90.0 : 30.0; });
  EXPECT_THAT(run.ErrorAfter(20), Within(0.05));
}

// Units of 60 s that scatter by `deviation`, as a part of one; `slow` of them take three times as long.
MadeRun NoisyRun(unsigned seed, double deviation, double slow = 0) {
  std::mt19937 engine(seed);
  // Portable: the engine's own numbers; the sum of twelve is close to normal.
  const auto uniform = [&] { return static_cast<double>(engine()) / static_cast<double>(engine.max()); };
  return {60, [&](int) {
            double normal = -6;
            for (int i = 0; i < 12; ++i) normal += uniform();
            return 60 * std::max(0.1, 1 + deviation * normal) * (uniform() < slow ? 3 : 1);
          }};
}

bool Holds(const MadeRun& run, int seen) {
  const Estimate told = run.After(seen).duration_s;
  return told.low <= run.duration_s && run.duration_s <= told.high;
}

TEST(EpochForecast, FewNoisyEpochsHaveIntervalsThatHold) {
  for (const double deviation : {0.01, 0.05, 0.2}) {
    // After two, the first of which is of the start, noise and warm-up look alike.
    for (const int seen : {3, 5, 10}) {
      int held = 0;
      for (unsigned seed = 0; seed < 200; ++seed) held += Holds(NoisyRun(seed, deviation), seen) ? 1 : 0;
      EXPECT_GE(held, 160) << deviation << " after " << seen;
    }
  }
}

TEST(EpochForecast, SlowEpochsThatHaveBeenSeenMayComeAgain) {
  for (const int seen : {10, 20, 40}) {
    int held = 0;
    int asked = 0;
    for (unsigned seed = 0; asked < 200; ++seed) {
      const MadeRun run = NoisyRun(seed, 0.01, 0.05);
      const auto slow = [](const UnitCost& unit) { return unit.duration_s > 120; };
      if (std::none_of(run.units.begin() + 1, run.units.begin() + seen, slow)) continue;
      held += Holds(run, seen) ? 1 : 0;
      ++asked;
    }
    EXPECT_GE(held, 160) << "after " << seen;
  }
}

TEST(EpochForecast, ARhythmIsNotTakenForAMultipleOfItself) {
  for (const int period : {4, 5, 10}) {
    for (unsigned seed = 0; seed < 200; ++seed) {
      MadeRun run = NoisyRun(seed, 0.01);
      for (std::size_t n = static_cast<std::size_t>(period); n <= 60; n += static_cast<std::size_t>(period))
        run.units[n - 1].duration_s *= 2;
      EXPECT_THAT(run.After(40).found, Contains(testing::StartsWith(fmt::format("one in {} epochs", period))))
          << seed;
    }
  }
}

TEST(EpochForecast, OneHeavyEpochThatIsTheNewestIsNoStepYet) {
  const auto run_with = [](int odd, int newest) {
    return MadeRun(60, [=](int n) { return n == odd || n == newest ? 90.0 : 60.0 + n % 3 * 0.3; });
  };
  for (const int newest : {11, 16, 30}) {
    const MadeRun again = run_with(4, newest);
    EXPECT_THAT(again.ErrorAfter(newest), Within(0.08)) << newest;
    const MadeRun first = run_with(newest, newest);
    // Evaluations that begin late look like this: it goes part of the way.
    EXPECT_THAT(first.ErrorAfter(newest), Within(0.15)) << newest;
    EXPECT_GT(first.After(newest).duration_s.high, 90.0 * (60 - newest) + 60 * newest) << newest;
  }
  const MadeRun third(60, [](int n) { return n == 3 ? 180.0 : 60.0; });
  EXPECT_LT(third.ErrorAfter(3), 0.5);
}

TEST(EpochForecast, LargePercentagesAreWholeNumbers) {
  const MadeRun run(60, [](int n) { return n % 10 == 0 ? 60.0 : 30.0; });
  EXPECT_THAT(run.After(30).found, Contains("one in 10 epochs is 100 % longer"));
}

TEST(EpochForecast, EvaluationsOfTheirOwnAreCountedByTheirRhythm) {
  std::vector<UnitCost> units;
  double all_s = 0;
  std::size_t cut = 0;
  for (int n = 1; n <= 30; ++n) {
    units.push_back(Unit(n == 1 ? 25.0 : 20.0));
    if (n >= 10 && n % 2 == 0) units.push_back(Unit(n == 10 ? 9.0 : 6.0, true));
    if (n == 15) cut = units.size();
  }
  for (const UnitCost& unit : units) all_s += unit.duration_s;
  units.resize(cut);
  const PredictedTotal total = *PredictTotal(units, 30);
  EXPECT_EQ(total.epochs_seen, 15);
  EXPECT_NEAR(total.duration_s.value, all_s, 0.01 * all_s);
  EXPECT_THAT(total.found, Contains(HasSubstr("evaluations are counted apart: 8 more")));
}

TEST(EpochForecast, AnEvaluationAfterEveryEpochIsExpectedAfterEachOneToCome) {
  std::vector<UnitCost> units;
  for (int n = 1; n <= 4; ++n) {
    units.push_back(Unit(20.0));
    units.push_back(Unit(5.0, true));
  }
  EXPECT_NEAR(PredictTotal(units, 10)->duration_s.value, 250, 2.5);
  units.pop_back();
  EXPECT_NEAR(PredictTotal(units, 10)->duration_s.value, 250, 2.5) << "one is due now";
}

TEST(EpochForecast, ACheckBeforeTrainingIsNoRhythm) {
  std::vector<UnitCost> units{Unit(2.0, true)};
  for (int n = 1; n <= 3; ++n) units.push_back(Unit(20.0));
  EXPECT_NEAR(PredictTotal(units, 10)->duration_s.value, 202, 2);
}

TEST(EpochForecast, WithoutEnergyOnlyTheTimeIsPredicted) {
  const std::vector<UnitCost> units{Unit(30), {29, std::nullopt, false}};
  const PredictedTotal total = *PredictTotal(units, 10);
  EXPECT_FALSE(total.energy_kwh);
  EXPECT_GT(total.duration_s.value, 0);
}

TEST(EpochForecast, RefusesWhatCannotBe) {
  EXPECT_THAT(PredictTotal({}, 10).error().message, HasSubstr("no training epoch"));
  EXPECT_THAT(PredictTotal({Unit(3, true)}, 10).error().message, HasSubstr("no training epoch"));
  EXPECT_THAT(PredictTotal({Unit(3), Unit(3)}, 1).error().message, HasSubstr("2 training epochs"));
  EXPECT_THAT(PredictTotal({Unit(3), Unit(-3)}, 9).error().message, HasSubstr("unit 2 has a duration"));
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(PredictTotal({{3, infinite, false}}, 9).error().message, HasSubstr("unit 1 has an energy"));
}

TEST(EpochForecast, EpochsWithoutLengthHaveATotalWithoutLength) {
  const PredictedTotal total = *PredictTotal({{0, 0, false}, {0, 0, false}, {0, 0, false}}, 10);
  EXPECT_EQ(total.duration_s.value, 0);
  EXPECT_EQ(total.energy_kwh->high, 0);
}

// Positive costs of any shape.
std::vector<UnitCost> AnyUnits() {
  const auto sizes = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1'000'000)));
  std::vector<UnitCost> units;
  for (const int size : sizes) {
    units.push_back(Unit(size * 1e-3));
    units.back().eval = units.size() > 1 && *rc::gen::inRange(0, 4) == 0;
  }
  return units;
}

std::int64_t TotalOf(const std::vector<UnitCost>& units) {
  return std::count_if(units.begin(), units.end(), [](const UnitCost& unit) { return !unit.eval; }) +
         *rc::gen::inRange(0, 200);
}

RC_GTEST_PROP(EpochForecastProperties, NeverBelowWhatIsUsedAndInOrder, ()) {
  const std::vector<UnitCost> units = AnyUnits();
  const PredictedTotal total = *PredictTotal(units, TotalOf(units));
  for (const auto& [estimate, used] :
       {std::pair(total.duration_s, total.used_s), std::pair(*total.energy_kwh, *total.used_kwh)}) {
    RC_ASSERT(estimate.low >= used);
    RC_ASSERT(estimate.value >= estimate.low);
    RC_ASSERT(estimate.high >= estimate.value);
    RC_ASSERT(std::isfinite(estimate.high));
  }
}

RC_GTEST_PROP(EpochForecastProperties, UnitsOfEnergyDoNotMatter, ()) {
  std::vector<UnitCost> units = AnyUnits();
  const std::int64_t epochs = TotalOf(units);
  const Estimate kwh = *PredictTotal(units, epochs)->energy_kwh;
  for (UnitCost& unit : units) *unit.energy_kwh *= 1024;
  const Estimate scaled = *PredictTotal(units, epochs)->energy_kwh;
  RC_ASSERT(std::abs(scaled.value / (1024 * kwh.value) - 1) < 1e-9);
  RC_ASSERT(std::abs(scaled.low / (1024 * kwh.low) - 1) < 1e-9);
  RC_ASSERT(std::abs(scaled.high / (1024 * kwh.high) - 1) < 1e-9);
}

RC_GTEST_PROP(EpochForecastProperties, TheIntervalOfASteadyRunNeverWidens, ()) {
  const double length_s = *rc::gen::inRange(1, 100'000) * 0.01;
  const int total = *rc::gen::inRange(3, 150);
  const MadeRun run(total, [&](int) { return length_s; });
  double width = std::numeric_limits<double>::infinity();
  for (int seen = 1; seen <= total; ++seen) {
    const Estimate time = run.After(seen).duration_s;
    RC_ASSERT(time.high - time.low <= width * (1 + 1e-9));
    width = time.high - time.low;
  }
  RC_ASSERT(width == 0);
}

}  // namespace
}  // namespace jouleprint
