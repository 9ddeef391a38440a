// A lane with its thread: it reads by itself, and nobody waits for a meter that hangs.
#include <gtest/gtest.h>

#include <thread>

#include "sampling/lane_fixture.h"

namespace jouleprint::sampling {
namespace {

using testing::Counter;
using testing::Counts;
using testing::Gauge;
using testing::Power;
using testing::ScriptedMeter;

using LaneThreadTest = LaneTest;

// Long enough for any thread to be scheduled; nothing waits for it unless it is broken.
constexpr Seconds kAges{60};

TEST_F(LaneThreadTest, StopTakesALastReading) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{3600});
  meter_->Say({Counts(0), Counts(9 * kMicro)});
  lane->Tick();
  lane->Start();
  clock_.Advance(Seconds{1});
  EXPECT_TRUE(lane->Stop(kAges));
  EXPECT_NEAR(lane->totals()[0].energy.value(), 9, 1e-9);
  EXPECT_EQ(meter_->reads(), 2);
}

TEST_F(LaneThreadTest, TicksByItself) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{0.001});
  meter_->Say({Counts(0)});
  lane->Start();
  while (lane->ticks() < 20) std::this_thread::yield();
  EXPECT_TRUE(lane->Stop(kAges));
  const std::int64_t ticks = lane->ticks();
  EXPECT_GE(ticks, 20);
  EXPECT_EQ(ticks, meter_->reads());
}

TEST_F(LaneThreadTest, ReadsNowWhenAskedTo) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{3600});
  meter_->Say({Counts(0), Counts(kMicro), Counts(2 * kMicro)});
  EXPECT_TRUE(lane->ReadNow(kAges)) << "without a thread too";
  EXPECT_EQ(meter_->reads(), 1);
  lane->Start();
  clock_.Advance(Seconds{1});
  EXPECT_TRUE(lane->ReadNow(kAges));
  EXPECT_NEAR(lane->totals()[0].energy.value(), 1, 1e-9);
  clock_.Advance(Seconds{1});
  EXPECT_TRUE(lane->ReadNow(kAges));
  EXPECT_NEAR(lane->totals()[0].energy.value(), 2, 1e-9);
  EXPECT_TRUE(lane->Stop(kAges));
}

TEST_F(LaneThreadTest, NobodyWaitsForAMeterThatHangs) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{3600});
  meter_->Say({Counts(0), Counts(5 * kMicro), Counts(8 * kMicro)});
  lane->Tick();
  clock_.Advance(Seconds{1});
  lane->Start();
  ASSERT_TRUE(lane->ReadNow(kAges));
  meter_->Hang();
  EXPECT_FALSE(lane->ReadNow(Seconds{0.01}));
  meter_->AwaitHanging();
  // Each of these would never return if it waited for the meter.
  EXPECT_FALSE(lane->ReadNow(kAges));
  EXPECT_NEAR(lane->totals()[0].energy.value(), 5, 1e-9);
  EXPECT_TRUE(lane->gaps().empty());
  EXPECT_EQ(lane->rollups().size(), 1u);
  EXPECT_FALSE(lane->Stop(Seconds{0.01}));
  EXPECT_NEAR(lane->totals()[0].energy.value(), 5, 1e-9);
  clock_.Advance(Seconds{1});
  meter_->LetGo();
  EXPECT_TRUE(lane->Stop(kAges)) << "it answers after all";
  EXPECT_NEAR(lane->totals()[0].energy.value(), 8, 1e-9);
}

TEST_F(LaneThreadTest, AMeterThatHangsAtTheLastReadingDelaysTheEndByTheGivenPatienceOnly) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{3600});
  meter_->Say({Counts(0)});
  lane->Tick();
  lane->Start();
  meter_->Hang();  // between two readings: nothing shows yet
  EXPECT_FALSE(lane->Stop(Seconds{0.01}));
  meter_->LetGo();
  EXPECT_TRUE(lane->Stop(kAges));
}

TEST_F(LaneThreadTest, ALaneLeftBehindLivesAsLongAsItsThread) {
  // Outlives the test, as the program's clock outlives a run.
  static const auto* const clock = new os::FakeClock;
  auto owned = std::make_unique<ScriptedMeter>(std::vector{Counter("package-0")});
  ScriptedMeter* const meter = owned.get();
  auto lane = std::make_shared<Lane>(std::move(owned), *clock, Seconds{3600});
  const std::weak_ptr<MeterReader> watched = lane->reader();
  lane->Start();
  meter->Hang();
  EXPECT_FALSE(lane->Stop(Seconds{0.01}));
  meter->AwaitHanging();
  lane.reset();
  EXPECT_FALSE(watched.expired());
  meter->LetGo();
  while (!watched.expired()) std::this_thread::yield();
}

TEST_F(LaneThreadTest, TotalsMayBeReadWhileItTicks) {
  const auto lane = MakeLane({Counter("package-0"), Gauge("gpu-0")}, Seconds{0.0005});
  meter_->SayRow({Counts(0), Power(100)});
  lane->Start();
  while (lane->ticks() < 50) {
    EXPECT_EQ(lane->totals().size(), 2u);
    EXPECT_LE(lane->gaps().size(), 64u);
    EXPECT_EQ(lane->rollups().size(), 2u);
    lane->ReadNow(kAges);
  }
  EXPECT_TRUE(lane->Stop(kAges));
}

}  // namespace
}  // namespace jouleprint::sampling
