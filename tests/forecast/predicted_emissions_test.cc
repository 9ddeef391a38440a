// Energy to come in grams: by the yearly figure, by hours that a series tells, by its forecast beyond its
// end.
#include "forecast/predicted_emissions.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

namespace jouleprint::forecast {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;

constexpr Seconds kHour{3600};
const UtcTime kStart = *UtcTime::Parse("2025-01-01T00:00:00Z");
const IntensityUsed kYearly{
    {300, 200, 400, Basis::kModelled}, "average-production-lifecycle", "a table, 2024"};

Estimate Kwh(double value) { return Estimate::Exact(value, Basis::kCounter); }

// A daily wave of 100 +- 50 g/kWh, lowest at midnight.
IntensitySeries Wave(int hours) {
  std::vector<double> values;
  for (int i = 0; i < hours; ++i) values.push_back(100 - 50 * std::cos(2 * M_PI * i / 24));
  return {{"XX", "average-production-lifecycle", "wave.csv"}, kStart, kHour, values};
}

UtcTime Hour(int hour) { return kStart + kHour * hour; }

TEST(RestPricer, WithoutASeriesTheYearlyFigureAndThePue) {
  RestPricer pricer({.otherwise = kYearly, .pue = 1.5});
  const PricedRest rest = pricer.Price(Kwh(2), kStart, kHour);
  EXPECT_DOUBLE_EQ(rest.gco2e.value, 900);
  EXPECT_NEAR(rest.gco2e.low, 600, 1e-9);
  EXPECT_NEAR(rest.gco2e.high, 1200, 1e-9);
  EXPECT_EQ(rest.mean.source, "a table, 2024");
}

TEST(RestPricer, TheIntervalOfTheEnergyIsInThatOfTheGrams) {
  RestPricer pricer({.otherwise = {Estimate::Exact(100, Basis::kAssumed), "given", "given by the user"}});
  const PricedRest rest = pricer.Price({2, 1, 4, Basis::kModelled}, kStart, kHour);
  EXPECT_NEAR(rest.gco2e.low, 100, 1e-9);
  EXPECT_NEAR(rest.gco2e.high, 400, 1e-9);
}

TEST(RestPricer, HoursThatTheSeriesTellsHaveTheirOwnPrice) {
  RestPricer pricer({.series = Wave(24 * 7), .otherwise = kYearly});
  EXPECT_NEAR(pricer.Price(Kwh(1), Hour(24), kHour).gco2e.value, 50, 1e-6);
  EXPECT_NEAR(pricer.Price(Kwh(1), Hour(36), kHour).gco2e.value, 150, 1e-6);
  const PricedRest day = pricer.Price(Kwh(1), Hour(24), kHour * 24);
  EXPECT_NEAR(day.gco2e.value, 100, 1e-6);
  EXPECT_EQ(day.mean.source, "wave.csv");
}

TEST(RestPricer, HoursBeyondTheEndHaveTheForecast) {
  RestPricer pricer({.series = Wave(24 * 28), .otherwise = kYearly});
  const PricedRest noon = pricer.Price(Kwh(1), Hour(24 * 29 + 11), kHour * 3);
  const PricedRest midnight = pricer.Price(Kwh(1), Hour(24 * 29 - 1), kHour * 3);
  EXPECT_NEAR(noon.gco2e.value, 148, 15);
  EXPECT_NEAR(midnight.gco2e.value, 52, 15);
  EXPECT_EQ(noon.mean.source, "the forecast from wave.csv");
  const PricedRest across = pricer.Price(Kwh(1), Hour(24 * 28 - 2), kHour * 4);
  EXPECT_EQ(across.mean.source, "wave.csv, then the forecast from wave.csv");
}

TEST(RestPricer, BeyondTheForecastTheYearlyFigure) {
  RestPricer pricer({.series = Wave(24 * 28), .otherwise = kYearly});
  const PricedRest rest = pricer.Price(Kwh(1), Hour(24 * 28), kHour * 24 * 28);
  EXPECT_NEAR(rest.gco2e.value, 200, 10) << "two weeks at 100, two at 300";
  EXPECT_THAT(rest.mean.source, AllOf(HasSubstr("the forecast from wave.csv"), HasSubstr("a table, 2024")));
}

TEST(RestPricer, ASeriesTooShortOrTooOldIsNotUsed) {
  RestPricer tiny({.series = Wave(3), .otherwise = kYearly});
  EXPECT_DOUBLE_EQ(tiny.Price(Kwh(1), Hour(48), kHour).gco2e.value, 300);
  RestPricer old({.series = Wave(24 * 28), .otherwise = kYearly});
  const PricedRest rest = old.Price(Kwh(1), Hour(24 * 365), kHour);
  EXPECT_DOUBLE_EQ(rest.gco2e.value, 300);
  EXPECT_THAT(rest.mean.source, Not(HasSubstr("wave.csv")));
}

TEST(RestPricer, NoTimeIsTheMomentAndNoLengthIsTooMuch) {
  RestPricer pricer({.series = Wave(24 * 28), .otherwise = kYearly});
  EXPECT_NEAR(pricer.Price(Kwh(1), Hour(36), Seconds{0}).gco2e.value, 150, 1e-6);
  EXPECT_NEAR(pricer.Price(Kwh(1), Hour(24 * 28), Seconds{1e17}).gco2e.value, 300, 10);
}

TEST(PriceTotal, WhatIsBehindHasThePricesOfItsHours) {
  PredictedTotal total;
  total.duration_s = {7200, 7000, 7500, Basis::kModelled};
  total.used_s = 3600;
  total.energy_kwh = Estimate{3, 2.8, 3.4, Basis::kModelled};
  total.used_kwh = 1;
  RestPricer pricer({.series = Wave(24 * 7), .otherwise = kYearly});
  const std::optional<PricedTotal> priced = PriceTotal(total, Hour(24), &pricer);
  ASSERT_TRUE(priced);
  EXPECT_NEAR(priced->used_gco2e.value, 50, 1e-6);
  EXPECT_NEAR(priced->total_gco2e.value, 50 + 2 * (100 - 50 * std::cos(2 * M_PI / 24)), 1e-6);
  EXPECT_THAT(priced->total_gco2e.low, Lt(priced->total_gco2e.value));
  EXPECT_THAT(priced->total_gco2e.high, Gt(priced->total_gco2e.value));
  total.energy_kwh.reset();
  EXPECT_FALSE(PriceTotal(total, Hour(24), &pricer));
}

}  // namespace
}  // namespace jouleprint::forecast
