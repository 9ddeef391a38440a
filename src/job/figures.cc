#include "job/figures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "carbon/footprint/footprint.h"
#include "job/reservation.h"

namespace jouleprint::job {
namespace {

// Others' work that is worth a warning.
constexpr double kOthersNoticeable = 0.2;

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

// GPUs that are there and cannot be read may be most of the energy.
std::vector<std::string> GpuWarnings(const RunRecord& run, const meters::Catalog& catalog) {
  const bool measured = std::any_of(run.domains.begin(), run.domains.end(), [](const DomainRecord& domain) {
    return domain.component == Component::kGpu;
  });
  std::vector<std::string> warnings;
  for (const meters::MeterFinding& finding : catalog.findings) {
    const bool of_gpus = finding.name == "nvml" || finding.name == "amdgpu" || finding.name == "amd-smi" ||
                         finding.name == "rocm-smi" || finding.name == "intel-gpu";
    const bool in_the_way =
        finding.state == meters::MeterState::kRefused || finding.state == meters::MeterState::kNotPermitted;
    if (of_gpus && in_the_way && !measured) warnings.push_back("no GPU is measured: " + finding.reason);
  }
  return warnings;
}

// A wattmeter comes only where the user names it: one that is not in the figures is missed.
std::vector<std::string> WattmeterWarnings(const meters::Catalog& catalog) {
  std::vector<std::string> warnings;
  for (const meters::MeterFinding& finding : catalog.findings) {
    if (finding.name != "wattmeter" || !finding.domains.empty()) continue;
    if (finding.state != meters::MeterState::kUsable) {
      warnings.push_back("a wattmeter is not used: " + finding.reason);
      continue;
    }
    for (const DroppedDomain& domain : catalog.dropped) {
      if (finding.reason.find(domain.source) == std::string::npos) continue;
      warnings.push_back("the wattmeter " + domain.name + " is not counted: " + domain.reason);
    }
  }
  return warnings;
}

// Others that worked beside the command, and children of its that go on after it.
std::vector<std::string> CompanyWarnings(const RunRecord& run, std::int64_t outlived) {
  std::vector<std::string> warnings;
  const JobUse& job = run.job;
  const double others = job.machine_cpu_s - job.cpu_s;
  // Of a distributed job they may be its other ranks; a merge tells them apart.
  const bool known = !run.rank || run.rank->local_world_size == 1;
  if (known && others > kOthersNoticeable * job.machine_cpu_s && others > 1) {
    warnings.push_back(
        "other processes used " + std::to_string(std::lround(100 * others / job.machine_cpu_s)) +
        " % of the processor time meanwhile; the machine's figure includes them, the share does not");
  }
  if (outlived > 0) {
    warnings.push_back(std::to_string(outlived) + " of the command's children outlived it and " +
                       (outlived == 1 ? "is" : "are") +
                       " measured up to its end only; --wait-children waits for them");
  }
  return warnings;
}

template <class T>
void Append(std::vector<T> more, std::vector<T>* list) {
  list->insert(list->end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

energy::Question QuestionOf(const Measurement& measurement, const Reservation& reserved,
                            const sampling::UsersEvent& users, IdleSplit idle_split) {
  energy::Question question;
  question.uses = measurement.Uses();
  question.total = measurement.Total();
  question.duration = measurement.duration();
  const double cpus = std::max(1, measurement.catalog().cpu.logical_cpus);
  question.cpu = {users.job_cpu, users.machine_cpu, question.duration * cpus};
  question.idle_split = idle_split;
  for (energy::DomainUse& use : question.uses) {
    use.reserved = ReservedOf(reserved, use.info.component);
    const auto part = std::find_if(users.parts.begin(), users.parts.end(),
                                   [&](const auto& p) { return p.domain == use.info.name; });
    if (part == users.parts.end()) continue;
    use.job_part = energy::JobPart{{part->value, part->low, part->high}, part->by};
  }
  if (question.total) question.total->reserved = reserved.cpu;
  return question;
}

void FillFigures(const energy::Question& question, const Measurement& measurement,
                 const sampling::UsersEvent& users, RunRecord* record) {
  energy::Account account = energy::MakeAccount(question);
  record->end = record->start + question.duration;
  record->duration_s = question.duration.value();
  record->boundary.clear();
  for (const DomainRecord& domain : account.domains) record->boundary.push_back(domain.name);
  record->domains = std::move(account.domains);
  record->total = std::move(account.total);
  record->energy_kwh = account.kwh;
  const bool with_idle = question.idle_split == IdleSplit::kReservation;
  record->idle_split = with_idle && account.kwh.share_with_idle ? "reservation" : "unattributed";
  record->dropped = measurement.Dropped();
  record->baseline = measurement.Baseline();
  record->emissions_gco2e = carbon::Footprint(record->energy_kwh.machine, record->pue, record->intensity);
  record->gaps = measurement.Gaps();
  record->job.followed_by = users.followed_by;
  record->job.exit_status = static_cast<int>(users.exit_status);
  record->job.cpu_s = users.job_cpu.value();
  record->job.machine_cpu_s = std::max(users.job_cpu, users.machine_cpu).value();
  record->overhead.samples = measurement.samples();
  record->warnings = EstimateWarnings(*record, measurement.catalog());
  Append(GpuWarnings(*record, measurement.catalog()), &record->warnings);
  Append(WattmeterWarnings(measurement.catalog()), &record->warnings);
  Append(measurement.Warnings(), &record->warnings);
  Append(std::move(account.warnings), &record->warnings);
  if (with_idle && !account.kwh.share_with_idle) {
    record->warnings.push_back("the idle machine's energy is not split: without a baseline nobody knows it");
  }
  if (measurement.ended()) Append(CompanyWarnings(*record, users.outlived), &record->warnings);
}

}  // namespace jouleprint::job
