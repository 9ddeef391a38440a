// Measuring a command: the main job.
//
//   RunOptions options;
//   options.command = {"python3", "train.py"};
//   options.zone = "FR";
//   Result<RunOutcome> outcome = RunCommand(options, nullptr);
//   if (outcome.ok()) return outcome->exit_status;
//
// The command runs as if nobody watched: its streams, terminal, signals, folder, environment and exit
// status are its own. RunCommand returns when the command has ended and its record is kept. Call it
// from the main thread of a process that has no other threads yet: it forks, blocks signals for its
// duration and adopts the command's orphans.
#ifndef JOULEPRINT_RUN_H_
#define JOULEPRINT_RUN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/budget.h"
#include "jouleprint/footprint_choice.h"
#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint {

/// Where the power of the idle machine comes from.
struct BaselineOption {
  enum class Kind { kMeasured, kGiven, kOff } kind = Kind::kMeasured;
  Seconds duration{1};  ///< kMeasured: watched for so long before the start; not where only a model reads
  Watts power{0};       ///< kGiven: of the whole boundary
};

/// Which line of the output ends, or begins, an epoch. kAuto decides by the times of the lines.
enum class EpochMark { kAuto, kStart, kEnd };

/// What the figures cover; see meters/catalog.h.
enum class BoundaryOption { kCounted, kPlatform, kAll };

struct RunOptions {
  std::vector<std::string> command;
  std::string name;
  std::string project;
  std::map<std::string, std::string> tags;
  std::string zone;                           ///< any usual name; "" unknown
  std::string region;                         ///< "PROVIDER:REGION"; gives zone and, where published, PUE
  std::optional<double> intensity_g_per_kwh;  ///< instead of the zone's yearly average
  std::optional<double> pue;
  std::vector<std::string> intensity_series;  ///< CSV files; see intensity_series.h
  std::string intensity_kind;                 ///< which of the files' kinds; "" the one that there is
  std::string intensity_unit;                 ///< of the files: "lb/MWh"; "" as SeriesFileOptions has it
  std::string intensity_from;                 ///< a live source: "electricity-maps", "neso", ...; "" none
  std::optional<double> market_intensity_g_per_kwh;  ///< of the contracts for the electricity
  std::optional<double> wue_l_per_kwh;               ///< water of the data centre; the region's where absent
  EmbodiedOption embodied;
  std::string functional_unit;       ///< R of SCI: "epoch", "request"; "" none
  std::optional<double> unit_count;  ///< how many of it the run does; absent: counted (epochs, the run)
  std::optional<Seconds> interval;   ///< between readings; each meter's own where absent
  BaselineOption baseline;
  BoundaryOption boundary = BoundaryOption::kCounted;
  IdleSplit idle_split = IdleSplit::kUnattributed;
  std::optional<double>
      reserved_cpus;  ///< logical CPUs that are the job's; absent: asked of cgroup and scheduler
  /// Power of the processors with nothing running and with all CPUs busy, where a person has measured them.
  std::optional<Watts> cpu_idle_power;
  std::optional<Watts> cpu_max_power;
  /// Factors for domains whose meter is known to be off, by name: {"gpu-0", 1.04}.
  std::map<std::string, double> gains;
  std::vector<std::string> wattmeters;  ///< "KIND:WHERE"; see docs/meters/wattmeter.md
  std::optional<std::int64_t> epochs;
  std::string epoch_regex;  ///< RE2; group 1 the number, group 2 the total, both optional
  std::string eval_regex;
  EpochMark epoch_mark = EpochMark::kAuto;
  std::vector<std::pair<std::string, std::string>> metric_regexes;  ///< name, RE2 with the value in group 1
  std::vector<BudgetOption> budgets;
  std::string group;  ///< runs of one distributed job share it; "" as the launcher's variables say
  std::optional<RankRecord> rank;  ///< absent: as the launcher's variables say
  bool wait_for_children = false;  ///< measure until processes that outlive the command have ended too
  std::string sysroot = "/";
  std::string nvml_library;
  std::string amd_smi_library;
  std::string trace_file;    ///< "" none; raw readings, for `jouleprint trace replay`
  std::string store_path;    ///< "" the default
  bool keep = true;          ///< false: nothing is stored
  std::string json_file;     ///< "" none
  std::string samples_file;  ///< "" none; CSV of power over time, written at the end
};

/// What a run has used so far.
struct RunProgress {
  double elapsed_s = 0;
  std::vector<std::pair<std::string, double>> power_w;  ///< by domain of the boundary
  Estimate energy_kwh;
  Estimate emissions_gco2e;
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> epochs_expected;
  std::optional<PredictionRecord> prediction{};  ///< the newest
};

/// Told, on the thread that called RunCommand, of what happens; may be slow only at its own cost.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// About twice a second while the command runs.
  virtual void OnProgress(const RunProgress&) {}
  /// Something that a person should know now, one sentence.
  virtual void OnNotice(const std::string&) {}
  /// Several times a second before the command starts: the idle machine is watched for `left` more. 0: it
  /// was.
  virtual void OnBaseline(Seconds /*left*/) {}
};

struct RunOutcome {
  RunRecord record;
  int exit_status = 0;      ///< the command's, 128+N for signal N
  bool started = true;      ///< false: exit_status is 127 or 126 and there is no record
  std::string failure;      ///< why it was not started
  std::string record_path;  ///< where the record is kept; "" when it could not be
};

/// An error means that nothing was started: bad options (exit status 2) or no meter at all (3).
Result<RunOutcome> RunCommand(const RunOptions& options, RunObserver* observer);

}  // namespace jouleprint

#endif  // JOULEPRINT_RUN_H_
