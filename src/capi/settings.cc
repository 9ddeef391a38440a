// jp_settings: JOULEPRINT_* variables and the configuration file, as the options that jp_tracker_start takes.
// A variable wins over the file. Settings that are only the command's (quiet, on_budget, ...) are left out.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "capi/border.h"
#include "capi/json_values.h"
#include "capi/options.h"
#include "job/config_file.h"
#include "jouleprint/capi.h"
#include "os/file.h"

namespace jouleprint::capi {
namespace {

enum class Form { kText, kNumber, kMilliseconds, kNumberOrText, kRange, kTexts, kFactors, kLimits };

// No option of its own: it stands in each of the budgets.
constexpr const char* kConfidence = "budget-confidence";

struct Meaning {
  const char* option;
  Form form;
};

// By the flag's name, as ReadConfig has it.
const std::map<std::string, Meaning>& Meanings() {
  static const auto* const meanings =
      new std::map<std::string, Meaning>{{"db", {"store", Form::kText}},
                                         {"zone", {"zone", Form::kText}},
                                         {"region", {"region", Form::kText}},
                                         {"pue", {"pue", Form::kNumber}},
                                         {"intensity", {"intensity_g_per_kwh", Form::kNumber}},
                                         {"interval", {"interval_s", Form::kMilliseconds}},
                                         {"baseline", {"baseline", Form::kNumberOrText}},
                                         {"boundary", {"boundary", Form::kText}},
                                         {"project", {"project", Form::kText}},
                                         {"group", {"group", Form::kText}},
                                         {"sysroot", {"sysroot", Form::kText}},
                                         {"nvml", {"nvml_library", Form::kText}},
                                         {"amd-smi", {"amd_smi_library", Form::kText}},
                                         {"wattmeter", {"wattmeters", Form::kTexts}},
                                         {"gain", {"gains", Form::kFactors}},
                                         {"idle-split", {"idle_split", Form::kText}},
                                         {"reserved-cpus", {"reserved_cpus", Form::kNumber}},
                                         {"cpu-idle-power", {"cpu_idle_w", Form::kNumber}},
                                         {"cpu-max-power", {"cpu_max_w", Form::kNumber}},
                                         {"intensity-series", {"intensity_series", Form::kTexts}},
                                         {"intensity-kind", {"intensity_kind", Form::kText}},
                                         {"intensity-unit", {"intensity_unit", Form::kText}},
                                         {"intensity-from", {"intensity_from", Form::kText}},
                                         {"market-intensity", {"market_intensity_g_per_kwh", Form::kNumber}},
                                         {"wue", {"wue_l_per_kwh", Form::kNumber}},
                                         {"embodied", {"embodied", Form::kRange}},
                                         {"lifetime", {"lifetime_years", Form::kNumber}},
                                         {"budget", {"budgets", Form::kLimits}}};
  return *meanings;
}

// JOULEPRINT_IDLE_SPLIT for "idle-split".
std::string VariableOf(const std::string& name) {
  std::string variable = "JOULEPRINT_" + name;
  for (char& c : variable) {
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

std::vector<std::string> Split(const std::string& joined) {
  std::vector<std::string> items;
  for (std::size_t start = 0; start < joined.size();) {
    const std::size_t end = std::min(joined.find(';', start), joined.size());
    if (end > start) items.push_back(joined.substr(start, end - start));
    start = end + 1;
  }
  return items;
}

// A number where it is one; what is none is left for the option to refuse, or to understand.
Json NumberOrText(const std::string& text) {
  double number = 0;
  return os::ParseDouble(text, &number) ? Json(number) : Json(text);
}

Json RangeOf(const std::string& text) {
  const std::size_t dash = text.find('-', 1);
  if (dash == std::string::npos) return NumberOrText(text);
  return Json::array({NumberOrText(text.substr(0, dash)), NumberOrText(text.substr(dash + 1))});
}

Json FactorsOf(const std::string& text) {
  Json factors = Json::object();
  for (const std::string& item : Split(text)) {
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) return Json(text);
    factors[item.substr(0, equals)] = NumberOrText(item.substr(equals + 1));
  }
  return factors;
}

Json LimitsOf(const std::string& text, const std::string& confidence) {
  Json limits = Json::array();
  for (const std::string& item : Split(text)) {
    Json limit{{"limit", item}};
    if (!confidence.empty()) limit["confidence"] = NumberOrText(confidence);
    limits.push_back(std::move(limit));
  }
  return limits;
}

Json ValueOf(Form form, const std::string& text, const std::string& confidence) {
  switch (form) {
    case Form::kText:
      break;
    case Form::kNumber:
    case Form::kNumberOrText:
      return NumberOrText(text);
    case Form::kMilliseconds: {
      const Json number = NumberOrText(text);
      return number.is_number() ? Json(number.get<double>() / 1000) : number;
    }
    case Form::kRange:
      return RangeOf(text);
    case Form::kTexts:
      return Split(text);
    case Form::kFactors:
      return FactorsOf(text);
    case Form::kLimits:
      return LimitsOf(text, confidence);
  }
  return text;
}

using Found = std::map<std::string, job::Setting>;

Found Variables() {
  Found found;
  const auto take = [&found](const std::string& name) {
    const char* value = std::getenv(VariableOf(name).c_str());
    if (value != nullptr && *value != '\0') found[name] = {value, "the variable " + VariableOf(name)};
  };
  for (const auto& [name, meaning] : Meanings()) take(name);
  take(kConfidence);
  return found;
}

// Adds what `more` has; a place that is settled is not overruled by the other kind of place.
void AddLesser(const Found& more, Found* found) {
  const bool placed = found->contains("zone") || found->contains("region");
  for (const auto& [name, setting] : more) {
    if (placed && (name == "zone" || name == "region")) continue;
    found->try_emplace(name, setting);
  }
}

Result<Json> OptionsOf(const Found& found) {
  const auto confidence = found.find(kConfidence);
  Json options = Json::object();
  for (const auto& [name, setting] : found) {
    const auto meaning = Meanings().find(name);
    if (meaning == Meanings().end()) continue;
    Json value = ValueOf(meaning->second.form, setting.value,
                         confidence == found.end() ? std::string() : confidence->second.value);
    if (Status good = CheckOption(meaning->second.option, value); !good.ok()) {
      return Error{good.error().code, setting.where + ": " + good.error().message, good.error().hint};
    }
    options[meaning->second.option] = std::move(value);
  }
  return options;
}

Result<Json> SettingsFrom(const char* file) {
  const char* variable = std::getenv("JOULEPRINT_CONFIG");
  const std::string path = file != nullptr && *file != '\0' ? file : variable != nullptr ? variable : "";
  const Result<Found> in_file = job::ReadConfig(path);
  if (!in_file.ok()) return in_file.error();
  Found found = Variables();
  AddLesser(*in_file, &found);
  return OptionsOf(found);
}

}  // namespace
}  // namespace jouleprint::capi

jp_status jp_settings(const char* file, char** options) {
  namespace capi = jouleprint::capi;
  return capi::Guarded([&]() -> jouleprint::Status {
    if (jouleprint::Status there = capi::Need(options, "options"); !there.ok()) return there;
    const jouleprint::Result<capi::Json> settings = capi::SettingsFrom(file);
    if (!settings.ok()) return settings.error();
    return capi::Give(settings->dump(-1, ' ', false, capi::Json::error_handler_t::replace), options);
  });
}
