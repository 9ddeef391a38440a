#include "job/config_file.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include <toml++/toml.h>

#include "os/file.h"
#include "os/user_dirs.h"

namespace jouleprint::job {
namespace {

constexpr std::array<std::string_view, 34> kKeys{"db",
                                                 "zone",
                                                 "region",
                                                 "pue",
                                                 "intensity",
                                                 "interval",
                                                 "baseline",
                                                 "boundary",
                                                 "project",
                                                 "group",
                                                 "sysroot",
                                                 "nvml",
                                                 "amd_smi",
                                                 "wattmeter",
                                                 "gain",
                                                 "quiet",
                                                 "idle_split",
                                                 "reserved_cpus",
                                                 "cpu_idle_power",
                                                 "cpu_max_power",
                                                 "intensity_series",
                                                 "intensity_kind",
                                                 "intensity_unit",
                                                 "intensity_from",
                                                 "market_intensity",
                                                 "wue",
                                                 "embodied",
                                                 "lifetime",
                                                 "budget",
                                                 "on_budget",
                                                 "budget_confidence",
                                                 "stop_signal",
                                                 "save_grace",
                                                 "term_grace"};

std::string KnownKeys() {
  std::string list;
  for (const std::string_view key : kKeys) list += (list.empty() ? "" : ", ") + std::string(key);
  return list;
}

bool IsKnown(std::string_view key) {
  for (const std::string_view known : kKeys) {
    if (known == key) return true;
  }
  return false;
}

Error BadConfig(const std::string& where, const std::string& what, std::string hint) {
  return {ErrorCode::kInvalidArgument, where + ": " + what, std::move(hint)};
}

// A list of texts for a setting that may be given several times: joined as the variable has them.
Result<std::string> JoinedValues(const toml::array& list, const std::string& where, const std::string& key) {
  std::string joined;
  for (const toml::node& node : list) {
    const auto* text = node.as_string();
    if (text == nullptr) {
      return BadConfig(where, "'" + key + "' must be a list of texts", "write for example [\"a\", \"b\"]");
    }
    joined += (joined.empty() ? "" : ";") + text->get();
  }
  return joined;
}

Result<std::string> PlainValue(const toml::node& node, const std::string& where, const std::string& key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* yes = node.as_boolean()) return std::string(yes->get() ? "true" : "false");
  const bool several = key == "wattmeter" || key == "gain" || key == "intensity_series" || key == "budget";
  if (const auto* list = several ? node.as_array() : nullptr) return JoinedValues(*list, where, key);
  if (!node.is_number()) {
    return BadConfig(where, "'" + key + "' must be a text, a number or true/false",
                     "write for example zone = \"FR\"");
  }
  std::ostringstream number;
  number.precision(17);
  if (const auto* whole = node.as_integer()) {
    number << whole->get();
  } else {
    number << node.as_floating_point()->get();
  }
  return number.str();
}

Result<std::map<std::string, Setting>> Settings(const toml::table& table, const std::string& path) {
  std::map<std::string, Setting> settings;
  for (const auto& [toml_key, node] : table) {
    const std::string key(toml_key.str());
    const std::string where = path + " line " + std::to_string(node.source().begin.line);
    if (!IsKnown(key)) return BadConfig(where, "unknown key '" + key + "'", "known keys: " + KnownKeys());
    Result<std::string> value = PlainValue(node, where, key);
    if (!value.ok()) return value.error();
    // The file has the flag's name with TOML's usual underscores.
    std::string name = key;
    std::replace(name.begin(), name.end(), '_', '-');
    settings[name] = {std::move(*value), where};
  }
  return settings;
}

std::string DefaultPath() {
  for (const std::string& path : {std::string("jouleprint.toml"), os::ConfigDir() + "/jouleprint.toml"}) {
    if (os::Exists(path)) return path;
  }
  return {};
}

}  // namespace

Result<std::map<std::string, Setting>> ReadConfig(const std::string& path) {
  const std::string file = path.empty() ? DefaultPath() : path;
  if (file.empty()) return std::map<std::string, Setting>{};
  const Result<std::string> text = os::ReadFile(file);
  if (!text.ok()) {
    return Error{ErrorCode::kInvalidArgument, text.error().message,
                 "give --config a file that can be read, or leave it out"};
  }
  const toml::parse_result parsed = toml::parse(std::string_view(*text), std::string_view(file));
  if (!parsed) {
    const auto& error = parsed.error();
    return BadConfig(file + " line " + std::to_string(error.source().begin.line),
                     std::string(error.description()),
                     "the file is TOML: one 'key = value' a line, texts in quotes");
  }
  return Settings(parsed.table(), file);
}

}  // namespace jouleprint::job
