// Fills the tables of the text and Markdown reports; see run_tables.h.
#include "report/run_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "jouleprint/units.h"
#include "report/humanize.h"
#include "report/report.h"
#include "report/run_facts.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::size_t kMostEpochs = 20;

std::string Factor(double value, double first) {
  return value > 0 && first > 0 ? Significant(value / first, 3) : "not known";
}

std::vector<std::string> EpochRow(const EpochRecord& epoch, const DisplayUnit& unit, bool unicode) {
  const double duration_s = epoch.end_s - epoch.start_s;
  const double mean_w = duration_s > 0 ? epoch.energy_kwh * kJoulesPerKwh / duration_s : 0;
  return {fmt::format("{}", epoch.epoch),
          Sanitize(epoch.kind, unicode),
          HumanDuration(epoch.start_s),
          HumanDuration(duration_s),
          fmt::format("{} {}", Significant(epoch.energy_kwh / unit.size, 3), unit.name),
          duration_s > 0 ? HumanPower(mean_w) : "not known"};
}

std::vector<std::string> DomainRow(const DomainRecord& domain, bool unicode) {
  return {Sanitize(domain.name, unicode),          std::string(ComponentName(domain.component)),
          HumanEnergy(domain.energy_kwh),          HumanPower(domain.mean_power_w),
          HumanPower(domain.max_power_w),          Percent(domain.share),
          Sanitize(domain.attributed_by, unicode), std::string(BasisName(domain.basis)),
          Sanitize(domain.source, unicode)};
}

}  // namespace

// The total stands first, what it is made of below.
Table DomainTable(const RunRecord& run, bool unicode) {
  Table table{{{"domain", Align::kLeft},
               {"component", Align::kLeft},
               {"energy", Align::kRight},
               {"mean", Align::kRight},
               {"max", Align::kRight},
               {"job's", Align::kRight},
               {"by", Align::kLeft},
               {"basis", Align::kLeft},
               {"source", Align::kLeft}},
              {}};
  if (run.total) table.rows.push_back(DomainRow(*run.total, unicode));
  for (const DomainRecord& domain : run.domains) table.rows.push_back(DomainRow(domain, unicode));
  return table;
}

EpochTable EpochsOf(const RunRecord& run, bool unicode) {
  EpochTable epochs;
  epochs.table.columns = {{"epoch", Align::kRight}, {"kind", Align::kLeft},    {"start", Align::kRight},
                          {"time", Align::kRight},  {"energy", Align::kRight}, {"mean power", Align::kRight}};
  double most_kwh = 0;
  for (const EpochRecord& epoch : run.epochs) most_kwh = std::max(most_kwh, epoch.energy_kwh);
  const DisplayUnit unit = EnergyUnitFor(most_kwh);
  const std::size_t count = run.epochs.size();
  epochs.left_out = count > kMostEpochs ? count - kMostEpochs : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool between = epochs.left_out > 0 && i >= kMostEpochs / 2 && i < count - kMostEpochs / 2;
    if (!between) epochs.table.rows.push_back(EpochRow(run.epochs[i], unit, unicode));
  }
  return epochs;
}

Table ComparisonTable(const std::vector<RunRecord>& runs, bool unicode) {
  Table table{{{"run", Align::kLeft},
               {"time", Align::kRight},
               {"energy", Align::kRight},
               {"factor", Align::kRight},
               {"CO2e", Align::kRight},
               {"zone", Align::kLeft},
               {"basis", Align::kLeft}},
              {}};
  for (const RunRecord& run : runs) {
    const bool known = EnergyKnown(run);
    table.rows.push_back({RunTitle(run, unicode), HumanDuration(run.duration_s),
                          known ? HumanEnergy(run.energy_kwh.machine) : "not known",
                          Factor(run.energy_kwh.machine.value, runs.front().energy_kwh.machine.value),
                          known ? HumanEmissions(run.emissions_gco2e.total) : "not known",
                          ZoneUnknown(run) ? "unknown" : Sanitize(run.zone, unicode),
                          std::string(BasisName(run.energy_kwh.machine.basis))});
  }
  return table;
}

}  // namespace jouleprint::report
