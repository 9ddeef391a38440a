// What is and what is not energy: wraps, resets, bad values, silence, suspends.
#include "sampling/integrator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sampling/trace.h"

namespace jouleprint::sampling {
namespace {

using meters::ReadState;
using testing::Counter;
using testing::Counts;
using testing::Failed;
using testing::Gauge;
using testing::MeanGauge;
using testing::Power;

// A counter of a package: microjoules, 2^32 units of 61 uJ, so one wrap is about 262 kJ.
constexpr std::uint64_t kPackageValues = std::uint64_t{4'294'967'296} * 61;
constexpr std::uint64_t kMicro = 1'000'000;

TEST(CounterTest, TheDifferenceIsTheEnergy) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(5 * kMicro)).After(1, Counts(105 * kMicro)).After(1, Counts(155 * kMicro));
  EXPECT_DOUBLE_EQ(trace.joules(), 150);
  EXPECT_DOUBLE_EQ(trace.integrator().power().value(), 50);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(CounterTest, TheFirstReadingIsNoEnergy) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(200'000 * kMicro));
  EXPECT_EQ(trace.joules(), 0);
  EXPECT_TRUE(trace.slices().empty());
  EXPECT_TRUE(trace.integrator().primed());
}

TEST(CounterTest, WrapsToTheMicrojoule) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(kPackageValues - 3)).After(0.1, Counts(7 * kMicro));
  EXPECT_DOUBLE_EQ(trace.joules(), 7.000003);
}

TEST(CounterTest, CountsSeveralWrapsOfALongGapByThePowerBefore) {
  Trace trace(Counter("package-0", kPackageValues));
  // 100 W for 3 h is 1.08 MJ: four wraps of 262 kJ and a rest.
  const std::uint64_t before = 90 * kMicro;
  const std::uint64_t used = 3 * 3600 * std::uint64_t{100} * kMicro;
  trace.Now(Counts(before - 10 * kMicro)).After(0.1, Counts(before));
  trace.After(3 * 3600, Counts((before + used) % kPackageValues));
  ASSERT_GT(used / kPackageValues, 3u);
  EXPECT_NEAR(trace.joules(), 1.08e6 + 10, 1e-3);
}

// A renewal between two readings that happen to come together looks like kilowatts, and means nothing.
TEST(CounterTest, TwoReadingsThatComeTogetherMakeNoWraps) {
  constexpr std::uint64_t kOnceASecond = 50 * kMicro;
  Trace trace(Counter("package-0", kOnceASecond));
  trace.Now(Counts(0)).After(0.1, Counts(4'800'000)).After(0.0002, Counts(5'200'000));
  trace.After(0.1, Counts(10 * kMicro));
  EXPECT_NEAR(trace.joules(), 10, 1e-9);
  EXPECT_NEAR(trace.integrator().power().value(), 50, 3);
}

TEST(CounterTest, AnIdleMachineDoesNotWrapInALongGap) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(0)).After(0.1, Counts(kMicro)).After(3600, Counts(36'001 * kMicro));
  EXPECT_NEAR(trace.joules(), 36'001, 1e-6);
}

TEST(CounterTest, BelievesNoMoreThanTheHardwareCanDraw) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(0)).After(0.1, Counts(10 * kMicro));
  trace.After(0.1, Counts(kPackageValues - 1));  // all ones: "unknown"
  trace.After(0.1, Counts(30 * kMicro));
  EXPECT_NEAR(trace.joules(), 30, 1e-9);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(CounterTest, ASpikeOfThirtyTwoOnesCostsNothing) {
  for (const std::uint64_t values : {std::uint64_t{0}, kPackageValues}) {
    Trace trace(Counter("package-0", values));
    trace.Now(Counts(kMicro)).After(0.1, Counts(11 * kMicro));
    trace.After(0.1, Counts(0xFFFFFFFF)).After(0.1, Counts(31 * kMicro)).After(0.1, Counts(41 * kMicro));
    EXPECT_NEAR(trace.joules(), 40, 1e-9);
    EXPECT_EQ(trace.filled(), 0);
  }
}

TEST(CounterTest, SpikesThatComeBackNowAndThenCostNothing) {
  Trace trace(Counter("package-0", kPackageValues));
  std::uint64_t counts = 0;
  trace.Now(Counts(counts));
  for (int i = 0; i < 50; ++i) {
    trace.After(0.1, Counts(counts += 10 * kMicro));
    trace.After(0.1, Counts(kPackageValues - 1));
  }
  EXPECT_NEAR(trace.joules(), 500, 1e-6);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(CounterTest, ALargeDomainMayDrawWhatItsLimitAllows) {
  meters::DomainInfo info = Counter("node");
  info.limit = Watts{10'000};
  Trace trace(info);
  trace.Now(Counts(0)).After(1, Counts(9'000 * kMicro));
  EXPECT_DOUBLE_EQ(trace.joules(), 9'000);
}

TEST(CounterTest, AResetIsFilledWithThePowerBefore) {
  for (const std::uint64_t values : {std::uint64_t{0}, kPackageValues}) {
    Trace trace(Counter("gpu-0", values));
    trace.Now(Counts(100'000 * kMicro)).After(0.1, Counts(100'020 * kMicro));
    trace.After(0.1, Counts(5)).After(0.1, Counts(20 * kMicro));  // 200 W all along
    EXPECT_NEAR(trace.joules(), 60, 1e-6);
    EXPECT_NEAR(trace.filled(), 40, 1e-6);
    trace.After(0.1, Counts(40 * kMicro));
    EXPECT_NEAR(trace.joules(), 80, 1e-6);
    EXPECT_NEAR(trace.filled(), 40, 1e-6);
  }
}

TEST(CounterTest, OneReadingOfThePastCostsNothing) {
  Trace trace(Counter("gpu-0"));
  trace.Now(Counts(50 * kMicro)).After(0.1, Counts(60 * kMicro));
  trace.After(0.1, Counts(40 * kMicro)).After(0.1, Counts(80 * kMicro));
  EXPECT_NEAR(trace.joules(), 30, 1e-9);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(CounterTest, AStuckCounterUsesNothingAndIsNotAlive) {
  Trace trace(Counter("psys"));
  for (int i = 0; i < 100; ++i) trace.After(0.1, Counts(77));
  EXPECT_EQ(trace.joules(), 0);
  EXPECT_FALSE(trace.integrator().alive());
  trace.After(0.1, Counts(78));
  EXPECT_TRUE(trace.integrator().alive());
}

TEST(CounterTest, SilenceLosesNothing) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(0)).After(0.1, Counts(10 * kMicro));
  for (int i = 0; i < 20; ++i) trace.After(0.1, Failed(i % 2 == 0 ? ReadState::kNoData : ReadState::kGone));
  trace.After(0.1, Counts(220 * kMicro));
  EXPECT_NEAR(trace.joules(), 220, 1e-9);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(CounterTest, AStaleValueCounts) {
  Trace trace(Counter("package-0"));
  meters::Reading stale = Counts(3 * kMicro);
  stale.state = ReadState::kStale;
  trace.Now(Counts(0)).After(0.1, stale);
  EXPECT_DOUBLE_EQ(trace.joules(), 3);
}

TEST(CounterTest, CountsOnThroughASuspend) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(0)).After(1, Counts(50 * kMicro));
  // Suspended to idle for 8 h at 2 W; the counter has gone round or not, either way it is right.
  trace.AfterSuspend(8 * 3600, Counts(57'650 * kMicro));
  EXPECT_NEAR(trace.joules(), 57'650, 1e-6);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(CounterTest, WrapsThroughASuspend) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(kPackageValues - 60 * kMicro)).After(1, Counts(kPackageValues - 10 * kMicro));
  trace.AfterSuspend(8 * 3600, Counts(57'590 * kMicro)).After(0.1, Counts(57'595 * kMicro));
  EXPECT_NEAR(trace.joules(), 50 + 57'600 + 5, 1e-3);
}

TEST(CounterTest, ARegisterThatLostItsPowerInASuspendHasNotWrapped) {
  Trace trace(Counter("package-0", kPackageValues));
  trace.Now(Counts(100'000 * kMicro)).After(1, Counts(100'050 * kMicro));
  trace.AfterSuspend(3600, Counts(0)).After(0.1, Counts(5 * kMicro)).After(0.1, Counts(10 * kMicro));
  EXPECT_NEAR(trace.joules(), 50 + 5 + 5, 1e-6) << "a wrap would be 162 kJ that nobody used";
  EXPECT_NEAR(trace.filled(), 5, 1e-6);
}

TEST(CounterTest, ReadingsOutOfOrderAddNothing) {
  Trace trace(Counter("package-0"));
  trace.Now(Counts(0)).After(1, Counts(10 * kMicro)).Now(Counts(20 * kMicro));
  trace.clock().Advance(Seconds{-0.5});
  trace.Now(Counts(30 * kMicro));
  EXPECT_DOUBLE_EQ(trace.joules(), 10);
}

TEST(CounterTest, AReadIsTimedByItsMiddle) {
  Integrator integrator(Counter("package-0"), Seconds{0.1});
  meters::Reading first = Counts(0);
  first.before = {1'000'000'000};
  first.after = {1'000'000'200};
  meters::Reading second = Counts(kMicro);
  second.before = {2'000'000'000};
  second.after = {2'000'000'400};
  integrator.Add(first, Seconds{1});
  const std::optional<Slice> slice = integrator.Add(second, Seconds{2});
  ASSERT_TRUE(slice.has_value());
  EXPECT_EQ(slice->from.ns, 1'000'000'100);
  EXPECT_EQ(slice->to.ns, 2'000'000'200);
}

TEST(GaugeTest, TheTrapezoidIsExactOnRamps) {
  Trace trace(Gauge("gpu-0"));
  // 100 W rising by 50 W/s for 4 s, read at uneven times: 100 * 4 + 50 * 4^2 / 2.
  double at = 0;
  trace.Now(Power(100));
  for (const double step : {0.1, 0.35, 0.05, 0.9, 0.6, 1.0, 1.0}) {
    at += step;
    trace.After(step, Power(100 + 50 * at));
  }
  EXPECT_NEAR(trace.joules(), 800, 1e-6);
}

TEST(GaugeTest, AMeanSinceTheLastReadIsTakenAtItsWord) {
  Trace trace(MeanGauge("cpu"));
  trace.Now(Power(999)).After(1, Power(10)).After(2, Power(40));
  EXPECT_DOUBLE_EQ(trace.joules(), 10 + 80);
}

TEST(GaugeTest, ASuspendedMachineDrawsNothing) {
  for (const meters::DomainInfo& info : {Gauge("gpu-0"), MeanGauge("cpu")}) {
    Trace trace(info, Seconds{1});
    trace.Now(Power(200)).After(1, Power(200)).AfterSuspend(3600, Power(200)).After(1, Power(200));
    EXPECT_NEAR(trace.joules(), 400, 1e-6);
    EXPECT_EQ(trace.filled(), 0);
  }
}

TEST(GaugeTest, ABadValueAddsNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {nan, -1.0, 4'294'967.295, std::numeric_limits<double>::infinity()}) {
    Trace trace(Gauge("gpu-0"));
    trace.Now(Power(100)).After(0.1, Power(bad)).After(0.1, Power(100));
    EXPECT_NEAR(trace.joules(), 20, 1e-9) << bad;
  }
}

TEST(GaugeTest, ABadFirstValueIsNotWhereItStarts) {
  Trace trace(Gauge("gpu-0"));
  trace.Now(Power(std::numeric_limits<double>::quiet_NaN())).After(0.1, Power(1e7)).After(0.1, Power(100));
  EXPECT_EQ(trace.joules(), 0);
  trace.After(0.1, Power(100));
  EXPECT_NEAR(trace.joules(), 10, 1e-9);
}

TEST(GaugeTest, AMissedReadingIsBridged) {
  Trace trace(Gauge("gpu-0"));
  trace.Now(Power(100)).After(0.1, Failed(ReadState::kNoData)).After(0.1, Power(200));
  EXPECT_NEAR(trace.joules(), 30, 1e-9);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(GaugeTest, ALongSilenceCountsAsFilledIn) {
  Trace trace(Gauge("gpu-0"));
  trace.Now(Power(100)).After(0.1, Power(100)).After(60, Power(100)).After(0.1, Power(100));
  EXPECT_NEAR(trace.joules(), 6020, 1e-6);
  EXPECT_NEAR(trace.filled(), 6000, 1e-6);
}

TEST(GaugeTest, ALongSilenceOfAMeanHidesNothing) {
  Trace trace(MeanGauge("cpu"));
  trace.Now(Power(100)).After(60, Power(70));
  EXPECT_DOUBLE_EQ(trace.joules(), 4200);
  EXPECT_EQ(trace.filled(), 0);
}

TEST(GaugeTest, IsAliveOnceItDrawsSomething) {
  Trace trace(Gauge("gpu-0"));
  trace.Now(Power(0)).After(0.1, Power(0));
  EXPECT_FALSE(trace.integrator().alive());
  trace.After(0.1, Power(1));
  EXPECT_TRUE(trace.integrator().alive());
}

TEST(GaugeTest, SettingTheWallClockChangesNothing) {
  Trace trace(Gauge("gpu-0"));
  trace.Now(Power(100));
  for (int i = 0; i < 10; ++i) {
    trace.clock().StepUtc(Seconds{i % 2 == 0 ? -86400.0 : 3600.0});
    trace.After(0.1, Power(100));
  }
  EXPECT_NEAR(trace.joules(), 100, 1e-9);
}

}  // namespace
}  // namespace jouleprint::sampling
