// What a run that goes on is foretold to take, from its finished epochs.
#include "job/live_prediction.h"

#include <gtest/gtest.h>

#include <vector>

namespace jouleprint::job {
namespace {

constexpr double kIntensity = 500;  // g/kWh

// Epochs of 100 s and 0.1 kWh each.
FinishedUnits Epochs(int count, double before_s = 0) {
  FinishedUnits finished;
  finished.before_s = before_s;
  finished.before_kwh = before_s / 1000;
  for (int i = 0; i < count; ++i) {
    const double start_s = before_s + 100.0 * i;
    finished.epochs.push_back({i + 1, "train", start_s, start_s + 100, 0.1});
  }
  return finished;
}

IntensityUsed Steady() { return {Estimate::Exact(kIntensity, Basis::kAssumed), "", "given"}; }

RunRecord Record() {
  RunRecord record;
  record.intensity = Steady();
  return record;
}

RunProgress Used(double elapsed_s, double kwh) {
  RunProgress progress;
  progress.elapsed_s = elapsed_s;
  progress.energy_kwh = Estimate::Exact(kwh, Basis::kCounter);
  return progress;
}

std::optional<PredictionRecord> Predict(const LiveUnits& live, std::int64_t total, const RunProgress& used) {
  FootprintChoice nothing_made;
  nothing_made.embodied.kind = EmbodiedOption::Kind::kOff;
  const auto foretold =
      LivePrediction().Predict(live, total, used, Record(), nothing_made, Pricing(Steady()));
  if (!foretold) return std::nullopt;
  return foretold->shown;
}

TEST(LivePredictionTest, EvenEpochsGoOn) {
  const auto prediction = Predict(UnitsOf(Epochs(10), {}), 20, Used(1000, 1));
  ASSERT_TRUE(prediction);
  EXPECT_EQ(prediction->epochs_seen, 10);
  EXPECT_EQ(prediction->epochs_total, 20);
  EXPECT_EQ(prediction->at_s, 1000);
  EXPECT_NEAR(prediction->duration_s.value, 2000, 20);
  EXPECT_NEAR(prediction->energy_kwh.value, 2, 0.02);
  EXPECT_NEAR(prediction->emissions_gco2e.value, 1000, 10);
  EXPECT_LE(prediction->energy_kwh.low, prediction->energy_kwh.value);
  EXPECT_EQ(prediction->intensity, "given");
}

TEST(LivePredictionTest, WhatStandsBeforeTheFirstEpochIsCountedOnce) {
  const auto without = Predict(UnitsOf(Epochs(10), {}), 20, Used(1000, 1));
  const auto with = Predict(UnitsOf(Epochs(10, 300), {}), 20, Used(1300, 1.3));
  ASSERT_TRUE(without && with);
  EXPECT_NEAR(with->duration_s.value - without->duration_s.value, 300, 1e-6);
  EXPECT_NEAR(with->energy_kwh.value - without->energy_kwh.value, 0.3, 1e-9);
}

TEST(LivePredictionTest, APauseIsCountedOnceAndNotMultiplied) {
  FinishedUnits finished = Epochs(10);
  finished.epochs.back().end_s += 3600;
  finished.epochs.back().energy_kwh += 0.5;
  const auto even = Predict(UnitsOf(Epochs(10), {}), 20, Used(1000, 1));
  const auto paused = Predict(UnitsOf(finished, {{950, 0.95, 4550, 1.45}}), 20, Used(4600, 1.5));
  ASSERT_TRUE(even && paused);
  EXPECT_NEAR(paused->duration_s.value - even->duration_s.value, 3600, 1e-6);
  EXPECT_NEAR(paused->energy_kwh.value - even->energy_kwh.value, 0.5, 1e-9);
}

TEST(LivePredictionTest, APauseBeforeTheFirstEpochIsInWhatStandsBefore) {
  const LiveUnits live = UnitsOf(Epochs(3, 300), {{100, 0.1, 200, 0.11}});
  EXPECT_EQ(live.beside_s, 300);
  EXPECT_EQ(live.units.front().duration_s, 100);
}

TEST(LivePredictionTest, TheTotalIsNeverLessThanWhatIsUsed) {
  const auto prediction = Predict(UnitsOf(Epochs(20), {}), 20, Used(2500, 3));
  ASSERT_TRUE(prediction);
  EXPECT_GE(prediction->duration_s.low, 2500);
  EXPECT_GE(prediction->energy_kwh.low, 3);
}

TEST(LivePredictionTest, AMetersOwnErrorIsInWhatIsShownAndNotInWhatBudgetsAreHeldAgainst) {
  FootprintChoice nothing_made;
  nothing_made.embodied.kind = EmbodiedOption::Kind::kOff;
  RunProgress used = Used(1000, 1);
  used.energy_kwh = {1, 0.5, 2, Basis::kModelled};
  const auto foretold =
      LivePrediction().Predict(UnitsOf(Epochs(10), {}), 20, used, Record(), nothing_made, Pricing(Steady()));
  ASSERT_TRUE(foretold);
  EXPECT_NEAR(foretold->shown.energy_kwh.value, 2, 0.02);
  EXPECT_LE(foretold->shown.energy_kwh.low, 1);
  EXPECT_GE(foretold->shown.energy_kwh.high, 4);
  EXPECT_LE(foretold->shown.emissions_gco2e.low, 500);
  EXPECT_GE(foretold->shown.emissions_gco2e.high, 2000);
  EXPECT_EQ(foretold->reported.energy_kwh.value, foretold->shown.energy_kwh.value);
  EXPECT_EQ(foretold->reported.emissions_gco2e.value, foretold->shown.emissions_gco2e.value);
  EXPECT_GT(foretold->reported.energy_kwh.low, 1.8)
      << "even epochs: what the run will report is nearly known";
  EXPECT_GT(foretold->reported.emissions_gco2e.low, 900);
}

TEST(LivePredictionTest, ARunThatGoesOnFromACheckpointHasFewerEpochsOfItsOwn) {
  const auto numbered = [](const std::vector<std::int64_t>& numbers) {
    std::vector<EpochRecord> epochs;
    for (const std::int64_t number : numbers) epochs.push_back({number, "train", 0, 1, 0});
    return epochs;
  };
  EXPECT_EQ(EpochsOfThisRun(numbered({1, 2, 3}), 50), 50);
  EXPECT_EQ(EpochsOfThisRun(numbered({0, 1, 2}), 50), 50) << "counted from zero";
  EXPECT_EQ(EpochsOfThisRun(numbered({41, 42}), 50), 10);
  EXPECT_EQ(EpochsOfThisRun(numbered({41}), 50), 10);
  EXPECT_EQ(EpochsOfThisRun(numbered({10, 20, 30}), 50), 50) << "every tenth is told";
  EXPECT_EQ(EpochsOfThisRun(numbered({60, 61}), 50), 50);
  EXPECT_EQ(EpochsOfThisRun({}, 50), 50);
}

TEST(LivePredictionTest, WithoutEpochsNothingIsForetold) {
  EXPECT_FALSE(Predict(UnitsOf({}, {}), 20, Used(10, 0.1)));
  EXPECT_FALSE(Predict(UnitsOf(Epochs(5), {}), 4, Used(500, 0.5))) << "more than there are";
}

}  // namespace
}  // namespace jouleprint::job
