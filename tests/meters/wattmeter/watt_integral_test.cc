// Joules out of samples that come late, twice, never, or make no sense; read as the sampler reads them.
#include "meters/wattmeter/watt_integral.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "sampling/integrator.h"

namespace jouleprint::meters {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
using Verdict = WattIntegral::Verdict;

os::BootTime At(double seconds) { return os::BootTime{1'000'000'000'000} + Seconds{seconds}; }

WattSample Power(double watts) { return {.power = Watts{watts}, .total_energy = {}, .at = {}}; }
WattSample PowerAndEnergy(double watts, double joules) {
  return {.power = Watts{watts}, .total_energy = Joules{joules}, .at = {}};
}
WattSample Energy(double joules) { return PowerAndEnergy(kNan, joules); }

Joules Between(const WattPoint& from, const WattPoint& to) {
  return Joules{static_cast<double>(to.counts - from.counts) * kJoulesPerWattCount};
}

class WattIntegralTest : public ::testing::Test {
 protected:
  WattIntegral integral_{Seconds{1}, Joules{3.6}, 1};
};

TEST_F(WattIntegralTest, IsTheTrapezoidOverTheSamplesOwnTimes) {
  EXPECT_EQ(integral_.Add(Power(100), At(0)), Verdict::kTaken);
  const WattPoint start = integral_.last();
  integral_.Add(Power(200), At(1));
  integral_.Add(Power(200), At(1.5));
  integral_.Add(Power(0), At(3.5));
  EXPECT_NEAR(Between(start, integral_.last()).value(), 150 + 100 + 200, 1e-3);
  EXPECT_EQ(integral_.last().at, At(3.5));
}

TEST_F(WattIntegralTest, IgnoresWhatCannotBeAndWhatIsNotNewer) {
  integral_.Add(Power(100), At(0));
  const WattPoint start = integral_.last();
  for (const double watts : {-1.0, 4'294'967.0, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(integral_.Add(Power(watts), At(0.5)), Verdict::kNonsense) << watts;
  }
  EXPECT_EQ(integral_.Add(Power(kNan), At(0.5)), Verdict::kNothing);
  EXPECT_EQ(integral_.Add(Power(900), At(0)), Verdict::kNotNewer);
  EXPECT_EQ(integral_.Add(Power(900), At(-1)), Verdict::kNotNewer);
  integral_.Add(Power(100), At(1));
  EXPECT_NEAR(Between(start, integral_.last()).value(), 100, 1e-3);
}

TEST_F(WattIntegralTest, TheFirstSampleAloneShowsItsPower) {
  integral_.Add(Power(250), At(0));
  const Seconds moment = integral_.last().at - integral_.just_before().at;
  EXPECT_NEAR((Between(integral_.just_before(), integral_.last()) / moment).value(), 250, 0.1);
}

TEST_F(WattIntegralTest, ADeviceThatGivesEnergyAloneIsTakenAtItsWord) {
  EXPECT_EQ(integral_.Add(Energy(7000), At(0)), Verdict::kTaken);
  const WattPoint start = integral_.last();
  EXPECT_EQ(integral_.Add(Energy(7000), At(10)), Verdict::kNothing);
  EXPECT_EQ(integral_.Add(Energy(10600), At(20)), Verdict::kTaken);
  EXPECT_NEAR(Between(start, integral_.last()).value(), 3600, 1e-3);
}

TEST_F(WattIntegralTest, ASilenceIsToldByTheDevicesOwnCounter) {
  integral_.Add(PowerAndEnergy(100, 5000), At(0));
  const WattPoint start = integral_.last();
  // A minute of 400 W that nobody saw; a straight line would say 100 W.
  EXPECT_EQ(integral_.Add(PowerAndEnergy(100, 29000), At(60)), Verdict::kTaken);
  EXPECT_NEAR(Between(start, integral_.last()).value(), 24000, 1e-3);
}

TEST_F(WattIntegralTest, ALoggerThatWritesRarelyIsNotSilent) {
  integral_.Add(Power(100), At(0));
  integral_.Add(Power(100), At(30));
  const WattPoint start = integral_.last();
  for (int i = 2; i <= 4; ++i) EXPECT_EQ(integral_.Add(Power(100), At(30 * i)), Verdict::kTaken);
  EXPECT_NEAR(Between(start, integral_.last()).value(), 9000, 1e-3);
}

TEST(WattIntegralGainTest, MultipliesPowerAndEnergy) {
  WattIntegral kilowatts(Seconds{1}, Joules{0}, 1000);
  kilowatts.Add(Power(1.5), At(0));
  const WattPoint start = kilowatts.last();
  kilowatts.Add(Power(1.5), At(2));
  EXPECT_NEAR(Between(start, kilowatts.last()).value(), 3000, 1e-3);
  EXPECT_EQ(kilowatts.Add(Power(51), At(3)), Verdict::kNonsense);
}

// What the sampler makes of it: the code that ships, fed as Meter::Read feeds it.
class Sampled {
 public:
  void Read(const WattPoint& point) {
    Reading reading;
    reading.state = ReadState::kOk;
    reading.counts = point.counts;
    reading.before = reading.after = point.at;
    const auto slice = integrator_.Add(reading, point.at - os::BootTime{});
    if (!slice) return;
    energy += slice->energy;
    if (slice->ground == sampling::SliceGround::kFilled) filled += slice->energy;
  }

  Joules energy{0};
  Joules filled{0};

 private:
  static DomainInfo Info() {
    DomainInfo info;
    info.kind = ReadingKind::kCounter;
    info.joules_per_count = kJoulesPerWattCount;
    info.limit = kMostOfAMachine;
    return info;
  }

  sampling::Integrator integrator_{Info(), Seconds{1}};
};

TEST_F(WattIntegralTest, ASilenceThatNothingTellsIsFilledAndSaidToBe) {
  Sampled sampled;
  // Early in a run, when the sum is small, and late.
  for (const double from : {0.0, 67.0}) {
    for (int i = 0; i <= 3; ++i) {
      integral_.Add(Power(100), At(from + i));
      sampled.Read(integral_.last());
      if (i == 0) sampled.energy = sampled.filled = Joules{0};
    }
    EXPECT_EQ(integral_.Add(Power(300), At(from + 63)), Verdict::kRestarted);
    sampled.Read(integral_.last());
    for (int i = 64; i <= 66; ++i) {
      integral_.Add(Power(300), At(from + i));
      sampled.Read(integral_.last());
    }
    // 3 s and 61 s at 100 W, the latter filled; 2 s at 300 W.
    EXPECT_NEAR(sampled.energy.value(), 300 + 6100 + 600, 1) << from;
    EXPECT_NEAR(sampled.filled.value(), 6100, 1) << from;
  }
}

struct Cadence {
  double period;
  double jitter;
  double error;  // of the energy, as a fraction
};

class SquareWaveTest : public ::testing::TestWithParam<Cadence> {};

// A load of 100 W and 500 W that changes every 7.3 s, looked at in time and out of it, read by a sampler that
// misses every third sample: 10 minutes, 300 W in the mean.
TEST_P(SquareWaveTest, EnergyIsRightWhateverTheReaderMisses) {
  constexpr double kHalf = 7.3;
  constexpr double kDuration = 584;  // 40 whole waves
  const auto watts = [](double t) { return std::fmod(t, 2 * kHalf) < kHalf ? 100.0 : 500.0; };
  WattIntegral integral(Seconds{GetParam().period}, Joules{0}, 1);
  Sampled sampled;
  int n = 0;
  for (double t = 0; t <= kDuration; ++n) {
    integral.Add(Power(watts(t)), At(t));
    if (n % 3 != 2) sampled.Read(integral.last());
    t += GetParam().period + GetParam().jitter * std::sin(n);
  }
  sampled.Read(integral.last());
  EXPECT_EQ(sampled.filled, Joules{0});
  EXPECT_NEAR(sampled.energy.value() / (300 * kDuration), 1, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Cadences, SquareWaveTest,
                         ::testing::Values(Cadence{0.1, 0, 0.002}, Cadence{1, 0, 0.01}, Cadence{1, 0.4, 0.01},
                                           Cadence{2, 0.5, 0.02}));

}  // namespace
}  // namespace jouleprint::meters
