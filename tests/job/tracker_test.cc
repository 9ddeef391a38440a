// What a program that measures itself is told: tasks, epochs, metrics, predictions, budgets.
#include "jouleprint/tracker.h"

#include <cmath>
#include <thread>
#include <vector>

#include "tracker_fixture.h"

namespace jouleprint {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kJoulesPerKwh;

constexpr double kMicrojoule = 1e-6;
// Where a counter starts again it is known to one of its steps, 61 uJ: its range is given in whole ones.
constexpr double kStep = 1e-4;

using TrackerTest = testing::TrackerFixture;

TEST_F(TrackerTest, ATaskHasWhatTheCounterCountedToTheMicrojoule) {
  const auto tracker = Start();
  Use(100);
  const auto task = tracker->BeginTask("load");
  Use(36.5);
  const auto record = tracker->EndTask(*task);
  Use(100);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->name, "load");
  EXPECT_NEAR(record->energy_kwh.value * kJoulesPerKwh, 36.5, kMicrojoule);
  EXPECT_NEAR(record->domain_kwh.at("package-0") * kJoulesPerKwh, 36.5, kMicrojoule);
  EXPECT_GE(record->end_s, record->start_s);
}

TEST_F(TrackerTest, ATaskIsExactWhereTheCounterStartsAgain) {
  counter_uj_ = testing::kWrapsAt_uj - 10'000'000;  // 10 J before its end
  tree_.SetEnergy("intel-rapl:0", counter_uj_);
  const auto tracker = Start();
  const auto outer = tracker->BeginTask("long");
  const auto inner = tracker->BeginTask("short");
  Use(30);
  EXPECT_NEAR(tracker->EndTask(*inner)->energy_kwh.value * kJoulesPerKwh, 30, kStep);
  Use(5);
  EXPECT_NEAR(tracker->EndTask(*outer)->energy_kwh.value * kJoulesPerKwh, 35, kStep);
}

TEST_F(TrackerTest, AnOuterTaskHasWhatItsInnerOnesHave) {
  const auto tracker = Start();
  const auto outer = tracker->BeginTask("epoch");
  Use(1);
  const auto first = tracker->BeginTask("forward", *outer);
  Use(2);
  ASSERT_TRUE(tracker->EndTask(*first).ok());
  const auto second = tracker->BeginTask("backward", *outer);
  Use(4);
  ASSERT_TRUE(tracker->EndTask(*second).ok());
  ASSERT_TRUE(tracker->EndTask(*outer).ok());
  const auto run = tracker->Stop();
  ASSERT_EQ(run->tasks.size(), 3U);
  EXPECT_NEAR(run->tasks[0].energy_kwh.value * kJoulesPerKwh, 7, kMicrojoule);
  EXPECT_NEAR(run->tasks[1].energy_kwh.value * kJoulesPerKwh, 2, kMicrojoule);
  EXPECT_NEAR(run->tasks[2].energy_kwh.value * kJoulesPerKwh, 4, kMicrojoule);
  EXPECT_EQ(run->tasks[0].parent, std::nullopt);
  EXPECT_EQ(run->tasks[2].parent, 0);
}

TEST_F(TrackerTest, TasksOfSeveralThreadsAreKeptApart) {
  const auto tracker = Start();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) {
        const auto task = tracker->BeginTask("work");
        if (!task.ok() || !tracker->EndTask(*task).ok()) ADD_FAILURE();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tracker->Stop()->tasks.size(), 80U);
}

TEST_F(TrackerTest, ATaskThatIsStillOpenIsShownSoFarAndEndsWithTheRun) {
  const auto tracker = Start();
  ASSERT_TRUE(tracker->BeginTask("all").ok());
  Use(5);
  EXPECT_NEAR(tracker->Snapshot()->tasks.at(0).energy_kwh.value * kJoulesPerKwh, 5, kMicrojoule);
  Use(6);
  EXPECT_NEAR(tracker->Stop()->tasks.at(0).energy_kwh.value * kJoulesPerKwh, 11, kMicrojoule);
}

TEST_F(TrackerTest, ATaskEndsOnceAndLiesInOneThatIsThere) {
  const auto tracker = Start();
  const auto task = tracker->BeginTask("a");
  ASSERT_TRUE(tracker->EndTask(*task).ok());
  EXPECT_THAT(tracker->EndTask(*task).error().message, HasSubstr("'a' has ended already"));
  EXPECT_THAT(tracker->EndTask(7).error().message, HasSubstr("no task 7"));
  EXPECT_THAT(tracker->BeginTask("b", 9).error().message, HasSubstr("no task 9"));
}

TEST_F(TrackerTest, AnEpochBeginsWhereTheOneBeforeItEndedOrWhereItIsSaid) {
  const auto tracker = Start();
  Use(1);
  ASSERT_TRUE(tracker->EndEpoch().ok());
  Use(2);
  const auto eval = tracker->EndEpoch(std::nullopt, true);
  Use(100);
  ASSERT_TRUE(tracker->BeginEpoch().ok());
  Use(4);
  const auto second = tracker->EndEpoch();
  EXPECT_EQ(eval->kind, "eval");
  EXPECT_EQ(eval->epoch, 1);
  EXPECT_EQ(second->epoch, 2);
  EXPECT_NEAR(eval->energy_kwh * kJoulesPerKwh, 2, kMicrojoule);
  EXPECT_NEAR(second->energy_kwh * kJoulesPerKwh, 4, kMicrojoule);
  EXPECT_EQ(tracker->EndEpoch(9)->epoch, 9);
}

TEST_F(TrackerTest, MetricsAndTagsStandInTheRecord) {
  const auto tracker = Start();
  ASSERT_TRUE(tracker->Log("accuracy", 0.5).ok());
  ASSERT_TRUE(tracker->Log("accuracy", 0.75).ok());
  ASSERT_TRUE(tracker->Log("loss", std::nan("")).ok());
  ASSERT_TRUE(tracker->SetTag("model", "resnet").ok());
  EXPECT_FALSE(tracker->Log("", 1).ok());
  const auto run = tracker->Stop();
  ASSERT_EQ(run->metrics.at("accuracy").size(), 2U);
  EXPECT_EQ(run->metrics.at("accuracy").back().value, 0.75);
  EXPECT_FALSE(run->metrics.contains("loss"));
  EXPECT_EQ(run->tags.at("model"), "resnet");
}

TEST_F(TrackerTest, TheRecordHasTheMachineThePlaceAndTheCpuTimeOfThisProcess) {
  const auto tracker = Start();
  [[maybe_unused]] volatile double kept = 0;
  for (int i = 1; i < 20'000'000; ++i) kept = 1.0 / i;
  Use(36);
  const auto run = tracker->Stop();
  EXPECT_EQ(run->state, RunState::kFinished);
  EXPECT_EQ(run->zone, "FR");
  EXPECT_THAT(run->boundary, Contains("package-0"));
  EXPECT_GT(run->energy_kwh.machine.value, 0);
  EXPECT_GT(run->emissions_gco2e.total.value, 0);
  EXPECT_GT(run->job.cpu_s, 0);
  EXPECT_GT(run->overhead.samples, 0);
}

TEST_F(TrackerTest, APredictionWantsAnEpochAndTheirNumber) {
  const auto tracker = Start();
  EXPECT_THAT(tracker->Predict(10).error().message, HasSubstr("no training epoch"));
  ASSERT_TRUE(tracker->EndEpoch().ok());
  EXPECT_THAT(tracker->Predict().error().message, HasSubstr("how many epochs"));
}

TEST_F(TrackerTest, APredictionCountsWhatIsBehindAndWhatIsToCome) {
  options_.epochs = 10;
  const auto tracker = Start();
  for (int i = 0; i < 3; ++i) {
    Use(10);
    ASSERT_TRUE(tracker->EndEpoch().ok());
  }
  const auto prediction = tracker->Predict();
  ASSERT_TRUE(prediction.ok());
  EXPECT_EQ(prediction->epochs_seen, 3);
  EXPECT_EQ(prediction->epochs_total, 10);
  EXPECT_NEAR(prediction->energy_kwh.value * kJoulesPerKwh, 100, 5);
  EXPECT_GT(prediction->emissions_gco2e.value, 0);
  EXPECT_EQ(tracker->Snapshot()->prediction->epochs_total, 10);
}

TEST_F(TrackerTest, ABudgetThatIsPassedIsTold) {
  BudgetOption budget;
  budget.unit = BudgetUnit::kKilowattHours;
  budget.limit = 10 / kJoulesPerKwh;
  options_.budgets.push_back(budget);
  const auto tracker = Start();
  Use(20);
  const auto run = tracker->Stop();
  ASSERT_EQ(run->budgets.size(), 1U);
  EXPECT_EQ(run->budgets[0].state, "passed");
  EXPECT_EQ(run->budgets[0].action, "warn");
  EXPECT_THAT(tracker->TakeNotices(), Contains(HasSubstr("budget")));
  EXPECT_THAT(tracker->TakeNotices(), IsEmpty());
}

TEST_F(TrackerTest, WhatIsForCommandsIsRefused) {
  options_.epoch_regex = "Epoch";
  EXPECT_THAT(Tracker::Start(options_).error().message, HasSubstr("epoch_regex"));
}

}  // namespace
}  // namespace jouleprint
