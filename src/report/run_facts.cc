// Reads the facts that several formats show out of a record; see run_facts.h.
#include "report/run_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "report/humanize.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kSignalBase = 128;  // as shells report an end by signal (POSIX.1-2017, XCU 2.8.2)
constexpr int kLastSignal = 64;

bool OnlyProcessor(const RunRecord& run) {
  return std::all_of(run.domains.begin(), run.domains.end(), [](const DomainRecord& domain) {
    return domain.component == Component::kCpu || domain.component == Component::kMemory;
  });
}

bool Only(const RunRecord& run, Component component) {
  return std::all_of(run.domains.begin(), run.domains.end(),
                     [&](const DomainRecord& domain) { return domain.component == component; });
}

std::string Words(Basis basis, const RunRecord& run) {
  switch (basis) {
    case Basis::kMetered:
      return "read from a wattmeter";
    case Basis::kCounter:
      if (Only(run, Component::kGpu)) return "counted by the GPU";
      return OnlyProcessor(run) ? "counted by the processor" : "counted by the hardware";
    case Basis::kSampled:
      return "summed from the hardware's power readings";
    case Basis::kCalibrated:
      return "from a model fitted to a wattmeter on this machine";
    case Basis::kModelled:
      return "from a model, not measured";
    case Basis::kAssumed:
      return "assumed, not measured";
  }
  return "assumed, not measured";
}

std::string_view ShortWords(Basis basis) {
  constexpr std::array<std::string_view, 6> kWords{
      "from a wattmeter", "counted", "from power readings", "from a fitted model", "from a model", "assumed"};
  return kWords[std::min(static_cast<std::size_t>(basis), kWords.size() - 1)];
}

}  // namespace

std::string RunTitle(const RunRecord& run, bool unicode) {
  if (!run.name.empty()) return Sanitize(run.name, unicode);
  if (!run.command.empty()) return CommandLine(run.command, unicode);
  return Sanitize(run.run_id, unicode);
}

std::string RunOutcome(RunState state, int exit_status) {
  if (state == RunState::kRunning) return "still running";
  if (state == RunState::kRecovered) return "recovered";
  if (exit_status == 0) return "";
  if (exit_status > kSignalBase && exit_status <= kSignalBase + kLastSignal) {
    return fmt::format("exit {} (signal {})", exit_status, exit_status - kSignalBase);
  }
  return fmt::format("exit {}", exit_status);
}

bool EnergyKnown(const RunRecord& run) { return !run.domains.empty() || run.energy_kwh.machine.value > 0; }

bool ZoneUnknown(const RunRecord& run) { return run.zone.empty() || run.zone == "unknown"; }

std::string PueText(const RunRecord& run) {
  if (!std::isfinite(run.pue)) return "PUE not known";
  return fmt::format("PUE {:.3g}{}", run.pue, run.pue_given ? "" : " (not given)");
}

std::string BasisInWords(const RunRecord& run) {
  if (run.total) return Words(run.total->basis, run) + " (" + Sanitize(run.total->name) + ")";
  std::map<Basis, double> by_basis;
  double total = 0;
  for (const DomainRecord& domain : run.domains) {
    by_basis[domain.basis] += domain.energy_kwh.value;
    total += domain.energy_kwh.value;
  }
  if (by_basis.size() < 2 || !(total > 0)) return Words(run.energy_kwh.machine.basis, run);
  std::string words;
  for (const auto& [basis, energy_kwh] : by_basis) {
    if (!words.empty()) words += ", ";
    words += fmt::format("{} {}", Percent(energy_kwh / total), ShortWords(basis));
  }
  return words;
}

std::vector<DomainGroup> GroupDomains(const RunRecord& run, bool unicode) {
  std::vector<DomainGroup> groups;
  for (const DomainRecord& domain : run.domains) {
    auto group = std::find_if(groups.begin(), groups.end(), [&](const DomainGroup& g) {
      return g.component == domain.component && g.basis == domain.basis && g.component != Component::kOther;
    });
    if (group == groups.end()) {
      const bool unnamed = domain.component == Component::kOther;
      const std::string name =
          unnamed ? Sanitize(domain.name, unicode) : std::string(ComponentName(domain.component));
      group = groups.insert(groups.end(), {domain.component, domain.basis, name, 0, 0});
    }
    group->energy_kwh += domain.energy_kwh.value;
    ++group->domains;
  }
  for (DomainGroup& group : groups) {
    if (group.domains > 1) group.label += fmt::format(" {}{}", unicode ? "×" : "x", group.domains);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const DomainGroup& a, const DomainGroup& b) { return a.energy_kwh > b.energy_kwh; });
  return groups;
}

EpochMeans MeanOfEpochs(const RunRecord& run, std::string_view kind) {
  EpochMeans means;
  for (const EpochRecord& epoch : run.epochs) {
    if (epoch.kind != kind) continue;
    ++means.count;
    means.duration_s += epoch.end_s - epoch.start_s;
    means.energy_kwh += epoch.energy_kwh;
  }
  if (means.count > 0) {
    means.duration_s /= static_cast<double>(means.count);
    means.energy_kwh /= static_cast<double>(means.count);
  }
  return means;
}

std::optional<double> IdleKwh(const RunRecord& run) {
  if (!run.energy_kwh.marginal) return std::nullopt;
  return std::max(0.0, run.energy_kwh.machine.value - run.energy_kwh.marginal->value);
}

double TotalGapSeconds(const RunRecord& run) {
  return std::accumulate(run.gaps.begin(), run.gaps.end(), 0.0,
                         [](double sum, const GapRecord& gap) { return sum + gap.duration_s; });
}

}  // namespace jouleprint::report
