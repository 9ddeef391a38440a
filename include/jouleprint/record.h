// The run record: one measured execution, with every figure's interval and basis.
//
// This is what `run` keeps, `runs show --json` prints and docs/record.schema.json describes. The
// struct is the whole truth in memory; record/json.h turns it into the JSON of the contract and
// back without loss. Plain data: no invariants but the ones written here, no threading rule.
#ifndef JOULEPRINT_RECORD_H_
#define JOULEPRINT_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/utc_time.h"

namespace jouleprint {

inline constexpr int kRecordSchemaVersion = 1;

/// What a domain's joules were used for.
enum class Component { kCpu, kMemory, kGpu, kBoard, kWall, kOther };
std::string_view ComponentName(Component component);
std::optional<Component> ComponentFromName(std::string_view name);

struct HostInfo {
  std::string hostname;
  std::string os;         ///< "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;     ///< "6.1.0-18-amd64"
  std::string arch;       ///< "x86_64"
  std::string cpu;        ///< model name as the kernel gives it
  std::string boot_id{};  ///< of the kernel's start: tells two machines of one name apart; "" not known
  int sockets = 0;
  int cores = 0;
  int logical_cpus = 0;
  double memory_gib = 0;
  std::vector<std::string> gpus;
  std::string virtualization;  ///< "" on bare metal, else "kvm", "vmware", "hypervisor", "container"
};

/// One domain of the boundary and what it used.
struct DomainRecord {
  std::string name;  ///< "package-0", "dram-1", "gpu-0", "cpu" (modelled), "memory" (modelled)
  Component component = Component::kOther;
  Basis basis = Basis::kAssumed;
  std::string source;  ///< the interface in words: "powercap intel-rapl:0", "NVML energy counter"
  Estimate energy_kwh;
  /// Of energy_kwh, what the idle baseline explains; absent where no baseline is known.
  std::optional<double> idle_kwh;
  double mean_power_w = 0;
  double max_power_w = 0;
  double share = 0;  ///< 0 to 1: the fraction of energy_kwh that is the job's
  /// What the share rests on: "CPU time", "GPU time by process", "GPU memory by process", "MIG instance",
  /// "only the job's processes", "only others' processes", "its parts" (of a total and of the rest),
  /// "nothing tells"; empty in records of earlier versions.
  std::string attributed_by;
};

/// A domain that was found and is not counted, and why, in one sentence.
struct DroppedDomain {
  std::string name;
  std::string source;
  std::string reason;
};

/// machine = all that the boundary used; marginal = that minus the idle baseline (absent without a
/// baseline); share = the part attributed to the job; share + unattributed = machine, exactly.
struct EnergyFigures {
  Estimate machine;
  std::optional<Estimate> marginal;
  Estimate share;
  Estimate unattributed;
  /// Both ways to split the idle machine's energy, whichever `share` is; absent where idle is not known.
  std::optional<Estimate> share_without_idle{};  ///< what is above idle only
  std::optional<Estimate> share_with_idle{};     ///< and idle, in proportion to what the job has reserved
};

struct IntensityUsed {
  Estimate value;      ///< g/kWh
  std::string kind;    ///< "average-production-lifecycle", ...
  std::string source;  ///< "Ember, 2024"
};

struct Emissions {
  /// Location-based: of EnergyFigures::machine, times PUE, times the grid's intensity at its own time.
  Estimate operational;
  std::optional<Estimate> embodied;  ///< absent: not known, which is not zero
  Estimate total;                    ///< of operational and embodied, as far as present
  /// Market-based, by what the electricity's contracts say; never part of `total`. Absent: nobody said.
  std::optional<Estimate> operational_market{};
};

/// One intensity that a part of the run's time was priced with.
struct IntensityPart {
  std::string source;  ///< "grid.csv", "Electricity Maps, live", "Ember, 2024"
  std::string kind;    ///< see IntensityKind in intensity_series.h
  Basis basis = Basis::kModelled;
  UtcTime from;                ///< of the first stretch of time that it priced
  UtcTime to;                  ///< of the last
  double energy_fraction = 0;  ///< of the run's energy: 0 to 1
  bool estimated = false;      ///< its publisher says that (some of) it may be revised
  std::string retrieved{};     ///< when it was asked for, UTC; "" of a file or table
};

/// What one number for the whole run would have said instead of the hours' own.
struct SingleAverage {
  std::string what;  ///< "yearly average", "mean of the run's hours"
  IntensityUsed intensity;
  double operational_gco2e = 0;
  double error_percent = 0;  ///< of that figure against Emissions::operational
};

/// Energy, intensity and emissions by the clock. All lists are equally long; the sum of `gco2e` is
/// Emissions::operational.
struct ByTime {
  UtcTime start;                            ///< of the first bin: a multiple of bin_s in UTC
  double bin_s = 300;                       ///< wider only where a run is longer than the bins that are kept
  std::vector<double> energy_kwh;           ///< of the machine, without PUE
  std::vector<double> intensity_g_per_kwh;  ///< of the bin's part of the run
  std::vector<double> gco2e;                ///< with PUE
  std::vector<std::int64_t> part;           ///< index in `parts`: which intensity
  std::vector<IntensityPart> parts;
  std::vector<SingleAverage> single_averages;
};

/// Water that the data centre used for the run: energy without PUE, times its WUE (litres per kWh; ISO/IEC
/// 30134-9). Water that power plants used is not in it.
struct WaterUse {
  double wue_l_per_kwh = 0;
  std::string source;  ///< "given", or whose figure of the region
  Estimate litres;
};

/// One kind of hardware whose making is shared out: its making x time reserved / lifetime x share reserved.
struct EmbodiedPart {
  std::string item;  ///< "NVIDIA H100 80GB HBM3", "server"
  int count = 1;
  Estimate making_kgco2e;  ///< of one, from mine to factory gate
  Estimate lifetime_h;
  double share = 1;  ///< of it that the run had reserved: 0 to 1
  Estimate gco2e;    ///< of the run
  std::string source;
};

/// Software Carbon Intensity, (O + M) per R (ISO/IEC 21031:2024).
struct SciScore {
  std::string unit;  ///< R: "run", "epoch", "request", "1000 tokens"
  double count = 1;  ///< how many of it the run did
  Estimate g_per_unit;
};

/// One finished epoch (or other repeated unit) found in the job's output.
struct EpochRecord {
  std::int64_t epoch = 0;
  std::string kind;    ///< "train" or "eval"
  double start_s = 0;  ///< from the run's start
  double end_s = 0;
  double energy_kwh = 0;  ///< of the whole boundary between the two
};

/// A named stretch of a run; tasks may lie in one another, and then the outer one's energy has the inner
/// one's in it.
struct TaskRecord {
  std::string name;
  std::optional<std::int64_t> parent{};  ///< index in `tasks` of the one that it lies in
  double start_s = 0;                    ///< from the run's start
  double end_s = 0;
  Estimate energy_kwh{};                       ///< of the whole boundary
  std::map<std::string, double> domain_kwh{};  ///< by domain of the boundary
  double cpu_s = 0;                            ///< CPU time of the job meanwhile
};

/// What the whole run will take, said after some of its epochs. Intervals as everywhere: 90 %.
struct PredictionRecord {
  std::int64_t epochs_seen = 0;  ///< training epochs that it rests on
  std::int64_t epochs_total = 0;
  double at_s = 0;  ///< when it was made, from the run's start
  Estimate duration_s{};
  Estimate energy_kwh{};       ///< of the machine
  Estimate emissions_gco2e{};  ///< operational and, where known, embodied
  std::string intensity{};     ///< what the hours to come were priced with, in words
};

/// A limit that the run was given, and what came of it.
struct BudgetRecord {
  std::string unit;  ///< "gCO2e", "kWh" or "s"
  double limit = 0;
  double confidence = 0.9;             ///< of the prediction, before it counts as passing the limit
  std::string action;                  ///< "warn", "pause", "stop", "exec"
  std::string state;                   ///< "kept", "will be passed", "passed"
  std::optional<double> acted_at_s{};  ///< from the run's start
  std::string outcome{};               ///< one sentence: what was done and how it ended; "" nothing
  /// What the rest of the run would have taken beyond what it did; absent where it was not cut short.
  std::optional<Estimate> saved{};
};

/// Which of the processes of a distributed job a run was.
struct RankRecord {
  std::int64_t rank = 0;
  std::int64_t world_size = 1;
  std::int64_t local_rank = 0;        ///< among those of the same machine
  std::int64_t local_world_size = 0;  ///< 0 where the launcher does not say
  std::string launcher;               ///< "torchrun", "Slurm", "Open MPI", "MPICH", ...
  bool measures_node = true;          ///< its machine figures stand for the node's in a merge
};

/// One of the runs that a merged run was made of.
struct MergedRun {
  std::string run_id;
  std::string node;  ///< its machine's hostname, with the boot id where two machines have one name
  std::optional<std::int64_t> rank{};
  bool counted = true;  ///< its machine figures are in the sum; false: the node's already were
};

/// The last value of a metric and every value seen, oldest first.
struct MetricPoint {
  double t_s = 0;  ///< from the run's start
  double value = 0;
};

/// A stretch in which nothing was read (suspend, stop, overload), named, not hidden.
struct GapRecord {
  double start_s = 0;
  double duration_s = 0;
  std::string reason;  ///< "machine suspended", "sampler stopped or starved"
};

/// Whose the energy of the idle machine is: nobody's, or the job's in proportion to what it has reserved.
enum class IdleSplit { kUnattributed, kReservation };

/// Which part of the machine is the job's to use, whether it does or not: 0 to 1 each, absent when not known.
struct Reservation {
  std::optional<double> cpu;
  std::optional<double> memory;
  std::optional<double> gpu;
  std::string source;  ///< "given", "cgroup cpu.max", "Slurm", "the whole machine"
};

/// How the job's own processes were followed and what they used.
struct JobUse {
  std::string followed_by;   ///< "cgroup" or "process tree"
  double cpu_s = 0;          ///< CPU time of the job and all its descendants
  double machine_cpu_s = 0;  ///< busy CPU time of the whole machine meanwhile
  int exit_status = 0;       ///< as the shell sees it: 128+N for signal N
  Reservation reserved{};
};

struct BaselineRecord {
  std::string method;  ///< "measured", "given", "model", "off"
  std::optional<double> power_w;
  double duration_s = 0;
};

/// What measuring cost.
struct Overhead {
  double cpu_s = 0;
  std::int64_t samples = 0;
};

/// finished: the command ended under our eyes. recovered: jouleprint was killed; the record ends at
/// its last checkpoint. running: still at it, or killed and not yet recovered.
enum class RunState { kRunning, kFinished, kRecovered };
std::string_view RunStateName(RunState state);
std::optional<RunState> RunStateFromName(std::string_view name);

struct RunRecord {
  int schema_version = kRecordSchemaVersion;
  std::string run_id;  ///< 26 characters, sortable by start time (ULID)
  std::string name;
  std::string project;
  std::map<std::string, std::string> tags;
  std::vector<std::string> command;
  RunState state = RunState::kRunning;
  HostInfo host;
  UtcTime start;
  UtcTime end;
  double duration_s = 0;              ///< on a clock that counts suspend and never steps
  std::vector<std::string> boundary;  ///< names of the disjoint domains that the figures cover
  std::vector<DomainRecord> domains;  ///< one per name in `boundary`, same order
  std::vector<DroppedDomain> dropped;
  /// What measures the whole machine and contains the domains (a wall meter, a BMC): energy_kwh.machine is
  /// its energy then, and the domain "other" is what its parts do not explain.
  std::optional<DomainRecord> total;
  EnergyFigures energy_kwh;
  std::string idle_split;  ///< what energy_kwh.share is: "unattributed" or "reservation"
  BaselineRecord baseline;
  double pue = 1.0;
  bool pue_given = false;
  std::string pue_source;   ///< "given", whose figure of the region, or "" where nobody said
  std::string zone;         ///< "unknown" when nobody said
  IntensityUsed intensity;  ///< of the whole run: weighted by energy where it varied
  std::optional<IntensityUsed> market_intensity;  ///< of contracts; absent: nobody said
  Emissions emissions_gco2e;
  std::optional<ByTime> by_time;  ///< absent in records of earlier versions
  std::optional<WaterUse> water;
  std::vector<EmbodiedPart> embodied_parts;
  std::optional<SciScore> sci;
  std::vector<EpochRecord> epochs;
  std::optional<std::int64_t> epochs_expected;
  std::vector<TaskRecord> tasks;               ///< in the order in which they began
  std::optional<PredictionRecord> prediction;  ///< the last one made
  std::vector<BudgetRecord> budgets;
  std::string group;  ///< runs of one distributed job share it; "" none
  std::optional<RankRecord> rank;
  std::vector<MergedRun> merged_from;  ///< of a run made by `runs merge`
  std::string imported_from;           ///< "CodeCarbon 2.3.4"; "" a run of our own
  std::map<std::string, std::vector<MetricPoint>> metrics;
  std::vector<GapRecord> gaps;
  JobUse job;
  Overhead overhead;
  std::vector<std::string> warnings;
  std::string version;  ///< of jouleprint
};

/// Power over time, bounded: bins of one width, the same for all domains. A week at any rate fits.
struct PowerSeries {
  UtcTime start;  ///< start of the first bin, a multiple of bin_s in UTC
  double bin_s = 0;
  std::vector<std::string> domains;
  struct Bin {
    float energy_j = 0;
    float max_power_w = 0;
  };
  std::vector<std::vector<Bin>> bins;  ///< bins[domain][i]; every domain has as many
};

}  // namespace jouleprint

#endif  // JOULEPRINT_RECORD_H_
