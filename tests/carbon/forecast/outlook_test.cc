// What is known ahead (wind, say) makes a forecast better, and only what it is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "carbon/forecast/synthetic_grid.h"
#include "jouleprint/grid_forecast.h"

namespace jouleprint {
namespace {

using synthetic::Grid;
using synthetic::Hours;
using synthetic::kHour;
using synthetic::kStart;
using ::testing::HasSubstr;

constexpr std::size_t kHours = 300 * 24;
constexpr double kAt = 220 * 24;

class OutlookTest : public ::testing::Test {
 protected:
  // Mean relative error over 96 h of the days after kAt, by a model that learned until then.
  double ErrorWith(const Outlook* outlook) const {
    const auto model = GridForecaster::Train(series_, Hours(kAt), outlook);
    EXPECT_TRUE(model.ok());
    double sum = 0;
    double count = 0;
    for (double hour = kAt; hour + 96 < kHours; hour += 24) {
      const auto forecast = model->Forecast(series_, Hours(hour), kHour * 96.0, outlook);
      EXPECT_TRUE(forecast.ok());
      for (const GridForecast::Point& point : forecast->points) {
        sum += std::abs(point.g_per_kwh.value / series_.At(point.time)->value() - 1);
        count += 1;
      }
    }
    return sum / count;
  }

  Grid grid_ = synthetic::MakeGrid(kHours, 7);
  IntensitySeries series_ = synthetic::Series(grid_.g_per_kwh);
  Outlook wind_{kStart, kHour, {"wind"}, {grid_.wind}};
};

TEST_F(OutlookTest, AKnownWindHalvesTheError) { EXPECT_LT(ErrorWith(&wind_), 0.5 * ErrorWith(nullptr)); }

TEST_F(OutlookTest, NoiseDoesLittleHarm) {
  const Outlook noise{kStart, kHour, {"noise"}, {synthetic::MakeGrid(kHours, 8).wind}};
  EXPECT_LT(ErrorWith(&noise), 1.1 * ErrorWith(nullptr));
}

TEST_F(OutlookTest, NarrowsTheIntervalAndIsNamed) {
  const auto model = GridForecaster::Train(series_, Hours(kAt), &wind_);
  ASSERT_TRUE(model.ok());
  const auto with = model->Forecast(series_, Hours(kAt), kHour * 96.0, &wind_);
  const auto without = model->Forecast(series_, Hours(kAt), kHour * 96.0);
  ASSERT_TRUE(with.ok());
  ASSERT_TRUE(without.ok());
  EXPECT_THAT(with->method, HasSubstr("outlook"));
  EXPECT_THAT(without->method, Not(HasSubstr("outlook")));
  const Estimate& narrow = with->points[60].g_per_kwh;
  const Estimate& wide = without->points[60].g_per_kwh;
  EXPECT_LT(narrow.high - narrow.low, 0.7 * (wide.high - wide.low));
}

TEST_F(OutlookTest, HoursThatItDoesNotReachStayAsTheyWere) {
  Outlook day = wind_;
  day.values[0].resize(static_cast<std::size_t>(kAt) + 24);
  const auto model = GridForecaster::Train(series_, Hours(kAt), &day);
  ASSERT_TRUE(model.ok());
  const auto with = model->Forecast(series_, Hours(kAt), kHour * 48.0, &day);
  const auto without = model->Forecast(series_, Hours(kAt), kHour * 48.0);
  ASSERT_TRUE(with.ok());
  EXPECT_NE(with->points[12].g_per_kwh.value, without->points[12].g_per_kwh.value);
  EXPECT_EQ(with->points[30].g_per_kwh.value, without->points[30].g_per_kwh.value);
}

TEST_F(OutlookTest, IsRefusedWhereItCannotBeRight) {
  EXPECT_FALSE(GridForecaster::Train(series_, Hours(kAt), std::make_unique<Outlook>().get()).ok());
  const auto trained_without = GridForecaster::Train(series_, Hours(kAt));
  ASSERT_TRUE(trained_without.ok());
  const auto refused = trained_without->Forecast(series_, Hours(kAt), kHour, &wind_);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("without an outlook"));
  const auto trained = GridForecaster::Train(series_, Hours(kAt), &wind_);
  Outlook sun = wind_;
  sun.names = {"sun"};
  EXPECT_FALSE(trained->Forecast(series_, Hours(kAt), kHour, &sun).ok());
}

}  // namespace
}  // namespace jouleprint
