// Series and forecasts as people and programs read them.
#include "report/series_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/forecast_page.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr Seconds kHour{3600};
const UtcTime kStart = *UtcTime::Parse("2022-03-05T00:00:00Z");
const Style kPlain{.color = false, .unicode = true, .width = 80};

IntensitySeries Hours(std::vector<double> values, const std::string& zone = "FR") {
  return {{zone, "average-lifecycle", "grid.csv"}, kStart, kHour, std::move(values)};
}

TEST(SeriesJson, HasEveryStepAndNullInAGap) {
  const auto json = nlohmann::json::parse(SeriesJson({Hours({100.25, kGap, 300}), Hours({}, "DE")}));
  const auto& fr = json["series"][0];
  EXPECT_EQ(fr["zone"], "FR");
  EXPECT_EQ(fr["step_s"], 3600);
  EXPECT_EQ(fr["to"], "2022-03-05T03:00:00Z");
  EXPECT_EQ(fr["missing"], 1);
  EXPECT_EQ(fr["mean_g_per_kwh"], 200.125);
  EXPECT_EQ(fr["points"][0]["gco2_per_kwh"], 100.25);
  EXPECT_EQ(fr["points"][1]["time"], "2022-03-05T01:00:00Z");
  EXPECT_TRUE(fr["points"][1]["gco2_per_kwh"].is_null());
  EXPECT_TRUE(json["series"][1]["mean_g_per_kwh"].is_null());
  EXPECT_TRUE(json["series"][1]["points"].empty());
}

TEST(SeriesJson, IsJsonWhateverTheNamesAre) {
  const IntensitySeries odd({"\"}\\\n\x01\xff", "average", "a\"b"}, kStart, kHour, {1});
  EXPECT_EQ(nlohmann::json::parse(SeriesJson({odd}))["series"].size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(SeriesListJson({Described(odd), Described(odd)}))["series"].size(), 2u);
  EXPECT_TRUE(nlohmann::json::parse(SeriesListJson({}))["series"].empty());
}

TEST(SeriesPage, SaysTheLeastTheMeanAndTheMost) {
  const std::string page = SeriesPage(Hours({120, 80, kGap, 400}), nullptr, kPlain);
  EXPECT_THAT(page, AllOf(HasSubstr("FR"), HasSubstr("average-lifecycle"), HasSubstr("steps of 1 h"),
                          HasSubstr("least 80.0 (2022-03-05 01:00), mean 200, most 400 (2022-03-05 03:00)"),
                          HasSubstr("1 step has no value"), Not(HasSubstr("there is more"))));
}

TEST(SeriesPage, SaysWhatElseThereIs) {
  const IntensitySeries all = Hours(std::vector<double>(100, 50));
  const KeptSeries whole = Described(all);
  EXPECT_THAT(SeriesPage(all.Part(kStart, kStart + kHour * 24), &whole, kPlain),
              HasSubstr("there is more, 2022-03-05 to 2022-03-09 04:00"));
}

TEST(SeriesList, KeepsZoneTimeAndMeanWhereThereIsNoRoom) {
  const KeptSeries kept = Described(
      IntensitySeries({"US-CAL-CISO", "average-consumption-lifecycle", "a-file-with-a-long-name.csv.gz"},
                      kStart, kHour, {210, 220}));
  EXPECT_THAT(SeriesList({kept}, {.color = false, .unicode = true, .width = 1000}),
              AllOf(HasSubstr("a-file-with-a-long-name.csv.gz"), HasSubstr("1 h")));
  const std::string narrow = SeriesList({kept}, kPlain);
  EXPECT_THAT(narrow, AllOf(HasSubstr("US-CAL-CISO"), HasSubstr("2022-03-05"), HasSubstr("215")));
  EXPECT_THAT(narrow, Not(HasSubstr("a-file")));
}

GridForecast Forecast(std::vector<double> values) {
  GridForecast forecast{kStart, kHour, "made for a test", {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    forecast.points.push_back(
        {kStart + kHour * static_cast<double>(i), {value, value - 10, value + 10, Basis::kModelled}});
  }
  return forecast;
}

TEST(ForecastJson, HasAnIntervalAndABasisAtEveryPoint) {
  const auto json = nlohmann::json::parse(ForecastJson(Forecast({100, 90}), Hours({1})));
  EXPECT_EQ(json["zone"], "FR");
  EXPECT_EQ(json["issued"], "2022-03-05T00:00:00Z");
  EXPECT_EQ(json["points"][1]["time"], "2022-03-05T01:00:00Z");
  EXPECT_EQ(json["points"][1]["gco2_per_kwh"],
            nlohmann::json({{"value", 90.0}, {"low", 80.0}, {"high", 100.0}, {"basis", "modelled"}}));
}

TEST(ForecastPage, FindsTheCleanestWindows) {
  std::vector<double> values(48, 200);
  values[30] = 50;
  for (std::size_t i = 36; i < 44; ++i) values[i] = 100;
  const std::string page = ForecastPage(Forecast(values), Hours({1}), kPlain);
  EXPECT_THAT(page, HasSubstr("1 h       2022-03-06 06:00     50       -75 %"));
  EXPECT_THAT(page, HasSubstr("4 h       2022-03-06 12:00    100       -50 %"));
  EXPECT_THAT(page, HasSubstr("8 h       2022-03-06 12:00    100       -50 %"));
  EXPECT_THAT(page, HasSubstr("2022-03-05 00:00    200     190 to 210"));
  EXPECT_THAT(page, HasSubstr("made for a test"));
}

TEST(ForecastPage, OfAFewStepsHasNoWindows) {
  const std::string page = ForecastPage(Forecast({100}), Hours({1}), kPlain);
  EXPECT_THAT(page, AllOf(HasSubstr("100"), Not(HasSubstr("cleanest"))));
}

}  // namespace
}  // namespace jouleprint::report
