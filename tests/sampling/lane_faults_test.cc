// Meters that misbehave: what is counted and what is said when one resets, jumps, freezes, vanishes or
// does not answer; and that nobody waits for it.
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "sampling/lane_fixture.h"

namespace jouleprint::sampling {
namespace {

using meters::ReadState;
using testing::Counter;
using testing::Counts;
using testing::Failed;
using testing::Gauge;
using testing::Power;

using LaneFaultsTest = LaneTest;

// Long enough for any thread to be scheduled; nothing waits for it unless it is broken.
constexpr Seconds kAges{60};

// 50 W for 10 s, read ten times a second, but for what `fault` makes of reading `at`.
DomainTotals FiftyWattsWith(Lane& lane, testing::ScriptedMeter* meter, os::FakeClock* clock,
                            const std::function<meters::Reading(int, std::uint64_t)>& fault) {
  for (int i = 0; i <= 100; ++i) meter->Say({fault(i, static_cast<std::uint64_t>(i) * 5 * kMicro)});
  lane.Tick();
  lane.BeginRun(clock->Boot(), clock->Utc());
  for (int i = 0; i < 100; ++i) {
    clock->Advance(Seconds{0.1});
    lane.Tick();
  }
  return lane.totals()[0];
}

TEST_F(LaneFaultsTest, AResetLosesOneStretchWhichIsFilledAndSaid) {
  const auto lane = MakeLane({Counter("gpu-0")});
  const DomainTotals totals = FiftyWattsWith(*lane, meter_, &clock_, [](int i, std::uint64_t counts) {
    return Counts(i < 50 ? counts + 1000 * kMicro : counts - 50 * 5 * kMicro);
  });
  EXPECT_NEAR(totals.energy.value(), 500, 1e-3);
  EXPECT_NEAR(totals.filled.value(), 10, 1e-3);
}

TEST_F(LaneFaultsTest, ACounterThatFreezesUsesNothingMeanwhileAndCatchesUp) {
  const auto lane = MakeLane({Counter("package-0")});
  const DomainTotals totals = FiftyWattsWith(*lane, meter_, &clock_, [](int i, std::uint64_t counts) {
    return Counts(i >= 30 && i < 60 ? 30 * 5 * kMicro : counts);
  });
  EXPECT_NEAR(totals.energy.value(), 500, 1e-3);
  EXPECT_EQ(totals.filled, Joules{0});
}

TEST_F(LaneFaultsTest, AGaugeThatJumpsToFourMegawattsIsPassedOver) {
  const auto lane = MakeLane({Gauge("gpu-0")});
  const DomainTotals totals = FiftyWattsWith(
      *lane, meter_, &clock_, [](int i, std::uint64_t) { return Power(i == 40 ? 4'294'967.295 : 50); });
  EXPECT_NEAR(totals.energy.value(), 500, 1e-3);
  EXPECT_NEAR(totals.max_power.value(), 50, 1e-6);
}

TEST_F(LaneFaultsTest, AGainIsOnEveryJouleAndWatt) {
  for (meters::DomainInfo info : {Counter("package-0"), Gauge("package-0")}) {
    info.gain = 1.1;
    const auto lane = MakeLane({info});
    const DomainTotals totals = FiftyWattsWith(*lane, meter_, &clock_, [](int, std::uint64_t counts) {
      meters::Reading reading = Counts(counts);
      reading.watts = 50;
      return reading;
    });
    EXPECT_NEAR(totals.energy.value(), 550, 1e-3);
    EXPECT_NEAR(totals.max_power.value(), 55, 1e-3);
  }
}

TEST_F(LaneFaultsTest, AMeterThatVanishesAndReturnsHasLostNothingAndSaysSo) {
  const auto lane = MakeLane({Counter("package-0")});
  const DomainTotals totals = FiftyWattsWith(*lane, meter_, &clock_, [](int i, std::uint64_t counts) {
    return i % 50 >= 20 && i % 50 < 40 ? Failed(ReadState::kGone) : Counts(counts);
  });
  EXPECT_NEAR(totals.energy.value(), 500, 1e-3);
  EXPECT_EQ(totals.returns, 2);
  EXPECT_NEAR(totals.away.value(), 4, 1e-3);
}

TEST_F(LaneFaultsTest, ARunThatBeganBeforeTheFirstReadingIsFilledUpToIt) {
  const auto lane = MakeLane({Gauge("gpu-0")});
  meter_->Say({Failed(ReadState::kNoData), Power(80)});
  lane->Tick();
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  TickAfter(*lane, 2);
  TickAfter(*lane, 0.5);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 200, 1e-6);
  EXPECT_NEAR(lane->totals()[0].filled.value(), 160, 1e-6);
}

TEST_F(LaneFaultsTest, AMeterThatBlocksAtTheFirstReadingDelaysNobody) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{3600});
  meter_->Say({Counts(0), Counts(5 * kMicro)});
  meter_->Hang();
  lane->Launch();
  EXPECT_FALSE(lane->ReadNow(Seconds{0.01}));
  meter_->AwaitHanging();
  // None of these waits for it.
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  lane->Start();
  EXPECT_FALSE(lane->ReadNow(kAges));
  EXPECT_FALSE(lane->hanging().has_value()) << "not for long yet";
  const os::BootTime since = clock_.Boot();
  EXPECT_FALSE(lane->totals()[0].primed);
  clock_.Advance(Seconds{40'000});
  ASSERT_TRUE(lane->hanging().has_value());
  EXPECT_EQ(*lane->hanging(), since);
  meter_->LetGo();
  while (!lane->totals()[0].primed) std::this_thread::yield();
  EXPECT_FALSE(lane->hanging().has_value());
  EXPECT_TRUE(lane->Stop(kAges));
}

TEST_F(LaneFaultsTest, AMeterThatBlockedIsNamedAndSetAsideForAWhile) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0), Counts(260 * kMicro)});
  lane->Launch();
  ASSERT_TRUE(lane->ReadNow(kAges));
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  clock_.Advance(Seconds{0.1});
  meter_->Hang();
  EXPECT_FALSE(lane->ReadNow(Seconds{0.01}));
  meter_->AwaitHanging();
  clock_.Advance(Seconds{5});
  meter_->LetGo();
  while (lane->ticks() < 2) std::this_thread::yield();
  EXPECT_EQ(lane->blocked().times, 1);
  EXPECT_NEAR(lane->blocked().longest.value(), 5, 1e-6);
  ASSERT_EQ(lane->gaps().size(), 1u);
  EXPECT_EQ(lane->gaps()[0].cause, GapCause::kMeterBlocked);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 260, 1e-6) << "the counter went on meanwhile";
  // Asked again at once it is left alone; after the pause it is read.
  const int reads = meter_->reads();
  while (!lane->ReadNow(kAges)) std::this_thread::yield();
  EXPECT_EQ(meter_->reads(), reads);
  clock_.Advance(GrowingPause::kShortest);
  EXPECT_TRUE(lane->ReadNow(kAges));
  EXPECT_EQ(meter_->reads(), reads + 1);
  EXPECT_TRUE(lane->Stop(kAges));
}

TEST_F(LaneFaultsTest, AMeterThatBlocksWhileItIsReopenedDelaysNobody) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{3600});
  meter_->Say({Counts(0), Failed(ReadState::kGone)});
  lane->Launch();
  ASSERT_TRUE(lane->ReadNow(kAges));
  meter_->HangInReopen();
  EXPECT_FALSE(lane->ReadNow(Seconds{0.01}));
  meter_->AwaitHanging();
  EXPECT_TRUE(lane->totals()[0].gone);
  EXPECT_FALSE(lane->Stop(Seconds{0.01}));
  meter_->LetGo();
  EXPECT_TRUE(lane->Stop(kAges));
}

}  // namespace
}  // namespace jouleprint::sampling
