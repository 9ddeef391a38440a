// Forecasts of real grids, on days that the model has not seen. A few zones, of every kind, and loose bounds:
// the whole of it is in bench/run --rows forecast and docs/forecasts.md.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <string>

#include "jouleprint/grid_forecast.h"

namespace jouleprint {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(JOULEPRINT_SOURCE_DIR) / "../shared/data/carbon-intensity";
constexpr Seconds kHour{3600};
constexpr double kHoursAhead = 96;
constexpr int kDaysBetween = 5;

struct Zone {
  std::string name;
  double persistence_percent;  // mean error over 96 h of repeating yesterday, every day of 2022
};

class RealZoneTest : public ::testing::TestWithParam<Zone> {};

TEST_P(RealZoneTest, IsForecastBetterThanByYesterdayWithHonestIntervals) {
  const fs::path path = kData / "electricity-maps-lca-hourly" / (GetParam().name + "_2021-2022.csv.gz");
  if (!fs::exists(path)) GTEST_SKIP() << "skipped: no " << path.filename() << " beside the repository";
  const auto file = ReadSeriesFile(path.string());
  ASSERT_TRUE(file.ok()) << file.error().ToString();
  const IntensitySeries& series = file->series.front();
  double error = 0;
  double inside = 0;
  double points = 0;
  std::optional<GridForecaster> model;
  UtcTime at = *UtcTime::Parse("2022-01-01T00:00:00Z");
  for (int issue = 0; issue < 72; ++issue, at = at + kHour * (24.0 * kDaysBetween)) {
    if (issue % 12 == 0) model.emplace(*GridForecaster::Train(series, at));
    const auto forecast = model->Forecast(series, at, kHour * kHoursAhead);
    ASSERT_TRUE(forecast.ok());
    for (const GridForecast::Point& point : forecast->points) {
      const double truth = series.At(point.time)->value();
      error += 100 * std::abs(point.g_per_kwh.value / truth - 1);
      inside += truth >= point.g_per_kwh.low && truth <= point.g_per_kwh.high ? 100 : 0;
      points += 1;
    }
  }
  EXPECT_LT(error / points, 0.9 * GetParam().persistence_percent);
  EXPECT_GT(inside / points, 83);
  EXPECT_LT(inside / points, 97);
}

// Yesterday's error: from the data's own table of simple forecasters.
INSTANTIATE_TEST_SUITE_P(OfEveryKind, RealZoneTest,
                         ::testing::Values(Zone{"DE", 22.90}, Zone{"US-CAL-CISO", 12.65},
                                           Zone{"AU-SA", 98.29}),
                         [](const auto& zone) {
                           std::string name = zone.param.name;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace jouleprint
