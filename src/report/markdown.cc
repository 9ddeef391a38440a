// The Markdown report: a section per run that pastes into a README or a paper's appendix.
#include <fmt/format.h>

#include <algorithm>

#include "report/by_time_tables.h"
#include "report/distributed_line.h"
#include "report/footprint_tables.h"
#include "report/formats.h"
#include "report/humanize.h"
#include "report/outlook.h"
#include "report/run_facts.h"
#include "report/run_tables.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::string_view kNotKnown = "not known";

std::string OrNotKnown(const std::optional<Estimate>& estimate, std::string (*show)(const Estimate&)) {
  return estimate ? show(*estimate) : std::string(kNotKnown);
}

// A fence of more backticks than the text holds in a row, so that no command can end its own code span.
std::string CodeSpan(const std::string& text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const std::string_view pad = longest > 0 ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, pad, text, pad, fence);
}

std::string HostLine(const HostInfo& host) {
  std::string text = Sanitize(host.cpu.empty() ? std::string("processor not known") : host.cpu);
  if (host.sockets > 1) text = fmt::format("{} × {}", host.sockets, text);
  if (host.memory_gib > 0) text += fmt::format(", {} GiB", Significant(host.memory_gib, 3));
  if (!host.gpus.empty()) text += fmt::format(", {} × {}", host.gpus.size(), Sanitize(host.gpus.front()));
  if (!host.virtualization.empty()) text += ", " + Sanitize(host.virtualization);
  return text;
}

std::string GridCell(const RunRecord& run) {
  const std::string_view nowhere = run.imported_from.empty() ? "zone unknown, world average" : "zone unknown";
  const std::string zone = ZoneUnknown(run) ? std::string(nowhere) : Sanitize(run.zone);
  std::string text = fmt::format("{}, {}", zone, HumanIntensity(run.intensity.value));
  if (!run.intensity.kind.empty()) text += ", " + Sanitize(run.intensity.kind);
  if (!run.intensity.source.empty()) text += ", " + Sanitize(run.intensity.source);
  return text;
}

Table FactsTable(const RunRecord& run) {
  const bool known = EnergyKnown(run);
  const std::string machine = known ? HumanEnergy(run.energy_kwh.machine) : std::string(kNotKnown);
  const std::string outcome = RunOutcome(run.state, run.job.exit_status);
  Table table{{{"figure", Align::kLeft}, {"value", Align::kLeft}}, {}};
  table.rows = {
      {"started", run.start.ToString()},
      {"time", HumanDuration(run.duration_s) + (outcome.empty() ? "" : ", " + outcome)},
      {"machine", HostLine(run.host)},
      {"energy", machine + (known ? ", " + BasisInWords(run) : "")},
      {"energy above idle", OrNotKnown(run.energy_kwh.marginal, HumanEnergy)},
      {"the job's share", known ? HumanEnergy(run.energy_kwh.share) : std::string(kNotKnown)},
      {"of what is above idle", OrNotKnown(run.energy_kwh.share_without_idle, HumanEnergy)},
      {"and of what is idle, as reserved", OrNotKnown(run.energy_kwh.share_with_idle, HumanEnergy)},
      {"grid", GridCell(run)},
      {"data centre", PueText(run)},
      {"CO2e, electricity", known ? HumanEmissions(run.emissions_gco2e.operational) : std::string(kNotKnown)},
      {"CO2e, making the hardware", OrNotKnown(run.emissions_gco2e.embodied, HumanEmissions)},
      {"CO2e, total", known ? HumanEmissions(run.emissions_gco2e.total) : std::string(kNotKnown)},
  };
  if (const std::string ranks = DistributedLine(run, true); !ranks.empty()) {
    table.rows.push_back({"distributed job", ranks});
  }
  for (const std::vector<std::string>& row : BesidesTheTotal(run, true).rows)
    table.rows.push_back({row[0], row[1] + ", " + row[2]});
  return table;
}

std::string BulletList(std::string_view heading, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string text = fmt::format("\n{}\n\n", heading);
  for (const std::string& item : items) text += "- " + EscapeMarkdown(Sanitize(item)) + "\n";
  return text;
}

// Blanks at a cell's start are no part of it; no-break spaces are (CommonMark 0.30, 2.1).
std::string TasksAndBudgets(const RunRecord& run) {
  std::string text;
  if (!run.tasks.empty()) {
    const TaskTable tasks = TasksOf(run, true, "\u00a0\u00a0");
    text += "\n" + MarkdownTable(tasks.table);
    if (tasks.left_out > 0) text += fmt::format("\n{} more tasks are not shown.\n", tasks.left_out);
  }
  const std::string predicted = PredictionOfEarlyEnd(run);
  if (!predicted.empty()) text += "\nThe run ended early: " + EscapeMarkdown(predicted) + ".\n";
  if (!run.budgets.empty()) text += "\n" + MarkdownTable(BudgetTable(run, true));
  return text;
}

std::vector<std::string> Limits(const RunRecord& run) {
  std::vector<std::string> items;
  const Advice advice = Weakest(run);
  if (!advice.weakest.empty()) items.push_back("weakest: " + advice.weakest);
  items.insert(items.end(), run.warnings.begin(), run.warnings.end());
  for (const GapRecord& gap : run.gaps) {
    items.push_back(fmt::format("nothing was read for {} from {}: {}", HumanDuration(gap.duration_s),
                                HumanDuration(gap.start_s), gap.reason));
  }
  return items;
}

}  // namespace

std::string MarkdownReport(const RunRecord& run) {
  std::string text = fmt::format("## {}\n\n", EscapeMarkdown(RunTitle(run, true)));
  if (!run.command.empty()) text += CodeSpan(CommandLine(run.command)) + "\n\n";
  text += MarkdownTable(FactsTable(run));
  if (!run.domains.empty()) text += "\n" + MarkdownTable(DomainTable(run, true));
  if (!run.epochs.empty()) {
    const EpochTable epochs = EpochsOf(run, true);
    text += "\n" + MarkdownTable(epochs.table);
    if (epochs.left_out > 0)
      text += fmt::format("\n{} epochs in the middle are not shown.\n", epochs.left_out);
  }
  text += TasksAndBudgets(run);
  if (PricedByTime(run)) {
    text += "\n" + MarkdownTable(IntensityPartsTable(run, true));
    const Table averages = SingleAveragesTable(run, true);
    if (!averages.rows.empty()) text += "\n" + MarkdownTable(averages);
  }
  if (!run.embodied_parts.empty()) text += "\n" + MarkdownTable(EmbodiedTable(run, true));
  text += BulletList("Limits of these figures:", Limits(run));
  const std::string measured = run.imported_from.empty() ? "Measured with jouleprint " + run.version
                                                         : "Measured with " + run.imported_from +
                                                               ", imported by jouleprint " + run.version;
  return text + fmt::format("\n{}, run {}. Ranges hold the true value nine times in ten.\n",
                            EscapeMarkdown(Sanitize(measured)), EscapeMarkdown(Sanitize(run.run_id)));
}

std::string MarkdownComparison(const std::vector<RunRecord>& runs) {
  return fmt::format("## {}, energy against the first\n\n", Counted(runs.size(), "run", "runs")) +
         MarkdownTable(ComparisonTable(runs, true));
}

}  // namespace jouleprint::report
