#include "capi/special_options.h"

#include <cctype>
#include <map>
#include <string>
#include <utility>

#include "jouleprint/budget.h"
#include "jouleprint/intensity_series.h"
#include "meters/wattmeter/wattmeter.h"
#include "os/file.h"

namespace jouleprint::capi {
namespace {

constexpr double kMostKilograms = 1e9;  // between a watch and a data centre

}  // namespace

// "off", seconds, "150W".
Status TakeBaseline(const std::string& name, const Json& value, RunOptions* options) {
  const std::string hint = "give seconds to watch the idle machine (2), its power (\"40W\"), or \"off\"";
  BaselineOption& baseline = options->baseline;
  if (value.is_number()) {
    double seconds = 0;
    Status taken = TakeNumber(name, value, 0, 1e6, hint, &seconds);
    baseline.duration = Seconds{seconds};
    return taken;
  }
  std::string text = value.is_string() ? value.get<std::string>() : std::string();
  if (text == "off") {
    baseline.kind = BaselineOption::Kind::kOff;
    return {};
  }
  const char unit =
      text.empty() ? '\0' : static_cast<char>(std::tolower(static_cast<unsigned char>(text.back())));
  if (unit == 'w' || unit == 's') text.pop_back();
  double number = 0;
  if (!os::ParseDouble(text, &number) || !(number >= 0 && number <= 1e6)) return Bad(name, value, hint);
  if (unit == 'w') {
    baseline.kind = BaselineOption::Kind::kGiven;
    baseline.power = Watts{number};
  } else {
    baseline.duration = Seconds{number};
  }
  return {};
}

// "off", "auto", kg, [low, high].
Status TakeEmbodied(const std::string& name, const Json& value, RunOptions* options) {
  const std::string hint =
      "give kgCO2e of the whole machine (1500), a range ([1200, 2500]), \"auto\" or \"off\"";
  EmbodiedOption& embodied = options->embodied;
  if (value == "auto") return {};
  if (value == "off") {
    embodied.kind = EmbodiedOption::Kind::kOff;
    return {};
  }
  const bool range = value.is_array() && value.size() == 2;
  const Json& low = range ? value[0] : value;
  const Json& high = range ? value[1] : value;
  if (!TakeNumber(name, low, 0, kMostKilograms, hint, &embodied.low_kg).ok() ||
      !TakeNumber(name, high, embodied.low_kg, kMostKilograms, hint, &embodied.high_kg).ok()) {
    return Bad(name, value, hint);
  }
  embodied.kind = EmbodiedOption::Kind::kGiven;
  return {};
}

Status TakeLifetime(const std::string& name, const Json& value, RunOptions* options) {
  return TakeNumber(name, value, 0.1, 50, "give years; servers are used for 3 to 6",
                    &options->embodied.lifetime_years);
}

// A RAPL counter at 500 W wraps every 131 s at worst.
Status TakeInterval(const std::string& name, const Json& value, RunOptions* options) {
  double seconds = 0;
  Status taken =
      TakeNumber(name, value, 0.001, 30, "give seconds between two readings, 0.001 to 30", &seconds);
  if (taken.ok()) options->interval = Seconds{seconds};
  return taken;
}

Status TakeTags(const std::string& name, const Json& value, RunOptions* options) {
  if (!value.is_object()) return Bad(name, value, "give an object of texts");
  for (const auto& [tag, text] : value.items()) {
    if (Status taken = TakeText(name + "." + tag, text, &options->tags[tag]); !taken.ok()) return taken;
  }
  return {};
}

Status TakeGains(const std::string& name, const Json& value, RunOptions* options) {
  if (!value.is_object()) return Bad(name, value, "give an object of factors: {\"gpu-0\": 1.04}");
  for (const auto& [domain, factor] : value.items()) {
    Status taken = TakeNumber(name + "." + domain, factor, 0.1, 10, "give a factor of 0.1 to 10",
                              &options->gains[domain]);
    if (!taken.ok()) return taken;
  }
  return {};
}

Status TakeWattmeters(const std::string& name, const Json& value, RunOptions* options) {
  if (Status taken = TakeTexts(name, value, &options->wattmeters); !taken.ok()) return taken;
  for (const std::string& one : options->wattmeters) {
    if (Status known = meters::CheckWattmeter(one); !known.ok()) return known;
  }
  return {};
}

Status TakeEpochs(const std::string& name, const Json& value, RunOptions* options) {
  std::int64_t epochs = 0;
  Status taken = TakeCount(name, value, 1, &epochs);
  if (taken.ok()) options->epochs = epochs;
  return taken;
}

Status TakeKind(const std::string& name, const Json& value, RunOptions* options) {
  if (Status taken = TakeText(name, value, &options->intensity_kind); !taken.ok()) return taken;
  if (options->intensity_kind.empty()) return {};
  Result<std::string> kind = IntensityKind(options->intensity_kind);
  if (!kind.ok()) return Bad(name, value, kind.error().hint);
  options->intensity_kind = std::move(*kind);
  return {};
}

// [{"limit": "500g", "confidence": 0.9}], or the limits alone.
Status TakeBudgets(const std::string& name, const Json& value, RunOptions* options) {
  const std::string hint = "give a list of {\"limit\": \"500g\", \"confidence\": 0.9}";
  if (!value.is_array()) return Bad(name, value, hint);
  for (const Json& one : value) {
    const Json& limit = one.is_object() && one.contains("limit") ? one["limit"] : one;
    if (!limit.is_string()) return Bad(name, one, hint);
    Result<BudgetOption> budget = ParseBudget(limit.get<std::string>());
    if (!budget.ok()) return budget.error();
    if (one.is_object() && one.contains("confidence")) {
      Status taken = TakeNumber(name + ".confidence", one["confidence"], 0.5, 0.999, "give 0.5 to 0.999",
                                &budget->confidence);
      if (!taken.ok()) return taken;
    }
    options->budgets.push_back(std::move(*budget));
  }
  return {};
}

Status TakeRank(const std::string& name, const Json& value, RunOptions* options) {
  if (!value.is_object()) return Bad(name, value, "give {\"rank\", \"world_size\", \"local_rank\"}");
  RankRecord rank;
  rank.launcher = "given";
  const std::map<std::string, std::int64_t*> fields{{"rank", &rank.rank},
                                                    {"world_size", &rank.world_size},
                                                    {"local_rank", &rank.local_rank},
                                                    {"local_world_size", &rank.local_world_size}};
  for (const auto& [field, number] : value.items()) {
    const auto known = fields.find(field);
    if (known == fields.end()) return Bad(name, value, "it has no field '" + field + "'");
    if (Status taken = TakeCount(name + "." + field, number, 0, known->second); !taken.ok()) return taken;
  }
  if (rank.world_size < 1 || rank.rank >= rank.world_size) {
    return Bad(name, value, "a rank is less than the world's size");
  }
  rank.measures_node = rank.local_rank == 0;
  options->rank = rank;
  return {};
}

Status TakePerCount(const std::string& name, const Json& value, RunOptions* options) {
  return TakeNumber(name, value, 1e-6, 1e30, "give how many of the unit the run does", &options->unit_count);
}

}  // namespace jouleprint::capi
