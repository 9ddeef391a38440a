#include "report/outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "report/humanize.h"
#include "report/report.h"
#include "report/run_facts.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::string_view kGrams = "gCO2e";
constexpr std::string_view kEnergy = "kWh";
constexpr std::size_t kMostTasks = 40;

std::string Amount(std::string_view unit, double value) {
  if (unit == kGrams) return HumanEmissions(value);
  return unit == kEnergy ? HumanEnergy(value) : HumanDuration(value);
}

// A limit is a round number that somebody typed.
std::string LimitText(const BudgetRecord& budget) {
  const DisplayUnit unit =
      budget.unit == kGrams ? EmissionsUnitFor(budget.limit) : EnergyUnitFor(budget.limit);
  if (!std::isfinite(budget.limit)) return "not known";
  if (budget.unit != kGrams && budget.unit != kEnergy)
    return budget.limit < 60 ? fmt::format("{:.4g} s", budget.limit) : HumanDuration(budget.limit);
  return fmt::format("{:.4g} {}", budget.limit / unit.size, unit.name);
}

double UsedOf(const RunRecord& run, const BudgetRecord& budget) {
  if (budget.unit == kGrams) return run.emissions_gco2e.total.value;
  return budget.unit == kEnergy ? run.energy_kwh.machine.value : run.duration_s;
}

std::string HumanTime(const Estimate& seconds) {
  const std::string value = HumanDuration(seconds.value);
  const std::string low = HumanDuration(seconds.low);
  const std::string high = HumanDuration(seconds.high);
  return low == high ? value : fmt::format("{} ({} to {})", value, low, high);
}

std::string HumanGrams(const Estimate& grams) {
  const DisplayUnit unit = EmissionsUnitFor(grams.value);
  const std::string name = std::string(unit.name) + " CO2e";
  return InUnit(grams, {unit.size, name});
}

std::size_t TrainingEpochs(const RunRecord& run) { return MeanOfEpochs(run, "train").count; }

// "3.1 kg were predicted, about 2.6 kg not emitted".
std::string SavedText(const RunRecord& run, const BudgetRecord& budget) {
  const double predicted = UsedOf(run, budget) + budget.saved->value;
  const std::string_view not_done = budget.unit == kGrams    ? "not emitted"
                                    : budget.unit == kEnergy ? "not used"
                                                             : "not taken";
  return fmt::format("{} were predicted, about {} {}", Amount(budget.unit, predicted),
                     Amount(budget.unit, budget.saved->value), not_done);
}

// A parent stands before what lies in it; more nesting than a table can show is cut.
std::size_t DepthOf(const RunRecord& run, std::size_t task) {
  constexpr std::size_t kDeepest = 8;
  std::size_t depth = 0;
  while (depth < kDeepest && run.tasks[task].parent) {
    const std::int64_t parent = *run.tasks[task].parent;
    if (parent < 0 || static_cast<std::size_t>(parent) >= task) break;
    task = static_cast<std::size_t>(parent);
    ++depth;
  }
  return depth;
}

}  // namespace

std::string PredictionShort(const PredictionRecord& prediction) {
  return fmt::format("all {}: {}, {}", prediction.epochs_total, HumanEnergy(prediction.energy_kwh),
                     HumanDuration(prediction.duration_s.value));
}

std::string PredictionLine(const PredictionRecord& prediction) {
  return fmt::format("after {} of {} epochs, all are predicted to take {}, {}, {}", prediction.epochs_seen,
                     prediction.epochs_total, HumanEnergy(prediction.energy_kwh),
                     HumanGrams(prediction.emissions_gco2e), HumanTime(prediction.duration_s));
}

bool EndedEarly(const RunRecord& run) {
  return run.prediction && run.state != RunState::kRunning &&
         TrainingEpochs(run) <
             static_cast<std::size_t>(std::max<std::int64_t>(0, run.prediction->epochs_total));
}

std::string PredictionOfEarlyEnd(const RunRecord& run) {
  return EndedEarly(run) ? PredictionLine(*run.prediction) : "";
}

bool BudgetActed(const BudgetRecord& budget) { return budget.acted_at_s.has_value(); }

std::string BudgetLine(const RunRecord& run, const BudgetRecord& budget, bool unicode) {
  const std::string used = Amount(budget.unit, UsedOf(run, budget));
  const std::string outcome = budget.outcome.empty() ? "" : "; " + Sanitize(budget.outcome, unicode);
  if (budget.saved && budget.action == "stop" && BudgetActed(budget)) {
    return fmt::format("stopped at epoch {}{} by the budget of {}: {}", TrainingEpochs(run),
                       run.epochs_expected ? fmt::format(" of {}", *run.epochs_expected) : "",
                       LimitText(budget), SavedText(run, budget));
  }
  return fmt::format("{}: {}, {} used{}", LimitText(budget), Sanitize(budget.state, unicode), used, outcome);
}

Table BudgetTable(const RunRecord& run, bool unicode) {
  Table table{{{"budget", Align::kRight},
               {"used", Align::kRight},
               {"state", Align::kLeft},
               {"action", Align::kLeft},
               {"saved", Align::kRight},
               {"what was done", Align::kLeft}},
              {}};
  for (const BudgetRecord& budget : run.budgets) {
    table.rows.push_back({LimitText(budget), Amount(budget.unit, UsedOf(run, budget)),
                          Sanitize(budget.state, unicode), Sanitize(budget.action, unicode),
                          budget.saved ? Amount(budget.unit, budget.saved->value) : "-",
                          budget.outcome.empty() ? "nothing" : Sanitize(budget.outcome, unicode)});
  }
  return table;
}

TaskTable TasksOf(const RunRecord& run, bool unicode, std::string_view indent) {
  TaskTable tasks;
  tasks.table.columns = {
      {"task", Align::kLeft}, {"start", Align::kRight}, {"time", Align::kRight}, {"energy", Align::kRight}};
  const std::size_t shown = std::min(run.tasks.size(), kMostTasks);
  tasks.left_out = run.tasks.size() - shown;
  for (std::size_t i = 0; i < shown; ++i) {
    const TaskRecord& task = run.tasks[i];
    std::string name;
    for (std::size_t depth = DepthOf(run, i); depth > 0; --depth) name += indent;
    tasks.table.rows.push_back({name + Sanitize(task.name, unicode), HumanDuration(task.start_s),
                                HumanDuration(task.end_s - task.start_s), HumanEnergy(task.energy_kwh)});
  }
  return tasks;
}

}  // namespace jouleprint::report
