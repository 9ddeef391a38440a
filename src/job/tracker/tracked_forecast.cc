// What a tracked run foretells of itself, and what that and its use so far say of its budgets.
#include <algorithm>
#include <utility>

#include "job/tracker/tracked_run.h"
#include "jouleprint/epoch_forecast.h"

namespace jouleprint::job {

Result<PredictionRecord> TrackedRun::Predict(std::optional<std::int64_t> epochs) {
  const std::scoped_lock lock(mutex_);
  if (stopped() && !epochs && prediction_) return prediction_->shown;
  Result<Foretold> foretold = PredictNow(epochs);
  if (!foretold.ok()) return foretold.error();
  return std::move(foretold->shown);
}

Result<Foretold> TrackedRun::PredictNow(std::optional<std::int64_t> epochs) {
  const std::optional<std::int64_t> total = epochs ? epochs : options_.epochs;
  if (!total) {
    return Error{ErrorCode::kInvalidArgument, "nobody said how many epochs there will be",
                 "say it at the start, or when you ask"};
  }
  const LiveUnits live = UnitsOf({epochs_, beside_s_, beside_kwh_}, {});
  // Whoever trains for longer than he said is told what he has used, and not stopped by an error.
  const std::int64_t all = std::max(EpochsOfThisRun(epochs_, *total), EpochsDone());
  if (const Result<PredictedTotal> possible = PredictTotal(live.units, all); !possible.ok()) {
    return possible.error();
  }
  std::optional<Foretold> prediction = predictor_.Predict(
      live, *total, book_.Progress(*measurement_), book_.record(), book_.place().footprint, book_.pricing());
  if (!prediction) {
    return Error{
        ErrorCode::kNotPresent, "the energy of the epochs is not known, so that none is predicted", {}};
  }
  return std::move(*prediction);
}

void TrackedRun::PredictIfDue() {
  if (!std::exchange(prediction_due_, false) || !options_.epochs) return;
  Result<Foretold> prediction = PredictNow(std::nullopt);
  if (prediction.ok()) prediction_ = std::move(*prediction);
}

std::int64_t TrackedRun::EpochsDone() const {
  return std::count_if(epochs_.begin(), epochs_.end(),
                       [](const EpochRecord& epoch) { return epoch.kind == "train"; });
}

SoFar TrackedRun::UsedSoFar() const {
  const RunProgress progress = book_.Progress(*measurement_);
  SoFar so_far{measurement_->duration(), progress.energy_kwh.value, progress.emissions_gco2e.value};
  so_far.epochs_done = EpochsDone();
  so_far.prediction = ReportedOf(prediction_);
  return so_far;
}

void TrackedRun::MindBudgets() {
  if (!budgets_.empty()) budgets_.Look(UsedSoFar());
}

}  // namespace jouleprint::job
