// The CSV report: one row per run, quoted as RFC 4180 has it. Columns are only ever added, at the end;
// what is not known is an empty field.
#include <fmt/format.h>

#include <cmath>

#include "report/formats.h"
#include "report/run_facts.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::string_view kLineEnd = "\r\n";  // RFC 4180, section 2, rule 1

// Builds the heading and a row by the same calls, so that the two cannot part.
class Row {
 public:
  void Text(std::string_view name, std::string_view value) { Add(name, Quote(Sanitize(value))); }
  void Integer(std::string_view name, std::int64_t value) { Add(name, fmt::format("{}", value)); }
  // The shortest digits that read back as the same number.
  void Real(std::string_view name, double value) {
    Add(name, std::isfinite(value) ? fmt::format("{}", value == 0 ? 0.0 : value) : std::string());
  }
  void Interval(std::string_view name, const std::optional<Estimate>& estimate) {
    const double none = std::nan("");
    Real(name, estimate ? estimate->value : none);
    Real(fmt::format("{}_low", name), estimate ? estimate->low : none);
    Real(fmt::format("{}_high", name), estimate ? estimate->high : none);
    Text(fmt::format("{}_basis", name), estimate ? BasisName(estimate->basis) : "");
  }

  const std::string& names() const { return names_; }
  const std::string& values() const { return values_; }

 private:
  static std::string Quote(const std::string& text) {
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
  }

  void Add(std::string_view name, std::string_view value) {
    if (!names_.empty()) {
      names_ += ',';
      values_ += ',';
    }
    names_ += name;
    values_ += value;
  }

  std::string names_;
  std::string values_;
};

std::optional<Estimate> IfKnown(const RunRecord& run, const Estimate& estimate) {
  return EnergyKnown(run) ? std::optional(estimate) : std::nullopt;
}

void AddComponents(const RunRecord& run, Row* row) {
  for (const Component component : {Component::kCpu, Component::kMemory, Component::kGpu, Component::kBoard,
                                    Component::kWall, Component::kOther}) {
    double sum_kwh = std::nan("");
    for (const DomainRecord& domain : run.domains) {
      if (domain.component != component) continue;
      sum_kwh = (std::isnan(sum_kwh) ? 0 : sum_kwh) + domain.energy_kwh.value;
    }
    // A wall meter contains the other domains and is not among them.
    if (run.total && run.total->component == component) sum_kwh = run.total->energy_kwh.value;
    row->Real(fmt::format("{}_kwh", ComponentName(component)), sum_kwh);
  }
}

void AddFootprint(const RunRecord& run, Row* row) {
  const double none = std::nan("");
  row->Text("pue_source", run.pue_source);
  row->Real("market_intensity_g_per_kwh", run.market_intensity ? run.market_intensity->value.value : none);
  row->Interval("operational_market_gco2e", run.emissions_gco2e.operational_market);
  row->Real("wue_l_per_kwh", run.water ? run.water->wue_l_per_kwh : none);
  row->Text("wue_source", run.water ? run.water->source : "");
  row->Interval("water_l", run.water ? std::optional(run.water->litres) : std::nullopt);
  row->Text("sci_unit", run.sci ? run.sci->unit : "");
  row->Real("sci_count", run.sci ? run.sci->count : none);
  row->Interval("sci_gco2e_per_unit", run.sci ? std::optional(run.sci->g_per_unit) : std::nullopt);
}

void AddSingleAverages(const RunRecord& run, Row* row) {
  for (const auto& [column, what] : {std::pair{"yearly_average", "yearly average"},
                                     std::pair{"mean_of_hours", "mean of the run's hours"}}) {
    double grams = std::nan("");
    double error_percent = std::nan("");
    if (run.by_time) {
      for (const SingleAverage& one : run.by_time->single_averages) {
        if (one.what != what) continue;
        grams = one.operational_gco2e;
        error_percent = one.error_percent;
      }
    }
    row->Real(fmt::format("{}_gco2e", column), grams);
    row->Real(fmt::format("{}_error_percent", column), error_percent);
  }
}

Row RowOf(const RunRecord& run) {
  Row row;
  row.Text("run_id", run.run_id);
  row.Text("name", run.name);
  row.Text("project", run.project);
  row.Text("command", CommandLine(run.command));
  row.Text("state", RunStateName(run.state));
  row.Integer("exit_status", run.job.exit_status);
  row.Text("start", run.start.ToString());
  row.Text("end", run.end.ToString());
  row.Real("duration_s", run.duration_s);
  row.Text("hostname", run.host.hostname);
  row.Interval("energy_kwh", IfKnown(run, run.energy_kwh.machine));
  row.Interval("marginal_kwh", run.energy_kwh.marginal);
  row.Interval("share_kwh", IfKnown(run, run.energy_kwh.share));
  AddComponents(run, &row);
  row.Real("pue", run.pue);
  row.Text("zone", ZoneUnknown(run) ? "" : run.zone);
  row.Interval("intensity_g_per_kwh", run.intensity.value);
  row.Text("intensity_kind", run.intensity.kind);
  row.Text("intensity_source", run.intensity.source);
  row.Interval("operational_gco2e", IfKnown(run, run.emissions_gco2e.operational));
  row.Interval("embodied_gco2e", run.emissions_gco2e.embodied);
  row.Interval("total_gco2e", IfKnown(run, run.emissions_gco2e.total));
  row.Integer("epochs", static_cast<std::int64_t>(MeanOfEpochs(run, "train").count));
  row.Real("gaps_s", TotalGapSeconds(run));
  row.Integer("warnings", static_cast<std::int64_t>(run.warnings.size()));
  row.Text("version", run.version);
  row.Text("total", run.total ? run.total->name : "");
  row.Text("idle_split", run.idle_split);
  row.Interval("share_without_idle_kwh", run.energy_kwh.share_without_idle);
  row.Interval("share_with_idle_kwh", run.energy_kwh.share_with_idle);
  AddFootprint(run, &row);
  AddSingleAverages(run, &row);
  return row;
}

}  // namespace

std::string CsvReport(const std::vector<RunRecord>& runs) {
  std::string text;
  for (const RunRecord& run : runs) {
    const Row row = RowOf(run);
    if (text.empty()) text.append(row.names()).append(kLineEnd);
    text.append(row.values()).append(kLineEnd);
  }
  return text;
}

}  // namespace jouleprint::report
