// What a user of the forecaster can notice, on grids that are made up.
#include "jouleprint/grid_forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "carbon/forecast/synthetic_grid.h"

namespace jouleprint {
namespace {

using synthetic::Hours;
using synthetic::kHour;
using synthetic::MakeGrid;
using synthetic::Series;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLearned = 200 * 24;  // hours of past that bring every member in
constexpr std::size_t kHours = 260 * 24;
constexpr std::size_t kFourDays = 96;

GridForecast MustForecast(const IntensitySeries& series, UtcTime at, double hours = kFourDays) {
  const Result<GridForecaster> model = GridForecaster::Train(series, at);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().ToString());
  const Result<GridForecast> forecast = model->Forecast(series, at, kHour * hours);
  EXPECT_TRUE(forecast.ok()) << (forecast.ok() ? "" : forecast.error().ToString());
  return *forecast;
}

double Error(const GridForecast& forecast, const IntensitySeries& truth) {
  double sum = 0;
  for (const GridForecast::Point& point : forecast.points) {
    sum += std::abs(point.g_per_kwh.value / truth.At(point.time)->value() - 1);
  }
  return sum / static_cast<double>(forecast.points.size());
}

void ExpectSound(const GridForecast& forecast) {
  for (const GridForecast::Point& point : forecast.points) {
    ASSERT_TRUE(std::isfinite(point.g_per_kwh.value)) << point.time.ToString();
    EXPECT_TRUE(std::isfinite(point.g_per_kwh.high)) << point.time.ToString();
    EXPECT_GE(point.g_per_kwh.low, 0) << point.time.ToString();
    EXPECT_LE(point.g_per_kwh.low, point.g_per_kwh.value) << point.time.ToString();
    EXPECT_GE(point.g_per_kwh.high, point.g_per_kwh.value) << point.time.ToString();
    EXPECT_EQ(point.g_per_kwh.basis, Basis::kModelled);
  }
}

double MeanRelativeWidth(const GridForecast& forecast) {
  double sum = 0;
  for (const GridForecast::Point& point : forecast.points) {
    sum += (point.g_per_kwh.high - point.g_per_kwh.low) / point.g_per_kwh.value;
  }
  return sum / static_cast<double>(forecast.points.size());
}

void ExpectSame(const GridForecast& a, const GridForecast& b) {
  ASSERT_EQ(a.points.size(), b.points.size());
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    EXPECT_EQ(a.points[i].time, b.points[i].time);
    EXPECT_EQ(a.points[i].g_per_kwh, b.points[i].g_per_kwh) << i;
  }
}

TEST(GridForecaster, CoversTheHorizonStepByStep) {
  const IntensitySeries series = Series(MakeGrid(kHours).g_per_kwh);
  const GridForecast forecast = MustForecast(series, Hours(kLearned));
  EXPECT_EQ(forecast.issued, Hours(kLearned));
  ASSERT_EQ(forecast.points.size(), kFourDays);
  EXPECT_EQ(forecast.points.front().time, Hours(kLearned));
  EXPECT_EQ(forecast.points.back().time, Hours(kLearned + 95));
  ExpectSound(forecast);
  EXPECT_THAT(forecast.method, HasSubstr("200 days"));
}

TEST(GridForecaster, LooksAtNothingFromItsTimeOn) {
  const auto past = static_cast<std::size_t>(kLearned);
  const std::vector<double> values = MakeGrid(kHours).g_per_kwh;
  std::vector<double> other = values;
  for (std::size_t hour = past; hour < other.size(); ++hour) {
    other[hour] = hour % 3 == 0 ? kNan : 1e4;
  }
  ExpectSame(MustForecast(Series(values), Hours(kLearned)), MustForecast(Series(other), Hours(kLearned)));
  // Nor at the rest of a step that has begun: it is over at its end only.
  ExpectSame(MustForecast(Series(values), Hours(kLearned + 0.5)),
             MustForecast(Series(other), Hours(kLearned + 0.5)));
}

// Short pasts, so that a hundred of them take a moment; the members are the simple ones.
RC_GTEST_PROP(GridForecasterProperty, NoValueAtOrAfterItsTimeMatters, ()) {
  const auto past = *rc::gen::inRange<std::size_t>(24, 40 * 24);
  const auto changed = past + *rc::gen::inRange<std::size_t>(0, 100);
  std::vector<double> values = MakeGrid(past + 100).g_per_kwh;
  const GridForecast before = MustForecast(Series(values), Hours(static_cast<double>(past)), 30);
  values[changed] = *rc::gen::element(0.0, 1e6, kNan);
  const GridForecast after = MustForecast(Series(values), Hours(static_cast<double>(past)), 30);
  for (std::size_t i = 0; i < before.points.size(); ++i) {
    RC_ASSERT(before.points[i].g_per_kwh == after.points[i].g_per_kwh);
  }
}

TEST(GridForecaster, BeatsYesterdayWhereThereIsAWeekAndASun) {
  const IntensitySeries series = Series(MakeGrid(kHours).g_per_kwh);
  const Result<GridForecaster> model = GridForecaster::Train(series, Hours(kLearned));
  ASSERT_TRUE(model.ok());
  double ours = 0;
  double yesterday = 0;
  double inside = 0;
  double points = 0;
  for (double hour = kLearned; hour + kFourDays < kHours; hour += 24) {
    const auto forecast = model->Forecast(series, Hours(hour), kHour * kFourDays);
    ASSERT_TRUE(forecast.ok());
    ours += Error(*forecast, series);
    for (std::size_t lead = 0; lead < kFourDays; ++lead) {
      const double truth = series.At(Hours(hour + static_cast<double>(lead)))->value();
      const double repeated = series.At(Hours(hour - 24 + static_cast<double>(lead % 24)))->value();
      const Estimate& said = forecast->points[lead].g_per_kwh;
      yesterday += std::abs(repeated / truth - 1) / kFourDays;
      inside += truth >= said.low && truth <= said.high ? 1 : 0;
      points += 1;
    }
  }
  EXPECT_LT(ours, 0.8 * yesterday);
  EXPECT_GT(inside / points, 0.82);
  EXPECT_LT(inside / points, 0.97);
}

TEST(GridForecaster, AnyHourOfTheDayMayAsk) {
  const IntensitySeries series = Series(MakeGrid(kHours).g_per_kwh);
  const Result<GridForecaster> model = GridForecaster::Train(series, Hours(kLearned));
  ASSERT_TRUE(model.ok());
  for (double hour = 0; hour < 24; ++hour) {
    const auto forecast = model->Forecast(series, Hours(kLearned + hour), kHour * 24);
    ASSERT_TRUE(forecast.ok());
    ExpectSound(*forecast);
    EXPECT_LT(Error(*forecast, series), 0.35) << hour;
  }
}

TEST(GridForecaster, AShortPastIsEnoughAndSaysSo) {
  const IntensitySeries series = Series(MakeGrid(kHours).g_per_kwh);
  const GridForecast one_day = MustForecast(series, Hours(24));
  const GridForecast three_weeks = MustForecast(series, Hours(21 * 24));
  const GridForecast long_past = MustForecast(series, Hours(kLearned));
  for (const GridForecast* forecast : {&one_day, &three_weeks, &long_past}) ExpectSound(*forecast);
  EXPECT_THAT(one_day.method, HasSubstr("only 1 day of past"));
  EXPECT_THAT(three_weeks.method, HasSubstr("only 21 days of past"));
  EXPECT_GT(MeanRelativeWidth(one_day), 1.2 * MeanRelativeWidth(long_past));
}

TEST(GridForecaster, LessThanADayIsRefused) {
  const auto model = GridForecaster::Train(Series(MakeGrid(48).g_per_kwh), Hours(23));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(model.error().message, HasSubstr("23 known hours"));
}

TEST(GridForecaster, APastThatEndedLongAgoIsRefused) {
  const auto model = GridForecaster::Train(Series(MakeGrid(60 * 24).g_per_kwh), Hours(90 * 24));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(model.error().hint, HasSubstr("2021-03-02"));
}

TEST(GridForecaster, HorizonsBeyondTwoWeeksAreRefused) {
  const IntensitySeries series = Series(MakeGrid(40 * 24).g_per_kwh);
  const auto model = GridForecaster::Train(series, Hours(40 * 24));
  ASSERT_TRUE(model.ok());
  const auto two_weeks = model->Forecast(series, Hours(40 * 24), kHour * 336);
  ASSERT_TRUE(two_weeks.ok());
  EXPECT_EQ(two_weeks->points.size(), 336U);
  ExpectSound(*two_weeks);
  for (const double hours : {337.0, 0.0, -1.0}) {
    EXPECT_FALSE(model->Forecast(series, Hours(40 * 24), kHour * hours).ok()) << hours;
  }
}

TEST(GridForecaster, GapsAreLivedWith) {
  std::vector<double> values = MakeGrid(kHours).g_per_kwh;
  const IntensitySeries whole = Series(values);
  const auto at = static_cast<std::size_t>(kLearned);
  for (std::size_t hour = 0; hour < at; hour += 17) values[hour] = kNan;
  for (std::size_t hour = at - 400; hour < at - 360; ++hour) values[hour] = kNan;
  for (std::size_t hour = at - 3; hour < at; ++hour) values[hour] = kNan;  // a source that lags
  const GridForecast forecast = MustForecast(Series(values), Hours(kLearned));
  ExpectSound(forecast);
  EXPECT_LT(Error(forecast, whole), 1.5 * Error(MustForecast(whole, Hours(kLearned)), whole) + 0.02);
}

TEST(GridForecaster, AFlatGridStaysFlat) {
  const GridForecast forecast = MustForecast(Series(std::vector<double>(kHours, 435.36)), Hours(kLearned));
  for (const GridForecast::Point& point : forecast.points) {
    EXPECT_NEAR(point.g_per_kwh.value, 435.36, 1e-6);
    EXPECT_LE(point.g_per_kwh.low, 435.36);
    EXPECT_GE(point.g_per_kwh.high, 435.36);
    EXPECT_LT(point.g_per_kwh.high - point.g_per_kwh.low, 1);
  }
}

TEST(GridForecaster, ASignalThatIsZeroForHoursIsForecast) {
  std::vector<double> values = MakeGrid(kHours).g_per_kwh;
  for (std::size_t hour = 0; hour < values.size(); ++hour) {
    if (hour % 24 >= 10 && hour % 24 < 14 && hour / 24 % 3 != 0) values[hour] = 0;
  }
  ExpectSound(MustForecast(Series(values), Hours(kLearned)));
  ExpectSound(MustForecast(Series(std::vector<double>(kHours, 0.0)), Hours(kLearned)));
}

// Twelve steps an hour: a saw within each hour, on top of the hour's own value.
std::vector<double> FiveMinutes(const std::vector<double>& hours) {
  std::vector<double> values;
  for (const double hour : hours) {
    for (int step = 0; step < 12; ++step) values.push_back(hour + 4 * (step - 5.5));
  }
  return values;
}

TEST(GridForecaster, ShorterStepsKeepTheirShapeWithinTheHour) {
  const IntensitySeries series = Series(FiveMinutes(MakeGrid(90 * 24).g_per_kwh), Seconds{300});
  const GridForecast forecast = MustForecast(series, Hours(80 * 24), 24);
  ASSERT_EQ(forecast.points.size(), 288U);
  EXPECT_EQ(forecast.step, Seconds{300});
  ExpectSound(forecast);
  for (std::size_t hour = 6; hour < 24; ++hour) {
    const double rise =
        forecast.points[hour * 12 + 11].g_per_kwh.value - forecast.points[hour * 12].g_per_kwh.value;
    EXPECT_NEAR(rise, 44, 6) << hour;
  }
}

TEST(GridForecaster, ATimeWithinTheHourStartsAtItsOwnStep) {
  const IntensitySeries series = Series(FiveMinutes(MakeGrid(40 * 24).g_per_kwh), Seconds{300});
  const UtcTime at = Hours(30 * 24) + Seconds{37 * 60};
  const GridForecast forecast = MustForecast(series, at, 2);
  EXPECT_EQ(forecast.points.front().time, Hours(30 * 24) + Seconds{35 * 60});
  EXPECT_GE(forecast.points.back().time + Seconds{300}, at + kHour * 2);
}

}  // namespace
}  // namespace jouleprint
