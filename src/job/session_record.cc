// What a Session writes down: the record as it grows, and at the end wherever it was asked to go.
#include <utility>

#include "carbon/footprint/footprint.h"
#include "energy/account.h"
#include "job/figures.h"
#include "job/redact.h"
#include "job/reservation.h"
#include "job/run_trace.h"
#include "job/samples_file.h"
#include "job/session.h"
#include "os/cgroup.h"
#include "os/file.h"
#include "os/spawn.h"
#include "os/user_dirs.h"
#include "record/json.h"

namespace jouleprint::job {
namespace {

constexpr Seconds kFlushPatience{5};
// How long the last look at the GPUs' processes may take.
constexpr Seconds kGpuPatience{1};

Reservation DescribeReservation(const meters::Catalog& catalog, const RunOptions& options) {
  constexpr double kBytesPerGibibyte = 1024.0 * 1024.0 * 1024.0;
  return ReservationOf({.given_cpus = options.reserved_cpus,
                        .cgroup_folders = os::OwnCgroupFolders(),
                        .variable = os::EnvironmentVariable,
                        .logical_cpus = catalog.cpu.logical_cpus,
                        .memory_bytes = catalog.cpu.memory_gib * kBytesPerGibibyte,
                        .gpus = static_cast<int>(catalog.gpus.size())});
}

}  // namespace

void Session::DescribeRun() {
  record_.name = options_.name;
  record_.project = options_.project;
  record_.tags = options_.tags;
  record_.command = WithoutSecrets(options_.command);
  record_.host = DescribeHost(measurement_->catalog(), os::Sysroot(options_.sysroot));
  record_.job.reserved = DescribeReservation(measurement_->catalog(), options_);
  record_.pue = place_.pue;
  record_.pue_given = place_.pue_given;
  record_.pue_source = place_.pue_source;
  record_.zone = place_.zone;
  record_.intensity = place_.intensity;
  record_.version = JOULEPRINT_VERSION;
}

sampling::UsersEvent Session::Users() const {
  sampling::UsersEvent users;
  users.job_cpu = tree_.CpuTime();
  users.machine_cpu = load_.Busy();
  users.run_id = record_.run_id;
  users.followed_by = tree_.followed_by();
  users.exit_status = record_.job.exit_status;
  users.outlived = measurement_->ended() ? tree_.Living() : 0;
  for (const auto& [domain, part] : gpu_watch_->Parts(measurement_->duration())) {
    users.parts.push_back(
        {domain, part.of_dynamic.value, part.of_dynamic.low, part.of_dynamic.high, part.by});
  }
  return users;
}

void Session::UpdateRecord() {
  const sampling::UsersEvent users = Users();
  FillFigures(QuestionOf(*measurement_, record_.job.reserved, users, options_.idle_split), *measurement_,
              users, &record_);
  pricing_.Price(measurement_->Series(), &record_);
  if (trace_) trace_->Note(users);
  record_.epochs = marks_.Epochs({0, false, record_.duration_s, record_.energy_kwh.machine.value});
  record_.epochs_expected = marks_.epochs_expected();
  record_.metrics = marks_.metrics();
  carbon::FillFootprint(place_.footprint, &record_);
  record_.overhead.cpu_s = os::OwnCpuTime().value();
}

void Session::StartTrace() {
  if (options_.trace_file.empty()) return;
  auto trace = sampling::TraceWriter::Create(
      options_.trace_file, TraceHeaderOf(*measurement_, options_, place_.footprint, record_));
  if (!trace.ok()) return Notice("there will be no trace: " + trace.error().ToString());
  trace_ = std::move(*trace);
  measurement_->TraceTo(trace_);
}

void Session::EndTrace() {
  if (!trace_) return;
  trace_->Close();
  if (!trace_->failure().empty()) Notice(trace_->failure());
}

void Session::WriteFiles(const PowerSeries& series, std::vector<std::string>* notices) const {
  if (!options_.json_file.empty()) {
    const Status written = os::WriteFileAtomically(options_.json_file, record::ToJson(record_, 2) + "\n");
    if (!written.ok()) notices->push_back("the record could not be written: " + written.error().ToString());
  }
  if (!options_.samples_file.empty()) {
    const Status written = os::WriteFileAtomically(options_.samples_file, SamplesCsv(series));
    if (!written.ok()) notices->push_back("the samples could not be written: " + written.error().ToString());
  }
}

void Session::Finish(int exit_status, RunOutcome* outcome) {
  // The output's last lines may still be on their way; the figures end here all the same.
  measurement_->End();
  gpu_watch_->Stop(kGpuPatience);
  if (relay_) relay_->Flush(kFlushPatience);
  TakeOutput(true);
  record_.job.exit_status = exit_status;
  if (options_.keep) {
    pricing_.LookInStore(options_.store_path.empty() ? DefaultStorePath() : options_.store_path,
                         record_.start, measurement_->start_utc() + measurement_->duration());
  }
  UpdateRecord();
  EndTrace();
  record_.state = RunState::kFinished;
  std::vector<std::string> notices;
  const PowerSeries series = measurement_->Series();
  outcome->record_path = keeper_->Finish(record_, series, &notices);
  WriteFiles(series, &notices);
  for (const std::string& notice : notices) Notice(notice);
  outcome->exit_status = exit_status;
  outcome->record = std::move(record_);
}

RunProgress Session::Progress() const {
  RunProgress progress;
  progress.elapsed_s = Elapsed().value();
  progress.power_w = measurement_->PowerNow();
  const energy::Account account = energy::MakeAccount(
      {.uses = measurement_->Uses(), .total = measurement_->Total(), .duration = Elapsed()});
  progress.energy_kwh = account.kwh.machine;
  const Emissions priced = carbon::Footprint(account.kwh.machine, record_.pue, record_.intensity);
  progress.emissions_gco2e = carbon::TotalSoFar(place_.footprint, record_, priced.operational, Elapsed());
  progress.epoch = marks_.epoch();
  progress.epochs_expected = marks_.epochs_expected();
  return progress;
}

}  // namespace jouleprint::job
