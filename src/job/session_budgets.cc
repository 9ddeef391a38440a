// What a Session foretells while it follows its command, and how its budgets are minded.
#include <algorithm>

#include "job/session.h"
#include "os/the_clock.h"
#include "os/wait.h"

namespace jouleprint::job {
namespace {

// Lines may come faster than predictions are of use. What one costs is paid this often at most.
constexpr Seconds kPredictionEvery{0.25};
constexpr double kIdleForEachPrediction = 50;
// How long commands of budgets are waited for when the run is over.
constexpr Seconds kHelperPatience{5};

}  // namespace

void Session::PredictIfDue() {
  const Seconds now = Elapsed();
  // What a job does while it is being stopped tells nothing of how it would have gone on.
  if (!prediction_due_ || now < next_prediction_ || budgets_.stopping()) return;
  prediction_due_ = false;
  const os::BootTime start = os::TheClock().Boot();
  const bool first = !prediction_;
  Predict();
  const Seconds cost = os::TheClock().Boot() - start;
  next_prediction_ = now + std::max(kPredictionEvery, cost * kIdleForEachPrediction);
  if (!prediction_) return;
  if (first && observer_ != nullptr) observer_->OnProgress(Progress());
  MindBudgets();
}

void Session::Predict() {
  const std::optional<std::int64_t> total = marks_.epochs_expected();
  if (!total) return;
  const FinishedUnits finished = marks_.Finished();
  const LiveUnits live = UnitsOf(finished, budgets_.pauses());
  const std::optional<Foretold> prediction =
      predictor_.Predict(live, EpochsOfThisRun(finished.epochs, *total), Progress(), book_->record(),
                         book_->place().footprint, book_->pricing());
  if (prediction) prediction_ = prediction;
}

SoFar Session::UsedSoFar() const {
  const RunProgress progress = book_->Progress(*measurement_);
  return {Elapsed(), progress.energy_kwh.value, progress.emissions_gco2e.value, 0, ReportedOf(prediction_)};
}

void Session::MindBudgets() {
  if (!budgets_.empty()) budgets_.Look(UsedSoFar());
}

void Session::MindEndedHelpers() {
  for (const auto& [pid, exit_status] : tree_.TakeEndedHelpers()) budgets_.HelperEnded(pid, exit_status);
}

bool Session::StillStopping() const {
  return budgets_.stopping() && !budgets_.GivenUp(Elapsed()) && tree_.Living() > 0;
}

void Session::AwaitHelpers() {
  const os::BootTime start = os::TheClock().Boot();
  for (;;) {
    tree_.Reap();
    MindEndedHelpers();
    const Seconds left = kHelperPatience - (os::TheClock().Boot() - start);
    if (!budgets_.HelpersRun() || left <= Seconds{0}) return;
    os::WaitReadable({signals_.fd()}, left);
    while (const auto signal = signals_.Next()) {
      if (os::EndsProgram(signal->number)) return;
    }
  }
}

void Session::NoteBudgets() {
  RunRecord& record = book_->record();
  if (prediction_) record.prediction = prediction_->shown;
  SoFar so_far{Seconds{record.duration_s}, record.energy_kwh.machine.value,
               record.emissions_gco2e.total.value, 0, ReportedOf(prediction_)};
  so_far.epochs_done = std::count_if(record.epochs.begin(), record.epochs.end(),
                                     [](const EpochRecord& epoch) { return epoch.kind == "train"; });
  record.budgets = budgets_.Records(so_far);
}

}  // namespace jouleprint::job
