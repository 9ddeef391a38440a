// What a Session writes down: the record as it grows, and at the end wherever it was asked to go.
#include <algorithm>
#include <cmath>
#include <utility>

#include "carbon/footprint.h"
#include "energy/account.h"
#include "job/redact.h"
#include "job/samples_file.h"
#include "job/session.h"
#include "os/file.h"
#include "os/host.h"
#include "os/spawn.h"
#include "record/json.h"

namespace jouleprint::job {
namespace {

constexpr Seconds kFlushPatience{5};
// Others' work that is worth a warning.
constexpr double kOthersNoticeable = 0.2;

HostInfo DescribeHost(const meters::Catalog& catalog, const os::Sysroot& sysroot) {
  HostInfo host;
  host.hostname = os::Hostname();
  host.os = os::OsName(sysroot);
  host.kernel = os::KernelRelease();
  host.arch = os::Architecture();
  host.cpu = catalog.cpu.model_name;
  host.sockets = catalog.cpu.sockets;
  host.cores = catalog.cpu.cores;
  host.logical_cpus = catalog.cpu.logical_cpus;
  host.memory_gib = catalog.cpu.memory_gib;
  host.gpus = catalog.gpus;
  host.virtualization = catalog.cpu.virtualization;
  return host;
}

// Why an estimate had to stand in for a counter, so that the record can say it for ever.
std::vector<std::string> EstimateWarnings(const RunRecord& run, const meters::Catalog& catalog) {
  std::vector<std::string> warnings;
  const bool modelled = std::any_of(run.domains.begin(), run.domains.end(), [](const DomainRecord& domain) {
    return domain.component == Component::kCpu && domain.basis >= Basis::kCalibrated;
  });
  for (const meters::MeterFinding& finding : catalog.findings) {
    if (modelled && finding.name == "powercap" && finding.state != meters::MeterState::kUsable) {
      warnings.push_back("the processor's energy is modelled from its load: " + finding.reason);
    }
  }
  return warnings;
}

}  // namespace

void Session::DescribeRun() {
  record_.name = options_.name;
  record_.project = options_.project;
  record_.tags = options_.tags;
  record_.command = WithoutSecrets(options_.command);
  record_.host = DescribeHost(measurement_->catalog(), os::Sysroot(options_.sysroot));
  record_.pue = place_.pue;
  record_.pue_given = place_.pue_given;
  record_.zone = place_.zone;
  record_.intensity = place_.intensity;
  record_.version = JOULEPRINT_VERSION;
}

void Session::UpdateRecord() {
  const Seconds duration = measurement_->duration();
  const double cpus = std::max(1, measurement_->catalog().cpu.logical_cpus);
  const energy::CpuUse cpu{tree_.CpuTime(), load_.Busy(), duration * cpus};
  energy::Account account = energy::MakeAccount(measurement_->Uses(), duration, cpu);
  record_.end = record_.start + duration;
  record_.duration_s = duration.value();
  record_.boundary.clear();
  for (const DomainRecord& domain : account.domains) record_.boundary.push_back(domain.name);
  record_.domains = std::move(account.domains);
  record_.energy_kwh = account.kwh;
  record_.dropped = measurement_->Dropped();
  record_.baseline = measurement_->Baseline();
  record_.emissions_gco2e = carbon::Footprint(record_.energy_kwh.machine, record_.pue, record_.intensity);
  record_.epochs = marks_.Epochs({0, false, duration.value(), record_.energy_kwh.machine.value});
  record_.epochs_expected = marks_.epochs_expected();
  record_.metrics = marks_.metrics();
  record_.gaps = measurement_->Gaps();
  record_.job.followed_by = tree_.followed_by();
  record_.job.cpu_s = cpu.job.value();
  record_.job.machine_cpu_s = std::max(cpu.job, cpu.machine).value();
  record_.overhead = {os::OwnCpuTime().value(), measurement_->samples()};
  record_.warnings = EstimateWarnings(record_, measurement_->catalog());
  for (std::string& warning : measurement_->Warnings()) record_.warnings.push_back(std::move(warning));
}

// Others that worked beside the command, and children of its that go on after it.
void Session::WarnOfCompany() {
  const double others = record_.job.machine_cpu_s - record_.job.cpu_s;
  if (others > kOthersNoticeable * record_.job.machine_cpu_s && others > 1) {
    record_.warnings.push_back(
        "other processes used " + std::to_string(std::lround(100 * others / record_.job.machine_cpu_s)) +
        " % of the processor time meanwhile; the machine's figure includes them, the share does not");
  }
  if (const int living = tree_.Living(); living > 0) {
    record_.warnings.push_back(std::to_string(living) + " of the command's children outlived it and " +
                               (living == 1 ? "is" : "are") +
                               " measured up to its end only; --wait-children waits for them");
  }
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
  if (relay_) relay_->Flush(kFlushPatience);
  TakeOutput(true);
  UpdateRecord();
  record_.job.exit_status = exit_status;
  record_.state = RunState::kFinished;
  WarnOfCompany();
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
  const energy::Account account = energy::MakeAccount(measurement_->Uses(), Elapsed(), {});
  progress.energy_kwh = account.kwh.machine;
  progress.emissions_gco2e = carbon::Footprint(account.kwh.machine, place_.pue, place_.intensity).total;
  progress.epoch = marks_.epoch();
  progress.epochs_expected = marks_.epochs_expected();
  return progress;
}

}  // namespace jouleprint::job
