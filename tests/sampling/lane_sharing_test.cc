// Several lanes on one reader: each run has its own books, and the meter is read once for all.
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "sampling/lane_fixture.h"
#include "sampling/meter_reader.h"
#include "support/scripted_meter.h"

namespace jouleprint::sampling {
namespace {

using testing::Counter;
using testing::Counts;
using testing::ScriptedMeter;

constexpr Seconds kAges{60};

class LaneSharingTest : public ::testing::Test {
 protected:
  LaneSharingTest() {
    auto meter = std::make_unique<ScriptedMeter>(std::vector{Counter("package-0")});
    meter_ = meter.get();
    reader_ = std::make_shared<MeterReader>(std::move(meter), *clock_);
  }

  std::shared_ptr<Lane> Join(Seconds period = Seconds{3600}) {
    return std::make_shared<Lane>(reader_, period);
  }

  void ReadASecondLater() {
    clock_->Advance(Seconds{1});
    reader_->Tick();
  }

  // Outlives the readers' threads, as the program's clock does.
  static os::FakeClock* TheClock() {
    static auto* const clock = new os::FakeClock;
    return clock;
  }

  os::FakeClock* const clock_ = TheClock();
  ScriptedMeter* meter_ = nullptr;
  std::shared_ptr<MeterReader> reader_;
};

TEST_F(LaneSharingTest, EachLaneHasWhatWasUsedSinceItsOwnRunBegan) {
  meter_->Say({Counts(0), Counts(10 * kMicro), Counts(30 * kMicro), Counts(60 * kMicro)});
  const auto first = Join();
  ReadASecondLater();
  first->BeginRun(clock_->Boot(), clock_->Utc());
  ReadASecondLater();
  const auto second = Join();
  ReadASecondLater();
  second->BeginRun(clock_->Boot(), clock_->Utc());
  ReadASecondLater();
  EXPECT_NEAR(first->totals()[0].energy.value(), 60, 1e-9);
  EXPECT_NEAR(second->totals()[0].energy.value(), 30, 1e-9);
}

TEST_F(LaneSharingTest, WhoHasLeftHearsNoMoreAndTheOthersDo) {
  meter_->Say({Counts(0), Counts(10 * kMicro)});
  const auto first = Join();
  const auto second = Join();
  ReadASecondLater();
  second->Abandon();
  const std::int64_t heard = second->ticks();
  ReadASecondLater();
  EXPECT_EQ(second->ticks(), heard);
  EXPECT_NEAR(first->totals()[0].energy.value(), 10, 1e-9);
}

TEST_F(LaneSharingTest, TheThreadGoesOnUntilTheLastHasStoppedAndStartsAgainForTheNext) {
  meter_->Say({Counts(0)});
  const auto first = Join();
  const auto second = Join();
  first->Start();
  second->Start();
  EXPECT_TRUE(first->Stop(kAges));
  EXPECT_TRUE(second->ReadNow(kAges));
  EXPECT_TRUE(second->Stop(kAges));
  const auto third = Join();
  third->Start();
  const std::int64_t before = third->ticks();
  EXPECT_TRUE(third->ReadNow(kAges));
  EXPECT_GT(third->ticks(), before);
  EXPECT_TRUE(third->Stop(kAges));
}

TEST_F(LaneSharingTest, TheOneThatWantsItMostOftenSaysWhenIsRead) {
  meter_->Say({Counts(0)});
  const auto slow = Join(Seconds{3600});
  slow->Start();
  ASSERT_TRUE(slow->ReadNow(kAges));
  const auto quick = Join(Seconds{0.001});
  quick->Start();
  const std::int64_t before = slow->ticks();
  while (slow->ticks() < before + 10) std::this_thread::yield();
  EXPECT_TRUE(quick->Stop(kAges));
  EXPECT_TRUE(slow->Stop(kAges));
}

TEST_F(LaneSharingTest, AMeterThatHangsKeepsNoneOfThemWaiting) {
  meter_->Say({Counts(0)});
  const auto first = Join();
  const auto second = Join();
  first->Start();
  second->Start();
  meter_->Hang();
  EXPECT_FALSE(first->ReadNow(Seconds{0.01}));
  EXPECT_FALSE(second->ReadNow(Seconds{0.01}));
  EXPECT_FALSE(first->Stop(Seconds{0.01}));
  meter_->LetGo();
  EXPECT_TRUE(first->Stop(kAges));
  EXPECT_TRUE(second->Stop(kAges));
}

}  // namespace
}  // namespace jouleprint::sampling
