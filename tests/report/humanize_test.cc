#include "report/humanize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "report/report.h"

namespace jouleprint::report {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr double kWh = 1e-3;
constexpr double kJoule = 1 / 3.6e6;

TEST(HumanEnergy, PicksTheUnitThatFits) {
  EXPECT_EQ(HumanEnergy(1.24), "1.24 kWh");
  EXPECT_EQ(HumanEnergy(36 * kWh), "36.0 Wh");
  EXPECT_EQ(HumanEnergy(512 * kJoule), "512 J");
  EXPECT_EQ(HumanEnergy(0.31 * kJoule), "310 mJ");
  EXPECT_EQ(HumanEnergy(1034), "1.03 MWh");
  EXPECT_EQ(HumanEnergy(2.5e6), "2.50 GWh");
}

TEST(HumanEnergy, RoundingUpChangesTheUnitToo) {
  EXPECT_EQ(HumanEnergy(999.6 * kWh), "1.00 kWh");
  EXPECT_EQ(HumanEnergy(3599.9 * kJoule), "1.00 Wh");
  EXPECT_EQ(HumanEnergy(0.9996 * kJoule), "1.00 J");
  EXPECT_EQ(HumanEnergy(9.996), "10.0 kWh");
}

TEST(HumanEnergy, ZeroIsZeroAndTinyIsNot) {
  EXPECT_EQ(HumanEnergy(0.0), "0 J");
  EXPECT_EQ(HumanEnergy(1e-6 * kJoule), "<0.01 mJ");
  EXPECT_EQ(HumanEnergy(-1e-320), "0 mJ");
}

TEST(HumanEnergy, WhatIsNoNumberIsNotKnown) {
  EXPECT_EQ(HumanEnergy(std::nan("")), "not known");
  EXPECT_EQ(HumanEnergy(std::numeric_limits<double>::infinity()), "not known");
  EXPECT_EQ(HumanEmissions(Estimate{std::nan(""), 0, 1, Basis::kCounter}), "not known");
}

TEST(HumanEnergy, IntervalStandsInTheUnitOfTheValue) {
  EXPECT_EQ(HumanEnergy(Estimate{1.24, 1.18, 1.30, Basis::kCounter}), "1.24 kWh (1.18 to 1.30)");
  EXPECT_EQ(HumanEnergy(Estimate{1.1, 0.9, 1.3, Basis::kCounter}), "1.10 kWh (0.90 to 1.30)");
}

TEST(HumanEnergy, ShowsNoMoreDigitsThanTheIntervalSupports) {
  EXPECT_EQ(HumanEnergy(Estimate{0.013724, 0.0094, 0.01806, Basis::kModelled}), "14 Wh (9 to 18)");
  EXPECT_EQ(HumanEmissions(Estimate{487, 52, 811, Basis::kAssumed}), "490 g (50 to 810)");
}

TEST(HumanEnergy, AnIntervalThatWouldNotShowIsLeftOut) {
  EXPECT_EQ(HumanEnergy(Estimate::Exact(1.24, Basis::kCounter)), "1.24 kWh");
  EXPECT_EQ(HumanEnergy(Estimate::Relative(1.24, 1e-5, Basis::kCounter)), "1.24 kWh");
  EXPECT_EQ(HumanEnergy(Estimate{1.24, 0, std::numeric_limits<double>::infinity(), Basis::kCounter}),
            "1.24 kWh");
}

TEST(HumanEnergy, ALowEndAboveZeroIsNotShownAsZero) {
  EXPECT_EQ(HumanEnergy(Estimate{0.473, 0.002, 0.8, Basis::kModelled}), "470 Wh (2 to 800)");
}

TEST(HumanEmissions, PicksTheUnitThatFits) {
  EXPECT_EQ(HumanEmissions(0.31), "310 mg");
  EXPECT_EQ(HumanEmissions(3.1), "3.10 g");
  EXPECT_EQ(HumanEmissions(12000.0), "12.0 kg");
  EXPECT_EQ(HumanEmissions(2.5e6), "2.50 t");
  EXPECT_EQ(HumanEmissions(0.0), "0 g");
  EXPECT_EQ(HumanEmissions(1e-9), "<0.01 mg");
}

TEST(HumanPower, KeepsDecimalsForSmallPowersOnly) {
  EXPECT_EQ(HumanPower(7.04), "7.0 W");
  EXPECT_EQ(HumanPower(9.96), "10 W");
  EXPECT_EQ(HumanPower(310.4), "310 W");
  EXPECT_EQ(HumanPower(999.7), "1.00 kW");
  EXPECT_EQ(HumanPower(5.2e6), "5.20 MW");
  EXPECT_EQ(HumanPower(0), "0 W");
}

TEST(HumanDuration, ReadsAsPeopleSayIt) {
  EXPECT_EQ(HumanDuration(0), "0 s");
  EXPECT_EQ(HumanDuration(0.312), "312 ms");
  EXPECT_EQ(HumanDuration(0.0002), "<1 ms");
  EXPECT_EQ(HumanDuration(20.44), "20.4 s");
  EXPECT_EQ(HumanDuration(372), "6 min 12 s");
  EXPECT_EQ(HumanDuration(3734), "1 h 02 min");
  EXPECT_EQ(HumanDuration(601700), "6 d 23 h");
}

TEST(HumanDuration, RoundsUpIntoTheNextForm) {
  EXPECT_EQ(HumanDuration(0.9996), "1.0 s");
  EXPECT_EQ(HumanDuration(59.96), "1 min 00 s");
  EXPECT_EQ(HumanDuration(3599.7), "1 h 00 min");
  EXPECT_EQ(HumanDuration(86399), "1 d 0 h");
}

TEST(Percent, NeitherHidesASliverNorShowsMinusZero) {
  EXPECT_EQ(Percent(0.824), "82 %");
  EXPECT_EQ(Percent(0.001), "<1 %");
  EXPECT_EQ(Percent(0), "0 %");
  EXPECT_EQ(Percent(-0.001), "0 %");
}

// Whatever a record holds, no text shows what only a program would write.
TEST(Humanize, NeverShowsInfNanOrMinusZero) {
  std::mt19937_64 random(20261122);
  std::uniform_real_distribution<double> exponent(-330, 308);
  for (int i = 0; i < 20000; ++i) {
    const double value = (i % 2 ? 1 : -1) * std::pow(10.0, exponent(random));
    const double other = std::pow(10.0, exponent(random));
    const Estimate estimate{value, value - other, value + other, Basis::kModelled};
    for (const std::string& text :
         {HumanEnergy(value), HumanEmissions(value), HumanPower(value), HumanDuration(value),
          HumanEnergy(estimate), HumanEmissions(estimate), Percent(value)}) {
      ASSERT_THAT(text, Not(AnyOf(HasSubstr("inf"), HasSubstr("nan"), HasSubstr("-0 "), HasSubstr("-0.00 "))))
          << value;
      ASSERT_LT(text.size(), 60u) << text;
    }
  }
}

}  // namespace
}  // namespace jouleprint::report
