#include "capi/options.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "capi/json_values.h"
#include "capi/special_options.h"
#include "meters/model/cpu_power_model.h"
#include "os/file.h"

namespace jouleprint::capi {
namespace {

using Take = std::function<Status(const std::string& name, const Json& value, RunOptions* options)>;
using Table = std::map<std::string, Take>;

constexpr double kMostIntensity = 5000;  // g/kWh; the dirtiest plants emit a third of it

Take Text(std::string RunOptions::*field) {
  return [field](const std::string& name, const Json& value, RunOptions* options) {
    return TakeText(name, value, &(options->*field));
  };
}

Take Texts(std::vector<std::string> RunOptions::*field) {
  return [field](const std::string& name, const Json& value, RunOptions* options) {
    return TakeTexts(name, value, &(options->*field));
  };
}

Take Number(std::optional<double> RunOptions::*field, double least, double most, const char* hint) {
  return [=](const std::string& name, const Json& value, RunOptions* options) {
    return TakeNumber(name, value, least, most, hint, &(options->*field));
  };
}

Take Power(std::optional<Watts> RunOptions::*field) {
  return [=](const std::string& name, const Json& value, RunOptions* options) -> Status {
    double watts = 0;
    Status taken = TakeNumber(name, value, 0, 1e5, "give watts as measured, 0 to 100000", &watts);
    if (taken.ok()) (options->*field) = Watts{watts};
    return taken;
  };
}

template <class Value>
Take Word(Value RunOptions::*field, std::map<std::string, Value> words) {
  return [field, words = std::move(words)](const std::string& name, const Json& value,
                                           RunOptions* options) -> Status {
    std::string choices;
    for (const auto& [word, meaning] : words) {
      if (value.is_string() && value.get<std::string>() == word) {
        options->*field = meaning;
        return {};
      }
      choices += (choices.empty() ? "" : ", ") + word;
    }
    return Bad(name, value, "choose one of " + choices);
  };
}

const Table& Options() {
  using Run = RunOptions;
  static const Table* const table = new Table{
      {"name", Text(&Run::name)},
      {"project", Text(&Run::project)},
      {"tags", TakeTags},
      {"command", Texts(&Run::command)},
      {"zone", Text(&Run::zone)},
      {"region", Text(&Run::region)},
      {"pue", Number(&Run::pue, 1, 10, "PUE is 1 or more: 1.0 for a desk, 1.1 to 1.6 for data centres")},
      {"wue_l_per_kwh",
       Number(&Run::wue_l_per_kwh, 0, 100, "give litres per kWh; data centres report 0 to 3")},
      {"intensity_g_per_kwh",
       Number(&Run::intensity_g_per_kwh, 0, kMostIntensity, "give gCO2e per kWh, 0 to 5000")},
      {"intensity_series", Texts(&Run::intensity_series)},
      {"intensity_kind", TakeKind},
      {"intensity_unit", Text(&Run::intensity_unit)},
      {"intensity_from", Text(&Run::intensity_from)},
      {"market_intensity_g_per_kwh",
       Number(&Run::market_intensity_g_per_kwh, 0, kMostIntensity, "give gCO2e per kWh, 0 to 5000")},
      {"interval_s", TakeInterval},
      {"baseline", TakeBaseline},
      {"boundary", Word<BoundaryOption>(&Run::boundary, {{"counted", BoundaryOption::kCounted},
                                                         {"platform", BoundaryOption::kPlatform},
                                                         {"all", BoundaryOption::kAll}})},
      {"idle_split", Word<IdleSplit>(&Run::idle_split, {{"unattributed", IdleSplit::kUnattributed},
                                                        {"reservation", IdleSplit::kReservation}})},
      {"reserved_cpus", Number(&Run::reserved_cpus, 0, 1e6, "give how many logical CPUs are the job's")},
      {"cpu_idle_w", Power(&Run::cpu_idle_power)},
      {"cpu_max_w", Power(&Run::cpu_max_power)},
      {"gains", TakeGains},
      {"wattmeters", TakeWattmeters},
      {"epochs", TakeEpochs},
      {"per", Text(&Run::functional_unit)},
      {"per_count", TakePerCount},
      {"embodied", TakeEmbodied},
      {"lifetime_years", TakeLifetime},
      {"budgets", TakeBudgets},
      {"sysroot", Text(&Run::sysroot)},
      {"nvml_library", Text(&Run::nvml_library)},
      {"amd_smi_library", Text(&Run::amd_smi_library)},
      {"store", Text(&Run::store_path)},
      {"keep", [](const std::string& name, const Json& value,
                  RunOptions* options) { return TakeBool(name, value, &options->keep); }},
      {"json_file", Text(&Run::json_file)},
      {"samples_file", Text(&Run::samples_file)},
      {"group", Text(&Run::group)},
      {"rank", TakeRank}};
  return *table;
}

Status TakeOption(const std::string& name, const Json& value, RunOptions* options) {
  const auto known = Options().find(name);
  if (known == Options().end()) {
    return Error{ErrorCode::kInvalidArgument, "there is no option '" + name + "'",
                 "docs/capi.md lists them all"};
  }
  return value.is_null() ? Status() : known->second(name, value, options);
}

// What single options cannot tell.
Status CheckTogether(const RunOptions& options) {
  if (!options.zone.empty() && !options.region.empty()) {
    return Error{ErrorCode::kInvalidArgument, "the options zone and region are both given",
                 "a region implies its zone: leave one of them out"};
  }
  if (options.cpu_idle_power.has_value() != options.cpu_max_power.has_value()) {
    return Error{ErrorCode::kInvalidArgument, "the options cpu_idle_w and cpu_max_w must be given together",
                 "measure both: nothing running, and all CPUs busy"};
  }
  if (options.cpu_idle_power) {
    const auto points = meters::CheckPowerPoints({*options.cpu_idle_power, *options.cpu_max_power});
    if (!points.ok()) return points.error();
  }
  if (!os::IsDirectory(options.sysroot)) {
    return Error{ErrorCode::kInvalidArgument, "the option sysroot is '" + options.sysroot + "'",
                 "give a folder that holds sys/ and proc/"};
  }
  const bool is_path = options.nvml_library.find('/') != std::string::npos;
  if (is_path && !os::Exists(options.nvml_library)) {
    return Error{ErrorCode::kInvalidArgument, "the option nvml_library is '" + options.nvml_library + "'",
                 "there is no such file; leave it out to use the system's"};
  }
  return {};
}

}  // namespace

Status CheckOption(const std::string& name, const Json& value) {
  RunOptions options;
  return TakeOption(name, value, &options);
}

Result<RunOptions> ParseOptions(const char* text) {
  RunOptions options;
  // Nobody waits for a baseline that nobody asked for; a model's own idle is known without.
  options.baseline.duration = Seconds{0};
  if (text == nullptr || *text == '\0') return options;
  const Json given = Json::parse(text, nullptr, false);
  if (!given.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "the options are no JSON object", "write {\"zone\": \"FR\"}"};
  }
  for (const auto& [name, value] : given.items()) {
    if (Status taken = TakeOption(name, value, &options); !taken.ok()) return taken.error();
  }
  if (options.sysroot.empty()) options.sysroot = "/";
  if (Status together = CheckTogether(options); !together.ok()) return together.error();
  return options;
}

}  // namespace jouleprint::capi
