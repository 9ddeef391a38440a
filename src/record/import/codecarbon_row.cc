#include "record/import/codecarbon_row.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

#include "carbon/series/text_lines.h"
#include "os/file.h"
#include "record/import/imported_run.h"

namespace jouleprint::record {
namespace {

constexpr std::string_view kTool = "CodeCarbon";

// Against a plug meter on three machines (665 runs: raphischer/ai-energy-validation @d71d339 and its history)
// its total was 57 % low or more in the worst twentieth, and 9 % high in the worst run; so the truth lies
// between 1 / 1.09 and 1 / (1 - 0.57) of it.
constexpr Spread kAgainstWattmeter{1 / 1.09, 1 / (1 - 0.57)};

struct ComponentColumn {
  std::string_view column;
  std::string_view domain;
  Component component;
};
constexpr ComponentColumn kComponents[] = {{"cpu_energy", "cpu", Component::kCpu},
                                           {"ram_energy", "memory", Component::kMemory},
                                           {"gpu_energy", "gpu", Component::kGpu}};

// The parts are rounded apart from the total.
constexpr double kSameSum = 1e-3;

std::string TrimmedTo(std::string text, std::size_t most) {
  if (text.size() > most) text.resize(most);
  return text;
}

// "8 x NVIDIA A100" is eight of them; several kinds, "1 x A | 1 x B", stay as they are written.
std::vector<std::string> GpusIn(const std::string& cell) {
  if (cell.empty()) return {};
  constexpr std::uint64_t kMostGpus = 1024;
  constexpr std::string_view kTimes = " x ";
  const std::size_t times = cell.find(kTimes);
  std::uint64_t count = 0;
  const bool counted = times != std::string::npos && os::ParseU64(cell.substr(0, times), &count);
  if (!counted || count > kMostGpus || cell.find('|') != std::string::npos) return {cell};
  return std::vector<std::string>(count, cell.substr(times + kTimes.size()));
}

}  // namespace

const std::string& CodeCarbonRow::Text(std::string_view column) const {
  static const std::string kNone;
  const auto cell = cells_.find(column);
  return cell == cells_.end() ? kNone : cell->second;
}

Error CodeCarbonRow::Wrong(std::string_view column, const std::string& what) const {
  return {ErrorCode::kInvalidArgument, fmt::format("{}: {} {}", where_, column, what),
          "mend the cell, or remove the row"};
}

Result<std::optional<double>> CodeCarbonRow::Number(std::string_view column) const {
  const std::string& cell = Text(column);
  if (cell.empty()) return std::optional<double>();
  double value = 0;
  if (!os::ParseDouble(cell, &value) || !std::isfinite(value)) {
    return Wrong(column, "is " + carbon::Shown(cell) + ", which is no number");
  }
  if (value < 0) return Wrong(column, "is " + carbon::Shown(cell) + ", which is negative");
  return std::optional(value);
}

Result<double> CodeCarbonRow::NeededNumber(std::string_view column) const {
  Result<std::optional<double>> value = Number(column);
  if (!value.ok()) return value.error();
  if (!*value) return Wrong(column, "is empty");
  return **value;
}

Result<UtcTime> CodeCarbonRow::End() const {
  const std::string& cell = Text("timestamp");
  Result<UtcTime> end = ZonelessTime(cell);
  if (end.ok()) return end;
  return Wrong("timestamp", "is " + carbon::Shown(cell) + ", which is no time");
}

Status CodeCarbonRow::FillEnergy(double duration_s, RunRecord* run) const {
  const Result<double> total_kwh = NeededNumber("energy_consumed");
  if (!total_kwh.ok()) return total_kwh.error();
  const Result<double> emissions_kg = NeededNumber("emissions");
  if (!emissions_kg.ok()) return emissions_kg.error();
  const Result<std::optional<double>> pue = Number("pue");
  if (!pue.ok()) return pue.error();
  if (*pue && **pue < 1) return Wrong("pue", "is below 1");
  ImportedFigures figures;
  figures.tool = kTool;
  figures.duration_s = duration_s;
  figures.pue = pue->value_or(1);
  figures.pue_known = pue->has_value();
  figures.emissions_gco2e = *emissions_kg * 1000;
  figures.intensity_g_per_kwh = std::numeric_limits<double>::quiet_NaN();
  figures.places = {Text("country_iso_code"), Text("country_name")};
  double sum_kwh = 0;
  for (const ComponentColumn& part : kComponents) {
    const Result<std::optional<double>> energy_kwh = Number(part.column);
    if (!energy_kwh.ok()) return energy_kwh.error();
    if (energy_kwh->value_or(0) <= 0) continue;
    sum_kwh += **energy_kwh;
    figures.domains.push_back(
        {std::string(part.domain), part.component, **energy_kwh / figures.pue, kAgainstWattmeter});
  }
  if (sum_kwh > 0 && std::abs(sum_kwh - *total_kwh) > kSameSum * std::max(sum_kwh, *total_kwh)) {
    return Wrong("energy_consumed",
                 fmt::format("is {:g} kWh, and its parts add up to {:g}", *total_kwh, sum_kwh));
  }
  if (figures.domains.empty()) {
    figures.domains = {{"all", Component::kOther, *total_kwh / figures.pue, kAgainstWattmeter}};
  }
  FillFigures(figures, run);
  return {};
}

Status CodeCarbonRow::FillWater(RunRecord* run) const {
  const Result<std::optional<double>> wue = Number("wue");
  if (!wue.ok()) return wue.error();
  const Result<std::optional<double>> litres = Number("water_consumed");
  if (!litres.ok()) return litres.error();
  if (wue->value_or(0) <= 0 || !*litres) return {};
  run->water = WaterUse{
      **wue,
      std::string(kTool),
      {**litres, **litres * kAgainstWattmeter.low, **litres * kAgainstWattmeter.high, Basis::kAssumed}};
  return {};
}

Status CodeCarbonRow::FillHost(HostInfo* host) const {
  const Result<std::optional<double>> cpus = Number("cpu_count");
  if (!cpus.ok()) return cpus.error();
  const Result<std::optional<double>> memory_gib = Number("ram_total_size");
  if (!memory_gib.ok()) return memory_gib.error();
  constexpr double kMostCpus = 1e6;
  if (cpus->value_or(0) > kMostCpus) return Wrong("cpu_count", "is not a number of CPUs");
  host->os = Text("os");
  host->cpu = Text("cpu_model");
  host->logical_cpus = static_cast<int>(cpus->value_or(0));
  host->memory_gib = memory_gib->value_or(0);
  host->gpus = GpusIn(Text("gpu_model"));
  return {};
}

void CodeCarbonRow::FillTags(RunRecord* run) const {
  for (const std::string_view column :
       {"experiment_id", "python_version", "tracking_mode", "region", "cloud_provider", "cloud_region"}) {
    if (!Text(column).empty()) run->tags.emplace(column, Text(column));
  }
  if (!Text("run_id").empty()) run->tags.emplace("codecarbon_run_id", Text("run_id"));
}

void CodeCarbonRow::Warn(RunRecord* run) const {
  run->warnings.push_back(
      "the file does not say in which time zone its times are; they are taken as UTC, so that start and end "
      "may "
      "be off by some hours");
  run->warnings.push_back(
      "the file does not say whether CodeCarbon read a counter or guessed; against a wattmeter its totals "
      "were "
      "between 68 % low and 9 % high, and the intervals here say so");
  if (Text("country_iso_code") == "CAN" && Text("region") == "quebec") {
    run->warnings.push_back(
        "CodeCarbon says Quebec, Canada, also where it could not find out the place: if the run was "
        "elsewhere, "
        "its emissions are far too low");
  }
  if (Text("tracking_mode") == "process") {
    run->warnings.push_back(
        "CodeCarbon tracked the process, and loses the children that end between two of its looks; the "
        "energy "
        "may be far too low");
  }
}

Result<RunRecord> CodeCarbonRow::ToRecord() const {
  const Result<UtcTime> end = End();
  if (!end.ok()) return end.error();
  const Result<double> duration_s = NeededNumber("duration");
  if (!duration_s.ok()) return duration_s.error();
  constexpr double kLongest_s = 100 * 365.25 * 86'400;
  if (*duration_s > kLongest_s) return Wrong("duration", "is longer than a century");
  RunRecord run;
  run.end = *end;
  run.start = *end + Seconds{-*duration_s};
  if (Status s = FillEnergy(*duration_s, &run); !s.ok()) return s.error();
  if (Status s = FillWater(&run); !s.ok()) return s.error();
  if (Status s = FillHost(&run.host); !s.ok()) return s.error();
  run.name = Text("project_name");
  run.project = Text("project_name");
  // A run's own id where it has one: the totals of a later flush replace those of an earlier one.
  std::string identity = Text("run_id");
  if (identity.empty()) {
    for (const auto& [column, cell] : cells_) identity += column + '=' + cell + '\n';
  }
  run.run_id = ImportedRunId(run.start, "CodeCarbon " + identity);
  constexpr std::size_t kLongestVersion = 40;
  const std::string version = TrimmedTo(Text("codecarbon_version"), kLongestVersion);
  run.imported_from = std::string(kTool) + (version.empty() ? "" : " " + version);
  FillTags(&run);
  Warn(&run);
  return run;
}

}  // namespace jouleprint::record
