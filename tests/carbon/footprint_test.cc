#include "carbon/footprint.h"

#include <gtest/gtest.h>

#include <cmath>

namespace jouleprint::carbon {
namespace {

IntensityUsed Intensity(Estimate g_per_kwh) { return {g_per_kwh, "average-production-lifecycle", "a test"}; }

TEST(Footprint, IsEnergyTimesPueTimesIntensity) {
  const Emissions e = Footprint(Estimate::Exact(2.0, Basis::kCounter), 1.5,
                                Intensity(Estimate::Exact(300, Basis::kModelled)));
  EXPECT_DOUBLE_EQ(e.operational.value, 900);
  EXPECT_DOUBLE_EQ(e.operational.low, 900);
  EXPECT_DOUBLE_EQ(e.operational.high, 900);
  EXPECT_EQ(e.total, e.operational);
}

TEST(Footprint, LeavesEmbodiedEmissionsAbsentAndNotZero) {
  const Emissions e =
      Footprint(Estimate::Exact(1, Basis::kCounter), 1, Intensity({400, 350, 450, Basis::kModelled}));
  EXPECT_FALSE(e.embodied.has_value());
}

TEST(Footprint, JoinsTheIntervalsOfEnergyAndIntensity) {
  // On a logarithmic scale 0.03 and 0.04 below make 0.05; 0.06 and 0.08 above make 0.10.
  const Emissions e =
      Footprint({1.0, std::exp(-0.03), std::exp(0.06), Basis::kCounter}, 1.0,
                Intensity({100, 100 * std::exp(-0.04), 100 * std::exp(0.08), Basis::kModelled}));
  EXPECT_NEAR(e.operational.low, 100 * std::exp(-0.05), 1e-9);
  EXPECT_NEAR(e.operational.high, 100 * std::exp(0.10), 1e-9);
}

TEST(Footprint, RestsOnTheWeakerOfItsTwoGrounds) {
  const auto basis_of = [](Basis energy, Basis intensity) {
    return Footprint(Estimate::Exact(1, energy), 1, Intensity(Estimate::Exact(1, intensity))).total.basis;
  };
  EXPECT_EQ(basis_of(Basis::kCounter, Basis::kAssumed), Basis::kAssumed);
  EXPECT_EQ(basis_of(Basis::kAssumed, Basis::kModelled), Basis::kAssumed);
  EXPECT_EQ(basis_of(Basis::kMetered, Basis::kModelled), Basis::kModelled);
}

TEST(Footprint, NeverFallsBelowZero) {
  const Emissions e =
      Footprint({1.0, 0.1, 3.0, Basis::kAssumed}, 1.2, Intensity({470, 30, 700, Basis::kAssumed}));
  EXPECT_GT(e.operational.low, 0);
  EXPECT_GT(e.operational.high, e.operational.value);
}

}  // namespace
}  // namespace jouleprint::carbon
