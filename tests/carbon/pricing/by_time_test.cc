// A run's energy by the clock: sums that hold exactly, prices of their own minutes, and what one number for
// the run would have said.
#include "carbon/pricing/by_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

namespace jouleprint::carbon {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

const UtcTime kNoon = *UtcTime::Parse("2026-05-04T12:00:00Z");
constexpr double kKwh = kJoulesPerKwh;

IntensityUsed Yearly() {
  return {{100, 60, 150, Basis::kModelled}, "average-production-lifecycle", "Ember, 2024"};
}

IntensitySeries Hourly(std::vector<double> values, const char* kind = "average-consumption-lifecycle",
                       const char* source = "grid.csv") {
  return {{"FR", kind, source}, kNoon, Seconds{3600}, std::move(values)};
}

/// One domain; a bin every `bin_s` from `start`.
PowerSeries Power(UtcTime start, double bin_s, const std::vector<double>& joules) {
  PowerSeries series{start, bin_s, {"cpu"}, {{}}};
  for (const double j : joules) series.bins[0].push_back({static_cast<float>(j), 0});
  return series;
}

double Sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

Estimate Kwh(double kwh) { return Estimate::Relative(kwh, 0.02, Basis::kCounter); }

TEST(ByTimeTest, OneFigureForAllTimesIsTakenAsItIs) {
  const PowerSeries power = Power(kNoon, 1, {100, 100, 100});
  IntensityTimeline timeline({}, Yearly());
  const PricedRun run = PriceByTime({&power, kNoon, kNoon + Seconds{3}, Kwh(300 / kKwh), 1.5}, &timeline);
  EXPECT_EQ(run.mean.value, Yearly().value);
  EXPECT_EQ(run.mean.source, "Ember, 2024");
  EXPECT_EQ(run.operational_gco2e, Product(Scale(Kwh(300 / kKwh), 1.5), Yearly().value));
  EXPECT_THAT(run.by_time.single_averages, IsEmpty()) << "it is one number itself";
  ASSERT_EQ(run.by_time.parts.size(), 1u);
  EXPECT_EQ(run.by_time.parts[0].energy_fraction, 1);
}

// Two hours, of which the first is clean and does most of the work.
TEST(ByTimeTest, EachHoursEnergyHasItsOwnIntensity) {
  const PowerSeries power = Power(kNoon, 60, [] {
    std::vector<double> joules(60, 3 * kKwh / 60);
    joules.resize(120, 1 * kKwh / 60);
    return joules;
  }());
  const IntensitySeries series = Hourly({50, 450});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  const PricedRun run = PriceByTime({&power, kNoon, kNoon + Seconds{7200}, Kwh(4), 1.25}, &timeline);
  EXPECT_NEAR(run.operational_gco2e.value, 1.25 * (3 * 50 + 1 * 450), 1e-3);
  EXPECT_NEAR(run.mean.value.value, 150, 1e-4);
  EXPECT_EQ(run.mean.source, "grid.csv");
  EXPECT_EQ(run.by_time.bin_s, 300);
  ASSERT_EQ(run.by_time.energy_kwh.size(), 24u);
  EXPECT_EQ(run.by_time.start, kNoon);
  EXPECT_NEAR(run.by_time.energy_kwh[0], 3.0 / 12, 1e-6);
  EXPECT_DOUBLE_EQ(run.by_time.intensity_g_per_kwh[11], 50);
  EXPECT_DOUBLE_EQ(run.by_time.intensity_g_per_kwh[12], 450);
  ASSERT_EQ(run.by_time.single_averages.size(), 2u);
  const SingleAverage& yearly = run.by_time.single_averages[0];
  EXPECT_EQ(yearly.what, "yearly average");
  EXPECT_NEAR(yearly.operational_gco2e, 1.25 * 4 * 100, 1e-9);
  EXPECT_NEAR(yearly.error_percent, 100 * (100.0 / 150 - 1), 1e-3);
  const SingleAverage& hours = run.by_time.single_averages[1];
  EXPECT_NEAR(hours.intensity.value.value, 250, 1e-9);
  EXPECT_NEAR(hours.error_percent, 100 * (250.0 / 150 - 1), 1e-3);
}

TEST(ByTimeTest, ErrorsWithinASourceDoNotCancel) {
  const PowerSeries power = Power(kNoon, 60, std::vector<double>(600, 1000));
  const IntensitySeries one = Hourly({100});
  const IntensitySeries ten = Hourly(std::vector<double>(10, 100));
  IntensityTimeline of_one({{.series = &one}}, Yearly());
  IntensityTimeline of_ten({{.series = &ten}}, Yearly());
  const UtcTime end = kNoon + Seconds{3600};
  const PricedRun hour = PriceByTime({&power, kNoon, end, Kwh(1), 1}, &of_one);
  const PricedRun day = PriceByTime({&power, kNoon, kNoon + Seconds{36000}, Kwh(1), 1}, &of_ten);
  EXPECT_NEAR(day.mean.value.low, hour.mean.value.low, 1e-9);
  EXPECT_NEAR(day.mean.value.high, hour.mean.value.high, 1e-9);
}

TEST(ByTimeTest, SourcesAreNamedWithTheirPartOfTheEnergy) {
  const PowerSeries power = Power(kNoon, 60, std::vector<double>(240, 100));
  const IntensitySeries file = Hourly({50, 60}, "average-consumption-lifecycle");
  const IntensitySeries live = Hourly({1, 1, 70}, "average-direct", "NESO, live");
  IntensityTimeline unfit({{.series = &file}, {.series = &live}}, Yearly());
  const EnergyOverTime energy{&power, kNoon, kNoon + Seconds{4 * 3600}, Kwh(1), 1};
  EXPECT_THAT(PriceByTime(energy, &unfit).by_time.parts, ::testing::SizeIs(2))
      << "direct emissions are not added to life-cycle ones";
  const IntensitySeries fit = Hourly({1, 1, 70}, "average-consumption-lifecycle", "Electricity Maps, live");
  FeedNews news;
  news.estimated = true;
  news.retrieved = "2026-05-04T14:01:00Z";
  IntensityTimeline timeline({{.series = &file}, {.series = &fit, .live = &news}}, Yearly());
  const PricedRun run = PriceByTime(energy, &timeline);
  ASSERT_EQ(run.by_time.parts.size(), 3u);  // the live one's newest value goes on
  EXPECT_EQ(run.by_time.parts[0].source, "grid.csv");
  EXPECT_NEAR(run.by_time.parts[0].energy_fraction, 0.5, 1e-9);
  EXPECT_FALSE(run.by_time.parts[0].estimated);
  EXPECT_EQ(run.by_time.parts[1].source, "Electricity Maps, live");
  EXPECT_TRUE(run.by_time.parts[1].estimated);
  EXPECT_EQ(run.by_time.parts[1].retrieved, "2026-05-04T14:01:00Z");
  EXPECT_EQ(run.by_time.parts[1].from, kNoon + Seconds{7200});
  EXPECT_EQ(run.by_time.parts[2].source, "Electricity Maps, live, its nearest value");
  EXPECT_EQ(run.by_time.part[0], 0);
  EXPECT_EQ(run.by_time.part[47], 2);
  EXPECT_EQ(run.mean.source, "2 sources, see by_time");
  EXPECT_EQ(run.mean.kind, "average-consumption-lifecycle");
}

TEST(ByTimeTest, ARunInTheMiddleOfABinIsPricedWithItsOwnPart) {
  const UtcTime start = kNoon + Seconds{3600 - 10};
  const PowerSeries power = Power(start, 0.1, std::vector<double>(400, 5));
  const IntensitySeries series = Hourly({100, 300});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  const PricedRun run = PriceByTime({&power, start, start + Seconds{40}, Kwh(2000 / kKwh), 1}, &timeline);
  EXPECT_THAT(run.by_time.intensity_g_per_kwh, Pointwise(DoubleNear(1e-6), {100, 300}));
  EXPECT_NEAR(run.mean.value.value, 0.25 * 100 + 0.75 * 300, 1e-3);
}

TEST(ByTimeTest, WiderBinsOfALongRunAreSaidToBe) {
  const PowerSeries power = Power(kNoon, 3600, std::vector<double>(48, 1000));
  const IntensitySeries series = Hourly(std::vector<double>(48, 100));
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  const PricedRun run =
      PriceByTime({&power, kNoon + Seconds{1800}, kNoon + Seconds{48 * 3600}, Kwh(1), 1}, &timeline);
  EXPECT_EQ(run.by_time.bin_s, 3600);
  EXPECT_EQ(run.by_time.energy_kwh.size(), 48u);
}

TEST(ByTimeTest, ARunThatUsedNothingHasAnIntensityStill) {
  const PowerSeries power = Power(kNoon, 1, {});
  const IntensitySeries series = Hourly({70});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  const PricedRun run =
      PriceByTime({&power, kNoon, kNoon, Estimate::Exact(0, Basis::kCounter), 1}, &timeline);
  EXPECT_NEAR(run.mean.value.value, 70, 1e-9);
  EXPECT_EQ(run.operational_gco2e.value, 0);
  EXPECT_THAT(run.by_time.energy_kwh, ElementsAre(0));
}

TEST(ByTimeTest, KindsInCommon) {
  EXPECT_EQ(CommonKind("given", "given"), "given");
  EXPECT_EQ(CommonKind("average-production-lifecycle", "average-consumption-lifecycle"), "average-lifecycle");
  EXPECT_EQ(CommonKind("marginal-direct", "unspecified"), "unspecified");
}

RC_GTEST_PROP(ByTimePropertyTest, BinsAddUpToTheRunExactly, ()) {
  const auto millijoules =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000'000)));
  const double bin_s = *rc::gen::element(0.1, 1.0, 10.0, 60.0, 300.0, 3600.0);
  const double lead_s = *rc::gen::inRange(0, 100) * bin_s / 100;
  const double scale = *rc::gen::inRange(90, 110) / 100.0;
  std::vector<double> joules;
  for (const int mj : millijoules) joules.push_back(mj / 1000.0);
  const PowerSeries power = Power(kNoon, bin_s, joules);
  const UtcTime start = kNoon + Seconds{lead_s};
  const UtcTime end = kNoon + Seconds{bin_s * static_cast<double>(joules.size())};
  const double kwh = scale * Sum(joules) / kKwh;
  const IntensitySeries series = Hourly({50, 333.3, std::nan(""), 71, 9999, 0, 12.5});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  const PricedRun run = PriceByTime({&power, start, end, Kwh(kwh), 1.13}, &timeline);
  const auto close = [](double sum, double whole) {
    return std::abs(sum - whole) <= 4 * std::numeric_limits<double>::epsilon() * whole;
  };
  RC_ASSERT(close(Sum(run.by_time.energy_kwh), kwh));
  RC_ASSERT(close(Sum(run.by_time.gco2e), run.operational_gco2e.value));
  RC_ASSERT(run.by_time.part.size() == run.by_time.energy_kwh.size());
  RC_ASSERT(run.by_time.start <= start);
  double fractions = 0;
  for (const IntensityPart& part : run.by_time.parts) fractions += part.energy_fraction;
  if (kwh > 0) RC_ASSERT(std::abs(fractions - 1) < 1e-9);
}

}  // namespace
}  // namespace jouleprint::carbon
