// All that is learned about one zone, put together: members, their weights, their errors.
#ifndef JOULEPRINT_CARBON_FORECAST_FORECAST_MODEL_H_
#define JOULEPRINT_CARBON_FORECAST_FORECAST_MODEL_H_

#include <optional>
#include <string>
#include <vector>

#include "carbon/forecast/blend.h"
#include "carbon/forecast/error_bands.h"
#include "carbon/forecast/members.h"
#include "carbon/forecast/outlook_correction.h"
#include "carbon/forecast/replay.h"
#include "carbon/forecast/within_hour.h"
#include "carbon/forecast/working_past.h"
#include "jouleprint/grid_forecast.h"

namespace jouleprint::carbon {

class ForecastModel {
 public:
  /// `hours` are the past of `series`, a day of it at least. `outlook` may be null.
  ForecastModel(const IntensitySeries& series, HourlyPast hours, const Outlook* outlook);

  /// Hours that a forecast must have before it.
  std::size_t hours_needed() const;
  /// What the outlook's series were called in training; null without one.
  const std::vector<std::string>* outlook_names() const;

  /// `hours` are the past of `series` until the origin; `outlook` is null or of the names trained with.
  GridForecast Carry(const IntensitySeries& series, HourlyPast hours, UtcTime at, Seconds horizon,
                     const Outlook* outlook) const;

 private:
  /// From hourly forecasts to steps with an interval, learned from replays of the same kind of forecast.
  struct Finish {
    WithinHour within;
    ErrorBands bands;
  };
  Finish LearnFinish(const IntensitySeries& series, const WorkingPast& past,
                     const std::vector<Replay>& replays, const std::vector<Eigen::VectorXd>& mixed) const;
  Estimate WithBand(double value, ErrorBands::Band band) const;
  std::string Method(bool with_outlook) const;

  WorkingUnits units_;
  Cast cast_;
  std::size_t days_ = 0;
  std::size_t replays_ = 0;
  double least_seen_ = 0;
  double most_seen_ = 0;
  std::vector<Regressions> regressions_;  // by hour of the day
  Blend blend_;
  Finish finish_;
  std::optional<OutlookCorrection> correction_;
  std::optional<Finish> outlook_finish_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_FORECAST_MODEL_H_
