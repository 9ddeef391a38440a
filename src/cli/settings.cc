#include "cli/settings.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "jouleprint/zones.h"

namespace jouleprint::cli {
namespace {

// JOULEPRINT_ZONE for the setting "zone", JOULEPRINT_IDLE_SPLIT for "idle-split".
std::string VariableOf(const std::string& name) {
  std::string variable = "JOULEPRINT_" + name;
  for (char& c : variable)
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

// The setting "idle-split" as the file writes it: idle_split.
std::string KeyOf(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Status CheckPlace(const RunOptions& run) {
  if (run.zone.empty() || run.region.empty()) return {};
  return Error{ErrorCode::kInvalidArgument, "--zone and --region are both given",
               "a region implies its zone: leave one of them out"};
}

}  // namespace

Status Settings::Fill(const std::string& config, Arguments* arguments) {
  RunOptions& run = arguments->run;
  if (Status place = CheckPlace(run); !place.ok()) return place;
  if (Status taken = Take(Environment(), run); !taken.ok()) return taken;
  const char* file = std::getenv("JOULEPRINT_CONFIG");
  const auto settings = job::ReadConfig(config.empty() && file != nullptr ? file : config);
  if (!settings.ok()) return settings.error();
  if (Status taken = Take(*settings, run); !taken.ok()) return taken;
  if (run.sysroot.empty()) run.sysroot = "/";
  return arguments->command == Command::kRun ? CheckPlaceFromElsewhere(run) : Status();
}

std::map<std::string, job::Setting> Settings::Environment() const {
  std::map<std::string, job::Setting> settings;
  for (const auto& [name, target] : targets_) {
    const char* value = std::getenv(VariableOf(name).c_str());
    if (value != nullptr && *value != '\0') settings[name] = {value, "the variable " + VariableOf(name)};
  }
  return settings;
}

Status Settings::Take(const std::map<std::string, job::Setting>& settings, const RunOptions& run) {
  // A region implies its zone, so a place that is settled is not overruled by the other kind of place.
  const bool place_settled = !run.zone.empty() || !run.region.empty();
  for (const auto& [name, setting] : settings) {
    const auto target = targets_.find(name);
    if (target == targets_.end() || !target->second->empty()) continue;
    if (place_settled && (name == "zone" || name == "region")) continue;
    *target->second = setting.value;
    where_[name] = setting.where;
  }
  return CheckPlace(run);
}

Status Settings::CheckPlaceFromElsewhere(const RunOptions& run) const {
  Status found;
  const auto zone = where_.find("zone");
  const auto region = where_.find("region");
  if (zone != where_.end()) {
    if (const auto one = FindZone(run.zone); !one.ok()) found = one.error();
  } else if (region != where_.end()) {
    if (const auto one = FindRegion(run.region); !one.ok()) found = one.error();
  }
  if (found.ok()) return found;
  const std::string& where = zone != where_.end() ? zone->second : region->second;
  return Error{found.error().code, where + ": " + found.error().message, found.error().hint};
}

Error Settings::Located(Error error) const {
  for (const auto& [name, where] : where_) {
    for (const std::string& start : {"--" + name + " '", name + " '"}) {
      if (error.message.starts_with(start)) {
        error.message = where + ": " + KeyOf(name) + " " + error.message.substr(start.size() - 1);
      }
    }
  }
  return error;
}

}  // namespace jouleprint::cli
