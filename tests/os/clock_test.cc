#include "os/clock.h"

#include <gtest/gtest.h>

namespace jouleprint::os {
namespace {

TEST(FakeClockTest, TimePassesOnAllThree) {
  FakeClock clock;
  const BootTime boot = clock.Boot();
  const Seconds awake = clock.Awake();
  const UtcTime utc = clock.Utc();
  clock.Advance(Seconds{2.5});
  EXPECT_DOUBLE_EQ((clock.Boot() - boot).value(), 2.5);
  EXPECT_DOUBLE_EQ((clock.Awake() - awake).value(), 2.5);
  EXPECT_DOUBLE_EQ((clock.Utc() - utc).value(), 2.5);
}

TEST(FakeClockTest, ASuspendIsSeenByBootAndNotByAwake) {
  FakeClock clock;
  const BootTime boot = clock.Boot();
  const Seconds awake = clock.Awake();
  clock.Suspend(Seconds{60});
  EXPECT_DOUBLE_EQ((clock.Boot() - boot).value(), 60);
  EXPECT_DOUBLE_EQ((clock.Awake() - awake).value(), 0);
}

TEST(FakeClockTest, AStepOfTheWallClockIsSeenByItAlone) {
  FakeClock clock;
  const BootTime boot = clock.Boot();
  const UtcTime utc = clock.Utc();
  clock.StepUtc(Seconds{-3600});
  EXPECT_EQ(clock.Boot(), boot);
  EXPECT_DOUBLE_EQ((clock.Utc() - utc).value(), -3600);
}

TEST(SystemClockTest, RunsForwardAndAgreesWithASleep) {
  const SystemClock clock;
  const BootTime boot = clock.Boot();
  const Seconds awake = clock.Awake();
  const UtcTime utc = clock.Utc();
  Sleep(Seconds{0.02});
  EXPECT_GE((clock.Boot() - boot).value(), 0.02);
  EXPECT_GE((clock.Awake() - awake).value(), 0.0199);
  EXPECT_GT(clock.Utc(), utc);
  EXPECT_GE((clock.Boot() - BootTime{}).value(), clock.Awake().value() - 1)
      << "Boot counts suspends, Awake does not";
}

TEST(BootTimeTest, SecondsAreAddedToTheNanosecond) {
  const BootTime time{1'000'000'000};
  EXPECT_EQ((time + Seconds{0.25}).ns, 1'250'000'000);
  EXPECT_LT(time, time + Seconds{1e-9});
}

}  // namespace
}  // namespace jouleprint::os
