// What a grid's intensity will be, with its interval, made from the past alone.
//
//   GridForecaster model = *GridForecaster::Train(series, at);      // reads only what precedes `at`
//   GridForecast next = *model.Forecast(series, at, Seconds{96 * 3600});
//
// Training two years of hours takes under a second, a forecast under 5 ms. docs/forecasts.md says how it is
// made and how well it did. Pure; a trained model may be used from any thread.
#ifndef JOULEPRINT_GRID_FORECAST_H_
#define JOULEPRINT_GRID_FORECAST_H_

#include <memory>
#include <string>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint {

/// Series that are known ahead and help (forecasts of wind, sun, load): values by step, named, in any unit.
/// Values for times before the origin teach; those after it are used.
struct Outlook {
  UtcTime start;
  Seconds step{3600};
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;  ///< values[name][i]; NaN where there is none
  /// What was said on earlier days, where it was kept: each starts when it was issued. Outlooks fade with the
  /// distance, and from these it is learned how fast; without them, hours far ahead are trusted as much as
  /// those at hand.
  std::vector<Outlook> earlier{};
};

struct GridForecast {
  UtcTime issued;  ///< nothing at or after it was looked at
  Seconds step{3600};
  std::string method;  ///< one sentence for people: what the forecast rests on
  struct Point {
    UtcTime time;  ///< start of the step
    Estimate g_per_kwh;
  };
  std::vector<Point> points;
};

class GridForecaster {
 public:
  /// Learns from what precedes `at`. A short past is enough for a simple forecast with a wide interval;
  /// kInvalidArgument where there is less than a day of it, or none near `at`.
  static Result<GridForecaster> Train(const IntensitySeries& past, UtcTime at,
                                      const Outlook* outlook = nullptr);

  /// From `at` on, for `horizon` (up to 14 days); `past` may have grown since training.
  Result<GridForecast> Forecast(const IntensitySeries& past, UtcTime at, Seconds horizon,
                                const Outlook* outlook = nullptr) const;

  GridForecaster(GridForecaster&&) noexcept;
  GridForecaster& operator=(GridForecaster&&) noexcept;
  ~GridForecaster();

 private:
  class Impl;
  explicit GridForecaster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace jouleprint

#endif  // JOULEPRINT_GRID_FORECAST_H_
