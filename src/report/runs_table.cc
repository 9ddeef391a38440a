// `runs list`: a table that fits the terminal, newest first as the store gives it, and its JSON.
#include "report/runs_table.h"

#include <algorithm>
#include <utility>

#include "record/json_writer.h"
#include "report/humanize.h"
#include "report/page.h"
#include "report/run_facts.h"
#include "report/table.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::size_t kIdLength = 10;  // of 26; enough to name a run ("any unambiguous start")
constexpr int kNarrowestTable = 20;

bool Measured(Basis basis) { return basis <= Basis::kCalibrated; }

// On a narrow terminal names matter more than the year: where all runs share one, the heading says it.
struct StartFormat {
  std::string heading = "start (UTC)";
  bool with_year = true;

  std::string Show(UtcTime start) const {
    const std::string text = start.ToString();  // "2026-11-22T13:34:43Z"
    return (with_year ? text.substr(0, 10) : text.substr(5, 5)) + " " + text.substr(11, 5);
  }
};

StartFormat StartFormatFor(const std::vector<RunSummary>& runs, int width) {
  constexpr int kRoomForYears = 100;
  const auto year = [](const RunSummary& run) { return run.start.ToString().substr(0, 4); };
  const bool one_year = std::all_of(runs.begin(), runs.end(),
                                    [&](const RunSummary& run) { return year(run) == year(runs.front()); });
  if (width >= kRoomForYears || !one_year) return {};
  return {year(runs.front()) + " (UTC)", false};
}

constexpr const char* kJobColumn = "job";

// "slurm-12.0, rank 3 of 8".
std::string JobOf(const RunSummary& run) {
  return run.group + (run.group.empty() || run.part.empty() ? "" : ", ") + run.part;
}

// `job`: whether any run is one of several.
std::vector<std::string> RowOf(const RunSummary& run, const StartFormat& start, bool job, bool unicode) {
  const std::string name = run.name.empty() ? run.command : run.name;
  const std::string outcome = RunOutcome(run.state, run.exit_status);
  const std::string state =
      run.state == RunState::kRunning ? "running" : outcome.substr(0, outcome.find(" ("));
  std::vector<std::string> row{Sanitize(run.run_id.substr(0, kIdLength), unicode),
                               start.Show(run.start),
                               Sanitize(name, unicode),
                               HumanDuration(run.duration_s),
                               (Measured(run.basis) ? "" : "~") + HumanEnergy(run.energy_kwh),
                               HumanEmissions(run.emissions_gco2e),
                               state.empty() ? "done" : state};
  if (job) row.push_back(Sanitize(JobOf(run), unicode));
  return row;
}

}  // namespace

std::string RunsTable(const std::vector<RunSummary>& runs, const Style& style) {
  if (runs.empty()) return "No runs yet. Make the first: jouleprint run -- COMMAND\n";
  const StartFormat start = StartFormatFor(runs, style.width);
  Table table{{{"id", Align::kLeft},
               {start.heading, Align::kLeft},
               {"name", Align::kLeft},
               {"time", Align::kRight},
               {"energy", Align::kRight},
               {"CO2e", Align::kRight},
               {"state", Align::kLeft}},
              {}};
  const bool job =
      std::any_of(runs.begin(), runs.end(), [](const RunSummary& run) { return !JobOf(run).empty(); });
  if (job) table.columns.push_back({kJobColumn, Align::kLeft});
  bool any_model = false;
  for (const RunSummary& run : runs) {
    table.rows.push_back(RowOf(run, start, job, style.unicode));
    any_model = any_model || !Measured(run.basis);
  }
  constexpr std::size_t kNameColumn = 2;
  const int width = std::max(style.width, kNarrowestTable);
  std::vector<std::string> lines = TextTable(std::move(table), width, style.unicode, kNameColumn,
                                             {kJobColumn, "CO2e", start.heading, "state", "time"});
  lines.front() = Paint(style, Ink::kDim, lines.front());
  if (any_model)
    lines.push_back(Paint(style, Ink::kDim, Truncate("~ from a model, not measured", width, style.unicode)));
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string RunsJson(const std::vector<RunSummary>& runs) {
  record::JsonWriter json(2);
  const auto text = [&](std::string_view name, std::string_view value) {
    json.Key(name);
    json.String(value);
  };
  const auto number = [&](std::string_view name, double value) {
    json.Key(name);
    json.Number(value);
  };
  json.BeginArray();
  for (const RunSummary& run : runs) {
    json.BeginObject();
    text("run_id", run.run_id);
    text("name", run.name);
    text("project", run.project);
    text("command", run.command);
    text("state", RunStateName(run.state));
    text("start", run.start.ToString());
    number("duration_s", run.duration_s);
    number("energy_kwh", run.energy_kwh);
    text("basis", BasisName(run.basis));
    number("emissions_gco2e", run.emissions_gco2e);
    json.Key("exit_status");
    json.Integer(run.exit_status);
    text("group", run.group);
    text("part", run.part);
    json.EndObject();
  }
  json.EndArray();
  return json.Take() + "\n";
}

}  // namespace jouleprint::report
