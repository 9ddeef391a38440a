// Power over time in bounded memory: nothing is lost, and bins lie where a grid's hours do.
#include "sampling/rollup.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "record/series_blob.h"
#include "support/allocations.h"
#include "support/any.h"

namespace jouleprint::sampling {
namespace {

using testing::AnyBetween;

// 2023-11-14T22:13:20.25Z: not on any bin's edge but the shortest's half.
constexpr UtcTime kStart{1'700'000'000'250'000};
constexpr os::BootTime kBoot{5'000'000'000};

Slice Between(double from_s, double to_s, double watts) {
  return {kBoot + Seconds{from_s}, kBoot + Seconds{to_s}, Watts{watts} * Seconds{to_s - from_s},
          SliceGround::kRead};
}

double Sum(const Rollup& rollup) {
  double joules = 0;
  for (const PowerSeries::Bin& bin : rollup.bins()) joules += static_cast<double>(bin.energy_j);
  return joules;
}

bool Aligned(const Rollup& rollup) {
  const auto width_us = static_cast<std::int64_t>(std::llround(rollup.bin_width().value() * 1e6));
  return rollup.first_bin().unix_us % width_us == 0 && rollup.first_bin() <= kStart &&
         kStart - rollup.first_bin() < rollup.bin_width();
}

TEST(RollupTest, BeginsWithTenthsOfASecond) {
  Rollup rollup(kBoot, kStart);
  EXPECT_EQ(rollup.bin_width(), Seconds{0.1});
  EXPECT_EQ(rollup.first_bin().ToString(), "2023-11-14T22:13:20.200000Z");
  EXPECT_TRUE(rollup.bins().empty());
}

TEST(RollupTest, SharesASliceAmongTheBinsThatItCovers) {
  Rollup rollup(kBoot, kStart);  // 0.05 s into its first bin
  rollup.Add(Between(0, 0.2, 100));
  ASSERT_EQ(rollup.bins().size(), 3u);
  EXPECT_NEAR(rollup.bins()[0].energy_j, 5, 1e-4);
  EXPECT_NEAR(rollup.bins()[1].energy_j, 10, 1e-4);
  EXPECT_NEAR(rollup.bins()[2].energy_j, 5, 1e-4);
}

TEST(RollupTest, ASliceThatEndsOnAnEdgeDoesNotReachBeyond) {
  Rollup rollup(kBoot, UtcTime{1'700'000'000'000'000});
  rollup.Add(Between(0, 0.5, 100));
  EXPECT_EQ(rollup.bins().size(), 5u);
}

TEST(RollupTest, KeepsTheHighestPowerOfEachBin) {
  Rollup rollup(kBoot, UtcTime{1'700'000'000'000'000});
  rollup.Add(Between(0, 0.4, 100));
  rollup.NotePower(kBoot, kBoot + Seconds{0.2}, Watts{300});
  rollup.NotePower(kBoot + Seconds{0.1}, kBoot + Seconds{0.4}, Watts{200});
  ASSERT_EQ(rollup.bins().size(), 4u);
  EXPECT_FLOAT_EQ(rollup.bins()[0].max_power_w, 300);
  EXPECT_FLOAT_EQ(rollup.bins()[1].max_power_w, 300);
  EXPECT_FLOAT_EQ(rollup.bins()[2].max_power_w, 200);
  EXPECT_FLOAT_EQ(rollup.bins()[3].max_power_w, 200);
  rollup.WidenTo(Seconds{1});
  ASSERT_EQ(rollup.bins().size(), 1u);
  EXPECT_FLOAT_EQ(rollup.bins()[0].max_power_w, 300);
}

TEST(RollupTest, WidensByTheLadderAndStaysAligned) {
  Rollup rollup(kBoot, kStart);
  for (const double width : {0.1, 1.0, 10.0, 60.0, 300.0, 3600.0, 86400.0}) {
    rollup.WidenTo(Seconds{width});
    EXPECT_EQ(rollup.bin_width(), Seconds{width});
    EXPECT_TRUE(Aligned(rollup)) << width;
  }
  rollup.WidenTo(Seconds{1e9});
  EXPECT_EQ(rollup.bin_width(), Seconds{86400});
}

TEST(RollupTest, PutsEnergyIntoTheHourOfTheDayThatItWasUsedIn) {
  Rollup rollup(kBoot, kStart);
  // 22:13:20 to 01:00:00: 100 W, then 200 W from 23:00:00 on.
  const double to_eleven = 46 * 60 + 40 - 0.25;
  rollup.Add(Between(0, to_eleven, 100));
  rollup.Add(Between(to_eleven, to_eleven + 7200, 200));
  rollup.WidenTo(Seconds{3600});
  EXPECT_EQ(rollup.first_bin().ToString(), "2023-11-14T22:00:00Z");
  ASSERT_EQ(rollup.bins().size(), 3u);
  EXPECT_NEAR(rollup.bins()[0].energy_j, 100 * to_eleven, 1);
  EXPECT_NEAR(rollup.bins()[1].energy_j, 720'000, 10);
  EXPECT_NEAR(rollup.bins()[2].energy_j, 720'000, 10);
}

TEST(RollupTest, AWeekAtTenHertzStaysSmallAndWhole) {
  Rollup rollup(kBoot, kStart);
  const int slices = 7 * 24 * 3600 * 10;
  const std::uint64_t before = testing::AllocationsOfThisThread();
  for (int i = 0; i < slices; ++i) rollup.Add(Between(i * 0.1, (i + 1) * 0.1, 150 + i % 100));
  EXPECT_EQ(testing::AllocationsOfThisThread(), before);
  EXPECT_LE(rollup.bins().size(), Rollup::kCapacity);
  EXPECT_EQ(rollup.bin_width(), Seconds{300});
  EXPECT_TRUE(Aligned(rollup));
  EXPECT_NEAR(Sum(rollup), 199.5 * 0.1 * slices, 1e-4 * 199.5 * 0.1 * slices);

  PowerSeries series{rollup.first_bin(), rollup.bin_width().value(), {}, {}};
  for (int i = 0; i < 16; ++i) {  // two sockets with their memory, eight GPUs and some to spare
    series.domains.push_back("domain-" + std::to_string(i));
    series.bins.push_back(rollup.bins());
  }
  const Result<std::string> blob = record::EncodeSeries(series);
  ASSERT_TRUE(blob.ok());
  EXPECT_LT(blob->size(), 10'000'000u);
}

TEST(RollupTest, ThirtyYearsDoNotOverflowIt) {
  Rollup rollup(kBoot, kStart);
  constexpr double kDay = 86'400;
  for (int day = 0; day < 30 * 365; ++day) rollup.Add(Between(day * kDay, (day + 1) * kDay, 1));
  EXPECT_LE(rollup.bins().size(), Rollup::kCapacity);
  EXPECT_NEAR(Sum(rollup), 30 * 365 * kDay, 30 * 365 * kDay * 1e-3);
}

TEST(RollupTest, AGapLeavesEmptyBins) {
  Rollup rollup(kBoot, kStart);
  rollup.Add(Between(0, 0.05, 100));
  rollup.Add(Between(10, 10.05, 100));
  EXPECT_EQ(rollup.bins()[50].energy_j, 0);
  EXPECT_NEAR(Sum(rollup), 10, 1e-3);
}

RC_GTEST_PROP(RollupProperty, NoWideningLosesEnergyOrMovesItAcrossABin, ()) {
  Rollup rollup(kBoot, kStart);
  Rollup wide_from_the_start(kBoot, kStart);
  wide_from_the_start.WidenTo(Seconds{86'400});
  double total = 0;
  double at = AnyBetween(0, 1000) / 100.0;
  const int slices = AnyBetween(1, 60);
  for (int i = 0; i < slices; ++i) {
    const double length = *rc::gen::element(0.001, 0.1, 0.37, 1.0, 59.9, 700.0, 5000.0);
    const double watts = AnyBetween(0, 500);
    rollup.Add(Between(at, at + length, watts));
    wide_from_the_start.Add(Between(at, at + length, watts));
    total += watts * length;
    at += length + *rc::gen::element(0.0, 0.0, 3.3, 900.0);
    if (AnyBetween(0, 10) == 0) rollup.WidenTo(rollup.bin_width() * 2);
  }
  RC_ASSERT(std::abs(Sum(rollup) - total) <= 1e-4 * total + 1e-6);
  RC_ASSERT(rollup.bins().size() <= Rollup::kCapacity);
  RC_ASSERT(Aligned(rollup));

  rollup.WidenTo(Seconds{86'400});
  RC_ASSERT(rollup.first_bin() == wide_from_the_start.first_bin());
  RC_ASSERT(rollup.bins().size() == wide_from_the_start.bins().size());
  for (std::size_t i = 0; i < rollup.bins().size(); ++i) {
    const float energy_j = wide_from_the_start.bins()[i].energy_j;
    RC_ASSERT(std::abs(rollup.bins()[i].energy_j - energy_j) <= 1e-4F * (1 + energy_j));
  }
}

}  // namespace
}  // namespace jouleprint::sampling
