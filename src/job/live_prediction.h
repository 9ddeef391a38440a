// What a run that goes on will take in all, from the units of it that are finished.
//
// Time and energy by PredictTotal (jouleprint/epoch_forecast.h); grams of what is to come by the prices of
// its hours (forecast/predicted_emissions.h), with the making of the hardware over the predicted time. What
// stood before the first unit, and what passed while a budget held the job still, is counted once and never
// multiplied. One thread.
#ifndef JOULEPRINT_JOB_LIVE_PREDICTION_H_
#define JOULEPRINT_JOB_LIVE_PREDICTION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "forecast/predicted_emissions.h"
#include "job/marks.h"
#include "job/pricing.h"
#include "jouleprint/epoch_forecast.h"
#include "jouleprint/footprint_choice.h"
#include "jouleprint/record.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

/// A stretch in which a job was held still: no work was done in it.
struct PausedStretch {
  double start_s = 0;
  double start_kwh = 0;
  double end_s = 0;
  double end_kwh = 0;
};

/// What PredictTotal is asked with, and what is to be added to its answer.
struct LiveUnits {
  std::vector<UnitCost> units;
  double beside_s = 0;
  double beside_kwh = 0;
};
LiveUnits UnitsOf(const FinishedUnits& finished, const std::vector<PausedStretch>& pauses);

/// How many of the `expected` training epochs are this run's: one that goes on from a checkpoint begins with
/// a later number ("Epoch 41/50"), and what stood before it is another run's.
std::int64_t EpochsOfThisRun(const std::vector<EpochRecord>& finished, std::int64_t expected);

/// One prediction, with two measures of how sure it is.
struct Foretold {
  PredictionRecord shown;  ///< with what the meters and the grid's figures may be off by as well
  PredictionRecord
      reported;  ///< of the figures that the finished run will report: what a budget is held against
};

class LivePrediction {
 public:
  /// Nothing where no unit is finished, or more than `epochs_total` are. `record` has what the run is priced
  /// with so far.
  std::optional<Foretold> Predict(const LiveUnits& live, std::int64_t epochs_total, const RunProgress& so_far,
                                  const RunRecord& record, const FootprintChoice& footprint,
                                  const Pricing& pricing);

 private:
  forecast::RestPricer& PricerOf(const Pricing& pricing, double pue);

  std::optional<forecast::RestPricer> pricer_;
  UtcTime known_until_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_LIVE_PREDICTION_H_
