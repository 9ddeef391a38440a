// When a limit counts as passed.
#include "job/budget/watch.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/any.h"

namespace jouleprint::job {
namespace {

using testing::AnyBetween;

BudgetOption Limit(double limit, double confidence = 0.9) {
  BudgetOption option;
  option.limit = limit;
  option.confidence = confidence;
  return option;
}

Estimate About(double value, double below, double above) {
  return {value, value - below, value + above, Basis::kModelled};
}

// The 90 % and 95 % quantiles of the standard normal distribution are 1.2816 and 1.6449: an interval of 90 %
// that is 16.449 wide to either side has a tenth of its distribution more than 12.816 below the value.
TEST(ChanceAboveTest, IsThatOfANormalDistribution) {
  EXPECT_NEAR(ChanceAbove(About(100, 16.449, 16.449), 100), 0.5, 1e-9);
  EXPECT_NEAR(ChanceAbove(About(100, 16.449, 16.449), 100 - 12.816), 0.9, 1e-4);
  EXPECT_NEAR(ChanceAbove(About(100, 16.449, 16.449), 100 + 16.449), 0.05, 1e-4);
}

TEST(ChanceAboveTest, TakesEachSideByItself) {
  EXPECT_NEAR(ChanceAbove(About(100, 16.449, 1000), 100 - 12.816), 0.9, 1e-4);
  EXPECT_NEAR(ChanceAbove(About(100, 1000, 16.449), 100 + 12.816), 0.1, 1e-4);
}

TEST(ChanceAboveTest, OfAnExactFigureIsCertain) {
  EXPECT_EQ(ChanceAbove(Estimate::Exact(5, Basis::kCounter), 4), 1);
  EXPECT_EQ(ChanceAbove(Estimate::Exact(5, Basis::kCounter), 5), 0);
  EXPECT_EQ(ChanceAbove(Estimate::Exact(5, Basis::kCounter), 6), 0);
}

TEST(BudgetWatchTest, TriggersOnceWhenThePredictionIsSureEnough) {
  BudgetWatch watch(Limit(87));
  EXPECT_FALSE(watch.Look(1, About(99, 16.449, 16.449)));
  EXPECT_EQ(watch.state(), BudgetState::kKept);
  EXPECT_TRUE(watch.Look(2, About(100, 16.449, 16.449)));
  EXPECT_EQ(watch.state(), BudgetState::kWillBePassed);
  EXPECT_FALSE(watch.Look(3, About(100, 16.449, 16.449)));
}

TEST(BudgetWatchTest, AMoreDaringConfidenceTriggersSooner) {
  BudgetWatch careful(Limit(90, 0.99));
  BudgetWatch daring(Limit(90, 0.6));
  EXPECT_FALSE(careful.Look(1, About(100, 16.449, 16.449)));
  EXPECT_TRUE(daring.Look(1, About(100, 16.449, 16.449)));
}

TEST(BudgetWatchTest, WithoutAPredictionWhatIsUsedCounts) {
  BudgetWatch watch(Limit(10));
  EXPECT_FALSE(watch.Look(9.9, std::nullopt));
  EXPECT_FALSE(watch.Look(10, std::nullopt));
  EXPECT_TRUE(watch.Look(10.1, std::nullopt));
  EXPECT_EQ(watch.state(), BudgetState::kPassed);
}

TEST(BudgetWatchTest, WhatIsUsedIsCertainWhateverIsPredicted) {
  BudgetWatch watch(Limit(10));
  EXPECT_TRUE(watch.Look(11, Estimate::Exact(3, Basis::kModelled)));
}

TEST(BudgetWatchTest, TheStateFollowsWhatHappensAfterItTriggered) {
  BudgetWatch watch(Limit(10));
  EXPECT_TRUE(watch.Look(1, Estimate::Exact(12, Basis::kModelled)));
  EXPECT_FALSE(watch.Look(2, Estimate::Exact(9, Basis::kModelled)));
  EXPECT_EQ(watch.state(), BudgetState::kKept);
  EXPECT_FALSE(watch.Look(11, Estimate::Exact(12, Basis::kModelled)));
  EXPECT_EQ(watch.state(), BudgetState::kPassed);
  EXPECT_TRUE(watch.triggered());
}

RC_GTEST_PROP(BudgetWatchProperty, TheChanceFallsAsTheLimitRises, ()) {
  const Estimate estimate = About(100, AnyBetween(0, 80), AnyBetween(0, 80));
  const double low = AnyBetween(0, 200);
  const double high = low + AnyBetween(0, 100);
  RC_ASSERT(ChanceAbove(estimate, low) >= ChanceAbove(estimate, high) - 1e-12);
  RC_ASSERT(ChanceAbove(estimate, low) >= 0 && ChanceAbove(estimate, low) <= 1);
}

}  // namespace
}  // namespace jouleprint::job
