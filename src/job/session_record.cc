// What a Session writes down: the record as it grows, and at the end wherever it was asked to go.
#include <utility>

#include "job/run_trace.h"
#include "job/session.h"
#include "os/spawn.h"

namespace jouleprint::job {
namespace {

constexpr Seconds kFlushPatience{5};
// How long the last look at the GPUs' processes may take.
constexpr Seconds kGpuPatience{1};

}  // namespace

sampling::UsersEvent Session::Users() const {
  sampling::UsersEvent users;
  users.job_cpu = tree_.CpuTime();
  users.machine_cpu = load_.Busy();
  users.run_id = book_->record().run_id;
  users.followed_by = tree_.followed_by();
  users.exit_status = exit_status_;
  users.outlived = measurement_->ended() ? tree_.Living() : 0;
  for (const auto& [domain, part] : gpu_watch_->Parts(measurement_->duration())) {
    users.parts.push_back(
        {domain, part.of_dynamic.value, part.of_dynamic.low, part.of_dynamic.high, part.by});
  }
  return users;
}

void Session::UpdateRecord() {
  const sampling::UsersEvent users = Users();
  book_->BringUpToNow(*measurement_, users);
  if (trace_) trace_->Note(users);
  RunRecord& record = book_->record();
  // A run that is cut short has no whole epoch behind its last line, which is what tells lines that begin
  // epochs from those that end them.
  record.epochs = budgets_.stopping()
                      ? marks_.Finished().epochs
                      : marks_.Epochs({0, false, record.duration_s, record.energy_kwh.machine.value});
  record.epochs_expected = marks_.epochs_expected();
  record.metrics = marks_.metrics();
  book_->AddUp(os::OwnCpuTime());
  NoteBudgets();
}

void Session::StartTrace() {
  if (options_.trace_file.empty()) return;
  auto trace = sampling::TraceWriter::Create(
      options_.trace_file, TraceHeaderOf(*measurement_, options_, book_->place().footprint, book_->record()));
  if (!trace.ok()) return Notice("there will be no trace: " + trace.error().ToString());
  trace_ = std::move(*trace);
  measurement_->TraceTo(trace_);
}

void Session::EndTrace() {
  if (!trace_) return;
  trace_->Close();
  if (!trace_->failure().empty()) Notice(trace_->failure());
}

void Session::Finish(int exit_status, RunOutcome* outcome) {
  // The output's last lines may still be on their way; the figures end here all the same.
  measurement_->End();
  gpu_watch_->Stop(kGpuPatience);
  if (relay_) relay_->Flush(kFlushPatience);
  TakeOutput(true);
  AwaitHelpers();
  exit_status_ = exit_status;
  book_->LookInStore(measurement_->start_utc() + measurement_->duration());
  UpdateRecord();
  EndTrace();
  std::vector<std::string> notices;
  outcome->record_path = book_->Finish(*measurement_, &notices);
  for (const std::string& notice : notices) Notice(notice);
  outcome->exit_status = exit_status;
  outcome->record = std::move(book_->record());
}

RunProgress Session::Progress() const {
  RunProgress progress = book_->Progress(*measurement_);
  progress.epoch = marks_.epoch();
  progress.epochs_expected = marks_.epochs_expected();
  if (prediction_) progress.prediction = prediction_->shown;
  return progress;
}

}  // namespace jouleprint::job
