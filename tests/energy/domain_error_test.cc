// How wide one domain's interval is, from what is known of its meter.
#include "energy/domain_error.h"

#include <gtest/gtest.h>

#include <cmath>

#include "energy/uses.h"

namespace jouleprint::energy {
namespace {

constexpr Seconds kMinute{60};
const double kTriangular90 = 1 - std::sqrt(0.1);

double Width(const DomainUse& use, Seconds duration = kMinute) {
  return DomainJoules(use, duration).upper_width();
}

// 100 W for a minute with peaks of 150 W, read 10 times a second, by a meter without any error.
DomainUse PerfectGauge() {
  DomainUse use = Package("gpu-0", Joules{6000});
  use.info.kind = meters::ReadingKind::kGauge;
  use.info.error = {};
  use.max_power = Watts{150};
  return use;
}

DomainUse PerfectCounter() {
  DomainUse use = PerfectGauge();
  use.info.kind = meters::ReadingKind::kCounter;
  return use;
}

TEST(DomainErrorTest, AMeterWithoutErrorIsExact) {
  EXPECT_EQ(Width(PerfectGauge()), 0);
  EXPECT_EQ(Width(PerfectCounter()), 0);
}

TEST(DomainErrorTest, ACountersStepCountsAtBothEnds) {
  DomainUse use = PerfectCounter();
  use.info.error.resolution = 3600;  // a plug that counts watt-hours
  EXPECT_NEAR(Width(use), kTriangular90 * 3600, 1e-6);
  EXPECT_NEAR(Width(use, Seconds{3600}), kTriangular90 * 3600, 1e-6) << "once, however long the run";
}

TEST(DomainErrorTest, AGaugesStepLastsAsLongAsTheRun) {
  DomainUse use = PerfectGauge();
  use.info.error.resolution = 4;  // a BMC that shows every fourth watt
  EXPECT_NEAR(Width(use), 0.45 * 4 * 60, 1e-6);
}

TEST(DomainErrorTest, AValueThatComesLateMovesTheWindow) {
  DomainUse use = PerfectGauge();
  use.info.error.averaging_window = Seconds{1};
  // Half a second late, at up to 150 W more at one end than at the other.
  EXPECT_NEAR(Width(use), 75, 1e-6);
  use = WithIdle(use, Watts{50});
  EXPECT_NEAR(Width(use), 50, 1e-6) << "the machine is never below its idle";
}

TEST(DomainErrorTest, ASteadyLoadHidesNothing) {
  DomainUse use = PerfectGauge();
  use.info.error.update_period = Seconds{0.1};
  use.info.error.averaging_window = Seconds{0.025};
  use.max_power = Watts{100};
  use = WithIdle(use, Watts{100});
  EXPECT_NEAR(Width(use), 0, 1e-6);
}

TEST(DomainErrorTest, WhatTheDeviceDoesNotLookAtMayDiffer) {
  DomainUse use = PerfectCounter();
  use.info.error.update_period = Seconds{0.1};
  const double seen_all = Width(use);
  use.info.error.seen_fraction = 0.25;
  // Between 0 and 150 W with a mean of 100 W: a variance of at most 50 * 100; 600 looks of which 3/4 is
  // unseen.
  const double unseen = 1.645 * std::sqrt(5000 * 0.75 / 600) * 60;
  EXPECT_NEAR(Width(use), std::hypot(seen_all, unseen), 1e-6);
}

TEST(DomainErrorTest, UnseenPartsEvenOutOverALongRun) {
  DomainUse use = PerfectCounter();
  use.info.error.update_period = Seconds{0.1};
  use.info.error.seen_fraction = 0.25;
  DomainUse longer = use;
  longer.energy = use.energy * 100;
  EXPECT_LT(Width(longer, kMinute * 100) / longer.energy.value(), Width(use) / use.energy.value() / 5);
}

TEST(DomainErrorTest, LookingSeldomAtAGaugeWidensIt) {
  DomainUse use = PerfectGauge();
  use.info.error.update_period = Seconds{0.1};
  use.info.error.averaging_window = Seconds{0.1};
  use.read_every = Seconds{0.1};
  const double often = Width(use);
  use.read_every = Seconds{10};
  EXPECT_GT(Width(use), 5 * often);
}

TEST(DomainErrorTest, AMeanSinceTheLastReadMissesNothing) {
  DomainUse use = PerfectGauge();
  use.info.mean_since_last_read = true;
  use.info.error.update_period = Seconds{1};
  use.read_every = Seconds{10};
  EXPECT_EQ(Width(use), 0);
}

TEST(DomainErrorTest, ARunOfNoDurationHasAFiniteInterval) {
  DomainUse use = PerfectCounter();
  use.energy = Joules{0};
  use.info.error.seen_fraction = 0.25;
  use.info.error.update_period = Seconds{0.1};
  EXPECT_EQ(Width(use, Seconds{0}), 0);
}

}  // namespace
}  // namespace jouleprint::energy
