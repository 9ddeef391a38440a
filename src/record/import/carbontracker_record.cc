#include "record/import/carbontracker_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "os/file.h"
#include "record/import/carbontracker_log.h"
#include "record/import/imported_run.h"

namespace jouleprint::record {
namespace {

constexpr std::string_view kTool = "carbontracker";
constexpr double kJoulesPerKwh = 3.6e6;

// Ours, from reading and running 2.4.3: without a counter it takes half the TDP whatever the load, which an
// idle processor does not draw and a busy one draws twice; with one it watches half of the time, and a load
// of 110 W that pulses every 2 s was read as 40, 61 and 84 W.
constexpr Spread kUnknownGround{0.5, 2.5};
// Mean epoch times N was off by up to 40 % after one epoch of the MLPerf training logs.
constexpr double kPredictionError = 0.4;

// Of "2.4.3"; 0 where nothing says so.
int MajorVersion(const std::string& version) {
  std::int64_t major = 0;
  return os::ParseI64(version.substr(0, version.find('.')), &major) && major > 0 && major < 1000
             ? static_cast<int>(major)
             : 0;
}

Component ComponentOf(const std::string& name) {
  return name == "gpu" ? Component::kGpu : name == "cpu" ? Component::kCpu : Component::kOther;
}

// "logs/pre_123.456_2024-03-01T093000Z_carbontracker.log" -> "pre_123.456_2024-03-01T093000Z".
std::string RunName(const std::string& file) {
  std::string name = file.substr(file.find_last_of('/') + 1);
  for (const std::string_view end : {".log", "_carbontracker"}) {
    if (name.ends_with(end)) name.resize(name.size() - end.size());
  }
  return name;
}

class Maker {
 public:
  Maker(CarbontrackerStandardLog log, CarbontrackerOutputLog output)
      : log_(std::move(log)), output_(std::move(output)) {}

  Result<RunRecord> Make(const NamedText& standard) {
    if (log_.epochs.empty() && !output_.actual) {
      return Error{ErrorCode::kInvalidArgument,
                   standard.name + " has no finished epoch, so nothing to import", "leave it out"};
    }
    FillTime();
    FillEnergy();
    FillEpochs();
    FillPrediction();
    FillHost();
    Warn();
    run_.name = RunName(standard.name);
    run_.run_id = ImportedRunId(run_.start, "carbontracker " + standard.text);
    run_.imported_from = std::string(kTool) + " " + log_.version;
    return std::move(run_);
  }

 private:
  double pue() const { return log_.pue.value_or(1); }

  void FillTime() {
    double sum_s = 0;
    for (const CarbontrackerEpoch& epoch : log_.epochs) sum_s += *epoch.duration_s;
    duration_s_ = sum_s > 0 || !output_.actual ? sum_s : output_.actual->duration_s;
    run_.start = log_.epochs.empty() ? log_.first
                                     : log_.epochs.front().logged + Seconds{-*log_.epochs.front().duration_s};
    run_.end = run_.start + Seconds{duration_s_};
  }

  // Of one epoch, as far as its lines tell.
  static double EpochKwh(const CarbontrackerEpoch& epoch) {
    double sum_kwh = 0;
    for (const auto& [name, watts] : epoch.power_w) {
      sum_kwh += watts.value_or(0) * *epoch.duration_s / kJoulesPerKwh;
    }
    return sum_kwh;
  }

  // Since 2.0 the power of a component is the mean over its devices, not their sum.
  std::size_t MeanOverDevices(const std::string& component) const {
    if (MajorVersion(log_.version) < 2) return 1;
    const auto found = std::find_if(log_.components.begin(), log_.components.end(),
                                    [&](const CarbontrackerComponent& c) { return c.name == component; });
    return found == log_.components.end() ? 1 : std::max<std::size_t>(1, found->devices.size());
  }

  std::vector<ImportedDomain> DomainsFromEpochs() const {
    std::map<std::string, double> sums_kwh;
    for (const CarbontrackerEpoch& epoch : log_.epochs) {
      for (const auto& [name, watts] : epoch.power_w) {
        if (watts) sums_kwh[name] += *watts * *epoch.duration_s / kJoulesPerKwh;
      }
    }
    std::vector<ImportedDomain> domains;
    for (const auto& [name, sum_kwh] : sums_kwh) {
      if (name.empty() || sum_kwh <= 0) continue;
      Spread spread = kUnknownGround;
      spread.high *= static_cast<double>(MeanOverDevices(name));
      domains.push_back({name, ComponentOf(name), sum_kwh, spread});
    }
    return domains;
  }

  void FillEnergy() {
    ImportedFigures figures;
    figures.tool = kTool;
    figures.duration_s = duration_s_;
    figures.pue = pue();
    figures.pue_known = log_.pue.has_value();
    figures.places = {log_.place, log_.place.substr(log_.place.find_last_of(' ') + 1)};
    figures.domains = DomainsFromEpochs();
    double sum_kwh = 0;
    for (const ImportedDomain& domain : figures.domains) sum_kwh += domain.energy_kwh;
    const double total_kwh = output_.actual ? output_.actual->energy_kwh / pue() : sum_kwh;
    if (sum_kwh > 0) {
      // The total stands on unrounded durations, and fills epochs without a sample from their neighbours.
      scale_ = total_kwh / sum_kwh;
      for (ImportedDomain& domain : figures.domains) domain.energy_kwh *= scale_;
    } else {
      figures.domains = {{"all", Component::kOther, total_kwh, kUnknownGround}};
    }
    const double not_known = std::numeric_limits<double>::quiet_NaN();
    figures.intensity_g_per_kwh = log_.intensity_g_per_kwh.value_or(not_known);
    figures.emissions_gco2e = output_.actual
                                  ? output_.actual->emissions_gco2e
                                  : total_kwh * pue() * log_.intensity_g_per_kwh.value_or(not_known);
    FillFigures(figures, &run_);
  }

  void FillEpochs() {
    double at_s = 0;
    for (std::size_t i = 0; i < log_.epochs.size(); ++i) {
      const CarbontrackerEpoch& epoch = log_.epochs[i];
      run_.epochs.push_back({static_cast<std::int64_t>(i + 1), "train", at_s, at_s + *epoch.duration_s,
                             EpochKwh(epoch) * scale_});
      at_s += *epoch.duration_s;
    }
  }

  void FillPrediction() {
    const std::optional<CarbontrackerTotals>& said = output_.predicted;
    if (!said || !said->epochs || *said->epochs == 0) return;
    PredictionRecord prediction;
    for (const CarbontrackerEpoch& epoch : log_.epochs) {
      if (epoch.logged > said->logged) break;
      ++prediction.epochs_seen;
      prediction.at_s += *epoch.duration_s;
    }
    prediction.epochs_total = *said->epochs;
    run_.epochs_expected = *said->epochs;
    const Estimate error = Estimate::Relative(1, kPredictionError, Basis::kAssumed);
    const Estimate& machine = run_.energy_kwh.machine;
    // As wide as what was measured: its low and high as factors.
    const Estimate ground = machine.value > 0 ? Scale(machine, 1 / machine.value) : Estimate{1, 1, 1};
    prediction.duration_s = Scale(error, said->duration_s);
    prediction.energy_kwh = Scale(Product(error, ground), said->energy_kwh / pue());
    prediction.emissions_gco2e = Scale(Product(error, ground), said->emissions_gco2e);
    prediction.intensity = kTool;
    run_.prediction = prediction;
  }

  void FillHost() {
    for (const CarbontrackerComponent& component : log_.components) {
      if (component.name == "gpu") run_.host.gpus = component.devices;
      // With a counter the devices are "cpu:0" and "dram:0"; without, the processor's name.
      const bool named =
          !component.devices.empty() && component.devices.front().find(':') == std::string::npos;
      if (component.name == "cpu" && named) run_.host.cpu = component.devices.front();
    }
  }

  void Warn() {
    std::vector<std::string>& warnings = run_.warnings;
    warnings.push_back(
        "the logs do not say in which time zone their times are; they are taken as UTC, so that start and "
        "end may "
        "be off by some hours");
    warnings.push_back(
        "the logs do not say whether carbontracker read a counter or took half the processor's TDP; the "
        "intervals "
        "here say so");
    if (log_.pue) {
      warnings.push_back(fmt::format(
          "the emissions have carbontracker's own PUE of {:g} in them, which it takes for every place",
          *log_.pue));
    }
    for (const CarbontrackerComponent& component : log_.components) {
      const std::size_t devices = MeanOverDevices(component.name);
      if (devices < 2) continue;
      warnings.push_back(
          fmt::format("carbontracker since 2.0 gives the mean over {} {} devices instead of their sum, which "
                      "was not mended "
                      "here: the truth may be {} times the figure",
                      devices, component.name, devices));
    }
    if (log_.interrupted) warnings.push_back("the training was interrupted before all epochs were monitored");
    if (!output_.actual) {
      warnings.push_back(
          "the logs end before carbontracker said what the run took; its epochs were added up");
    }
  }

  CarbontrackerStandardLog log_;
  CarbontrackerOutputLog output_;
  RunRecord run_;
  double duration_s_ = 0;
  double scale_ = 1;
};

}  // namespace

Result<RunRecord> ReadCarbontrackerLogs(const NamedText& standard, const std::optional<NamedText>& output) {
  Result<CarbontrackerStandardLog> log = ReadCarbontrackerStandardLog(standard.text, standard.name);
  if (!log.ok()) return log.error();
  CarbontrackerOutputLog said;
  if (output) {
    Result<CarbontrackerOutputLog> read = ReadCarbontrackerOutputLog(output->text, output->name);
    if (!read.ok()) return read.error();
    said = std::move(*read);
  }
  return Maker(std::move(*log), std::move(said)).Make(standard);
}

}  // namespace jouleprint::record
