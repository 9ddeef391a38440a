// The grams of energy that is still to come: spread evenly over the hours to come, each hour priced with what
// is known of it, else with what is forecast for it, else with the figure for all times.
//
//   RestPricer pricer({.series = fr, .otherwise = zone.intensity, .pue = 1.2});
//   PricedRest rest = pricer.Price(rest_kwh, now, Seconds{7200});
//   rest.gco2e;        // with PUE; its interval holds that of the energy and that of the intensity
//   rest.mean.source;  // "the forecast from FR.csv": what PredictionRecord::intensity says
//
// What has been used already is not its matter: add it. The forecast is made when it is first asked for and
// kept, so that a pricer that is asked after each epoch trains once; a new one is wanted only where the
// series has grown. One thread at a time. docs/prediction.md says how wide the intervals are and why.
#ifndef JOULEPRINT_FORECAST_PREDICTED_EMISSIONS_H_
#define JOULEPRINT_FORECAST_PREDICTED_EMISSIONS_H_

#include <optional>

#include "jouleprint/epoch_forecast.h"
#include "jouleprint/estimate.h"
#include "jouleprint/grid_forecast.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::forecast {

/// What hours to come may be priced with.
struct RestPricing {
  std::optional<IntensitySeries> series{};  ///< of the job's zone; values that lie ahead are taken as told
  IntensityUsed otherwise;                  ///< for all times: a yearly average, or what was given
  double pue = 1;
};

struct PricedRest {
  Estimate gco2e;      ///< with PUE
  IntensityUsed mean;  ///< over the time to come; its source says in words what prices were used
};

class RestPricer {
 public:
  explicit RestPricer(RestPricing pricing);

  /// `it_kwh` of the machine, without PUE, used from `from` on for `duration`; one without length is the
  /// moment itself. Never fails: where the series is too old or too short for a forecast, `otherwise` is
  /// used.
  PricedRest Price(const Estimate& it_kwh, UtcTime from, Seconds duration);

 private:
  /// Lengthens the series by its forecast, once.
  void LookAhead();
  IntensityUsed MeanOfSeries(UtcTime from, UtcTime to);
  /// Mean half-widths of the forecast's own intervals over [from, to), each weighted by its time.
  Estimate ForecastWidths(UtcTime from, UtcTime to) const;

  RestPricing pricing_;
  bool looked_ahead_ = false;
  std::optional<GridForecast> forecast_;     // from the end of the series on
  std::optional<IntensitySeries> extended_;  // the series, and the forecast behind it
};

/// A whole run in grams: what is behind it by the hours that it had, what is to come by those that it will.
struct PricedTotal {
  Estimate used_gco2e;
  Estimate total_gco2e;
  IntensityUsed rest_mean;  ///< what the hours to come were priced with
};
/// Of a run that began at `start`; nothing where its energy is not known.
std::optional<PricedTotal> PriceTotal(const PredictedTotal& total, UtcTime start, RestPricer* pricer);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_PREDICTED_EMISSIONS_H_
