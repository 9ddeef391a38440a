#include "cli/option_values.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "cli/option_numbers.h"
#include "jouleprint/intensity_series.h"
#include "meters/model/cpu_power_model.h"
#include "meters/wattmeter/wattmeter.h"
#include "os/file.h"

namespace jouleprint::cli {
namespace {

constexpr double kShortestInterval_ms = 1;
constexpr double kLongestInterval_ms = 30'000;  // a RAPL counter at 500 W wraps every 131 s at worst

Status SetInterval(const std::string& text, std::optional<Seconds>* out) {
  std::optional<double> ms;
  Status set = SetNumber("--interval", text, kShortestInterval_ms, kLongestInterval_ms,
                         "give milliseconds between readings, 1 to 30000", &ms);
  if (ms) *out = Seconds{*ms / 1000};
  return set;
}

// "off", "40W", "2" or "2s".
Status SetBaseline(const std::string& text, BaselineOption* out) {
  if (text.empty()) return {};
  if (text == "off") {
    out->kind = BaselineOption::Kind::kOff;
    return {};
  }
  const bool watts = text.back() == 'W' || text.back() == 'w';
  const bool seconds = text.back() == 's';
  double value = 0;
  const std::string number = text.substr(0, text.size() - (watts || seconds ? 1 : 0));
  if (!os::ParseDouble(number, &value) || !(value >= 0 && value <= 1e6)) {
    return Bad("--baseline", text, "give seconds to watch the idle machine (2), its power (40W), or off");
  }
  if (watts) {
    out->kind = BaselineOption::Kind::kGiven;
    out->power = Watts{value};
  } else if (value == 0) {
    out->kind = BaselineOption::Kind::kOff;
  } else {
    out->duration = Seconds{value};
  }
  return {};
}

template <class Value>
Status SetWord(const std::string& flag, const std::string& text, const std::map<std::string, Value>& words,
               Value* out) {
  if (text.empty()) return {};
  const auto word = words.find(text);
  if (word != words.end()) {
    *out = word->second;
    return {};
  }
  std::string choices;
  for (const auto& [name, value] : words) choices += (choices.empty() ? "" : ", ") + name;
  return Bad(flag, text, "choose one of " + choices);
}

Result<std::pair<std::string, std::string>> SplitPair(const std::string& flag, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return Bad(flag, text, "write it as NAME=VALUE");
  return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

Status SetPairs(const OptionTexts& texts, RunOptions* run) {
  for (const std::string& text : texts.tags) {
    Result<std::pair<std::string, std::string>> pair = SplitPair("--tag", text);
    if (!pair.ok()) return pair.error();
    run->tags[pair->first] = pair->second;
  }
  for (const std::string& text : texts.metrics) {
    Result<std::pair<std::string, std::string>> pair = SplitPair("--metric-regex", text);
    if (!pair.ok()) return pair.error();
    run->metric_regexes.push_back(*pair);
  }
  return {};
}

std::vector<std::string> SplitList(const std::string& joined) {
  std::vector<std::string> items;
  for (std::size_t start = 0; start < joined.size();) {
    const std::size_t end = std::min(joined.find(';', start), joined.size());
    if (end > start) items.push_back(joined.substr(start, end - start));
    start = end + 1;
  }
  return items;
}

Status SetWattmeters(const std::string& joined, RunOptions* run) {
  for (std::string& name : SplitList(joined)) {
    if (Status known = meters::CheckWattmeter(name); !known.ok()) return known;
    run->wattmeters.push_back(std::move(name));
  }
  return {};
}

Status SetGains(const std::string& joined, RunOptions* run) {
  for (const std::string& text : SplitList(joined)) {
    constexpr double kLeast = 0.1;
    constexpr double kMost = 10;
    Result<std::pair<std::string, std::string>> pair = SplitPair("--gain", text);
    if (!pair.ok()) return pair.error();
    double factor = 0;
    if (!os::ParseDouble(pair->second, &factor) || !(factor >= kLeast && factor <= kMost)) {
      return Bad("--gain", text, "write it as DOMAIN=FACTOR, with a factor of 0.1 to 10: gpu-0=1.04");
    }
    run->gains[pair->first] = factor;
  }
  return {};
}

Status SetPower(const std::string& flag, const std::string& text, std::optional<Watts>* out) {
  std::optional<double> watts;
  Status set = SetNumber(flag, text, 0, 1e5, "give watts as measured, 0 to 100000", &watts);
  if (watts) *out = Watts{*watts};
  return set;
}

// What the user knows of the machine's meters and processors.
Status SetMachine(const OptionTexts& texts, RunOptions* run) {
  if (Status s = SetWattmeters(texts.wattmeters, run); !s.ok()) return s;
  if (Status s = SetGains(texts.gains, run); !s.ok()) return s;
  if (Status s = SetPower("--cpu-idle-power", texts.cpu_idle_power, &run->cpu_idle_power); !s.ok()) return s;
  if (Status s = SetPower("--cpu-max-power", texts.cpu_max_power, &run->cpu_max_power); !s.ok()) return s;
  if (run->cpu_idle_power.has_value() != run->cpu_max_power.has_value()) {
    return Error{ErrorCode::kInvalidArgument, "--cpu-idle-power and --cpu-max-power must be given together",
                 "measure both: nothing running, and all CPUs busy"};
  }
  if (!run->cpu_idle_power) return {};
  const auto points = meters::CheckPowerPoints({*run->cpu_idle_power, *run->cpu_max_power});
  return points.ok() ? Status() : points.error();
}

Status SetCount(const std::string& flag, const std::string& text, std::int64_t least,
                std::optional<std::int64_t>* out) {
  if (text.empty()) return {};
  std::int64_t count = 0;
  if (!os::ParseI64(text, &count) || count < least) {
    return Bad(flag, text, "give a whole number, " + std::to_string(least) + " or more");
  }
  *out = count;
  return {};
}

Status SetNumbers(const OptionTexts& texts, Arguments* arguments) {
  RunOptions& run = arguments->run;
  Status set = SetNumber("--pue", texts.pue, 1, 10,
                         "PUE is 1 or more: 1.0 for a desk, 1.1 to 1.6 for data centres", &run.pue);
  if (!set.ok()) return set;
  set = SetNumber("--intensity", texts.intensity, 0, 5000,
                  "give gCO2e per kWh; most grids lie between 20 and 900", &run.intensity_g_per_kwh);
  if (!set.ok()) return set;
  if (set = SetInterval(texts.interval, &run.interval); !set.ok()) return set;
  if (set = SetBaseline(texts.baseline, &run.baseline); !set.ok()) return set;
  set = SetNumber("--reserved-cpus", texts.reserved_cpus, 0, 1e6, "give how many logical CPUs are the job's",
                  &run.reserved_cpus);
  if (!set.ok()) return set;
  if (set = SetCount("--epochs", texts.epochs, 1, &run.epochs); !set.ok()) return set;
  std::optional<double> every;
  set =
      SetNumber("--every", texts.top_interval, 0.5, 60, "give seconds between two pages, 0.5 to 60", &every);
  if (!set.ok()) return set;
  if (every) arguments->top_interval = Seconds{*every};
  std::optional<double> duration;
  set = SetNumber("--duration", texts.trace_duration, 0.1, 1e7, "give seconds, 0.1 or more", &duration);
  if (!set.ok()) return set;
  if (duration) arguments->trace_duration = Seconds{*duration};
  std::optional<std::int64_t> limit;
  set = SetCount("--limit", texts.limit, 0, &limit);
  arguments->limit = limit.value_or(0);
  return set;
}

Status SetWords(const OptionTexts& texts, Arguments* arguments) {
  const std::map<std::string, BoundaryOption> boundaries{{"counted", BoundaryOption::kCounted},
                                                         {"platform", BoundaryOption::kPlatform},
                                                         {"all", BoundaryOption::kAll}};
  const std::map<std::string, EpochMark> marks{
      {"auto", EpochMark::kAuto}, {"start", EpochMark::kStart}, {"end", EpochMark::kEnd}};
  const std::map<std::string, bool> yes_no{{"true", true}, {"false", false}, {"1", true}, {"0", false}};
  RunOptions& run = arguments->run;
  const std::map<std::string, IdleSplit> splits{{"unattributed", IdleSplit::kUnattributed},
                                                {"reservation", IdleSplit::kReservation}};
  if (Status s = SetWord("--idle-split", texts.idle_split, splits, &run.idle_split); !s.ok()) return s;
  if (Status s = SetWord("--boundary", texts.boundary, boundaries, &run.boundary); !s.ok()) return s;
  const std::map<std::string, ConsumerKind> consumers{{"process", ConsumerKind::kProcess},
                                                      {"container", ConsumerKind::kContainer}};
  if (Status s = SetWord("--by", texts.consumers, consumers, &arguments->consumers); !s.ok()) return s;
  if (Status s = SetWord("--epoch-mark", texts.epoch_mark, marks, &run.epoch_mark); !s.ok()) return s;
  return SetWord("quiet", texts.quiet, yes_no, &arguments->quiet);
}

// A machine or a driver that somebody names is meant: to measure another one instead would be to answer
// wrongly.
Status CheckPaths(const RunOptions& run) {
  if (!os::IsDirectory(run.sysroot)) {
    return Bad("--sysroot", run.sysroot, "give a folder that holds sys/ and proc/");
  }
  const bool is_path = run.nvml_library.find('/') != std::string::npos;
  if (is_path && !os::Exists(run.nvml_library)) {
    return Bad("--nvml", run.nvml_library, "there is no such file; leave it out to use the system's");
  }
  return {};
}

// As the rest of the program spells it.
Status SetKind(const std::string& flag, std::string* kind) {
  if (kind->empty()) return {};
  Result<std::string> known = IntensityKind(*kind);
  if (!known.ok()) return Bad(flag, *kind, known.error().hint);
  *kind = *known;
  return {};
}

}  // namespace

Status Interpret(const OptionTexts& texts, Arguments* arguments) {
  if (Status s = SetNumbers(texts, arguments); !s.ok()) return s;
  if (Status s = SetWords(texts, arguments); !s.ok()) return s;
  if (Status s = SetKind("--kind", &arguments->series.kind); !s.ok()) return s;
  if (Status s = SetKind("--intensity-kind", &arguments->run.intensity_kind); !s.ok()) return s;
  if (Status s = CheckPaths(arguments->run); !s.ok()) return s;
  if (Status s = SetMachine(texts, &arguments->run); !s.ok()) return s;
  if (Status s = SetFootprint(texts, &arguments->run); !s.ok()) return s;
  if (Status s = SetBudgets(texts.budget, &arguments->run); !s.ok()) return s;
  // A budget in the settings is for runs, not for what records a trace.
  if (arguments->command != Command::kRun) arguments->run.budgets.clear();
  if (Status s = SetScore(texts.score, &arguments->score); !s.ok()) return s;
  if (Status s = SetSeries(texts.series, &arguments->series); !s.ok()) return s;
  if (Status s = SetWhatwhere(texts.whatwhere, &arguments->whatwhere); !s.ok()) return s;
  if (Status s = SetPredict(texts.predict, &arguments->predict); !s.ok()) return s;
  return SetPairs(texts, &arguments->run);
}

}  // namespace jouleprint::cli
