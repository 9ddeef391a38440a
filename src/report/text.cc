// The text report: the summary, then the domains, power over time, the epochs, the footprint and what was
// left out.
#include <fmt/format.h>

#include <algorithm>

#include "report/bars.h"
#include "report/by_time_tables.h"
#include "report/footprint_tables.h"
#include "report/formats.h"
#include "report/humanize.h"
#include "report/outlook.h"
#include "report/page.h"
#include "report/run_facts.h"
#include "report/run_tables.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kSparkNameWidth = 11;
constexpr int kSparkMaxWidth = 14;  // "  peak 1.24 kW"

void AddTable(const Table& table, std::size_t elastic, const std::vector<std::string_view>& droppable,
              Page* page) {
  const std::vector<std::string> lines =
      TextTable(table, page->width() - 2, page->style().unicode, elastic, droppable);
  page->Line(Paint(page->style(), Ink::kDim, "  " + lines.front()));
  for (std::size_t i = 1; i < lines.size(); ++i) page->Line("  " + lines[i]);
}

void AddDomains(const RunRecord& run, Page* page) {
  if (run.domains.empty()) return;
  page->Heading("Domains");
  const Table table = DomainTable(run, page->style().unicode);
  AddTable(table, table.columns.size() - 1, {"component", "source", "by", "basis", "max"}, page);
}

// Mean watts of `columns` equal stretches: energy is what adds up when bins are put together.
std::vector<double> MeanPower(const std::vector<PowerSeries::Bin>& bins, double bin_s, std::size_t columns) {
  std::vector<double> power_w;
  const std::size_t count = std::min(columns, bins.size());
  for (std::size_t column = 0; column < count; ++column) {
    const std::size_t first = column * bins.size() / count;
    const std::size_t last = (column + 1) * bins.size() / count;
    double energy_j = 0;
    for (std::size_t i = first; i < last; ++i) energy_j += bins[i].energy_j;
    power_w.push_back(energy_j / (bin_s * static_cast<double>(last - first)));
  }
  return power_w;
}

void AddPower(const PowerSeries& series, Page* page) {
  const bool drawable = series.bin_s > 0 && !series.bins.empty() && series.bins.front().size() > 1;
  if (!drawable) return;
  page->Heading("Power over time");
  const auto columns = static_cast<std::size_t>(page->width() - 2 - kSparkNameWidth - kSparkMaxWidth);
  std::size_t drawn = 0;
  for (std::size_t d = 0; d < std::min(series.bins.size(), series.domains.size()); ++d) {
    const std::vector<double> power_w = MeanPower(series.bins[d], series.bin_s, columns);
    const double top = power_w.empty() ? 0 : *std::max_element(power_w.begin(), power_w.end());
    double peak_w = 0;
    for (const PowerSeries::Bin& bin : series.bins[d])
      peak_w = std::max(peak_w, static_cast<double>(bin.max_power_w));
    const std::string name = Truncate(Sanitize(series.domains[d], page->style().unicode), kSparkNameWidth - 1,
                                      page->style().unicode);
    page->Line("  " + PadRight(name, kSparkNameWidth) + Sparkline(power_w, top, page->style().unicode) +
               Paint(page->style(), Ink::kDim, "  peak " + HumanPower(peak_w)));
    drawn = std::max(drawn, power_w.size());
  }
  const double length_s = series.bin_s * static_cast<double>(series.bins.front().size());
  const std::string axis = "0" + PadLeft(HumanDuration(length_s), static_cast<int>(drawn) - 1);
  page->Line(Paint(page->style(), Ink::kDim, std::string(kSparkNameWidth + 2, ' ') + axis));
}

void AddEpochs(const RunRecord& run, Page* page) {
  if (run.epochs.empty()) return;
  page->Heading("Epochs");
  const EpochTable epochs = EpochsOf(run, page->style().unicode);
  AddTable(epochs.table, 1, {"start", "mean power"}, page);
  if (epochs.left_out > 0) {
    page->Line(
        Paint(page->style(), Ink::kDim, fmt::format("  {} in the middle are not shown", epochs.left_out)));
  }
}

void AddTasks(const RunRecord& run, Page* page) {
  if (run.tasks.empty()) return;
  page->Heading("Tasks");
  const TaskTable tasks = TasksOf(run, page->style().unicode, "  ");
  AddTable(tasks.table, 0, {"start"}, page);
  if (tasks.left_out > 0)
    page->Line(Paint(page->style(), Ink::kDim, fmt::format("  and {} more", tasks.left_out)));
}

void AddBudgets(const RunRecord& run, Page* page) {
  if (run.budgets.empty()) return;
  page->Heading("Budgets");
  const Table table = BudgetTable(run, page->style().unicode);
  AddTable(table, table.columns.size() - 1, {"action", "saved"}, page);
}

void AddFootprint(const RunRecord& run, Page* page) {
  const Table figures = FootprintTable(run, page->style().unicode);
  if (figures.rows.empty()) return;
  page->Heading("Footprint");
  AddTable(figures, figures.columns.size() - 1, {"from"}, page);
  const Table parts = EmbodiedTable(run, page->style().unicode);
  if (parts.rows.empty()) return;
  page->Blank();
  AddTable(parts, parts.columns.size() - 1, {"source", "lifetime", "count", "reserved"}, page);
}

void AddGrid(const RunRecord& run, Page* page) {
  if (!PricedByTime(run)) return;
  page->Heading("The grid over time");
  AddCourse(*run.by_time, page);
  AddTable(IntensityPartsTable(run, page->style().unicode), 0, {"revised", "kind", "to", "from"}, page);
  const Table averages = SingleAveragesTable(run, page->style().unicode);
  if (averages.rows.empty()) return;
  page->Blank();
  AddTable(averages, averages.columns.size() - 1, {"source"}, page);
}

void AddDropped(const RunRecord& run, Page* page) {
  if (run.dropped.empty()) return;
  page->Heading("Not counted");
  for (const DroppedDomain& domain : run.dropped) {
    const std::string text = Sanitize(fmt::format("{} ({}): {}", domain.name, domain.source, domain.reason),
                                      page->style().unicode);
    for (const std::string& line : Wrap(text, page->width() - 2)) page->Line("  " + line);
  }
}

void AddFoot(const RunRecord& run, Page* page) {
  const std::string host =
      run.host.hostname.empty() ? "" : " on " + Sanitize(run.host.hostname, page->style().unicode);
  const std::string origin = run.imported_from.empty()
                                 ? ""
                                 : ", imported from " + Sanitize(run.imported_from, page->style().unicode);
  const std::string text = fmt::format("Run {}, {}{}{}. Ranges hold the true value nine times in ten.",
                                       Sanitize(run.run_id, page->style().unicode),
                                       run.start.ToString().substr(0, 19) + "Z", host, origin);
  page->Blank();
  for (const std::string& line : Wrap(text, page->width())) page->Line(Paint(page->style(), Ink::kDim, line));
}

}  // namespace

std::string TextReport(const RunRecord& run, const std::optional<PowerSeries>& series, const Style& style) {
  Page page(style);
  AddDomains(run, &page);
  if (series) AddPower(*series, &page);
  AddEpochs(run, &page);
  AddTasks(run, &page);
  AddBudgets(run, &page);
  AddGrid(run, &page);
  AddFootprint(run, &page);
  AddDropped(run, &page);
  AddFoot(run, &page);
  return Summary(run, style, "", "") + page.Take();
}

std::string TextComparison(const std::vector<RunRecord>& runs, const Style& style) {
  Page page(style);
  page.Line(Paint(style, Ink::kBold, Counted(runs.size(), "run", "runs") + ", energy against the first"));
  AddTable(ComparisonTable(runs, style.unicode), 0, {"basis", "zone", "time"}, &page);
  return page.Take();
}

}  // namespace jouleprint::report
