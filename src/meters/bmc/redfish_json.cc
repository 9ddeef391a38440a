#include "meters/bmc/redfish_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace jouleprint::meters {
namespace {

using Json = nlohmann::json;

// The value at a chain of names; null where one is missing or is no object.
const Json& At(const Json& json, std::initializer_list<const char*> names) {
  static const Json none;
  const Json* at = &json;
  for (const char* name : names) {
    if (!at->is_object()) return none;
    const auto found = at->find(name);
    if (found == at->end()) return none;
    at = &*found;
  }
  return *at;
}

// A path on the same service, or "". Anything else (another host's address, a path out of the service) is not
// asked, whoever put it there.
std::string PathAt(const Json& json, std::initializer_list<const char*> names) {
  const Json& value = At(json, names);
  if (!value.is_string()) return {};
  std::string path = value.get<std::string>();
  const bool clean =
      std::none_of(path.begin(), path.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
  return clean && path.starts_with("/redfish/") ? path : std::string();
}

std::optional<double> NumberAt(const Json& json, std::initializer_list<const char*> names) {
  const Json& value = At(json, names);
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  // No machine draws a negative power; some services say -1 for "not known".
  if (!std::isfinite(number) || number < 0) return std::nullopt;
  return number;
}

Result<Json> Parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) return json;
  return Error{ErrorCode::kCorrupt, "the Redfish service's answer is no JSON object",
               "check that the address is a BMC's, and not a web page before it"};
}

// One of the last digit of a figure in kWh. A device that says 12.5 counts in tenths.
Joules StepOf(double kwh) {
  double step = 1;
  for (int digits = 0; digits < 3; ++digits, step /= 10) {
    const double scaled = kwh / step;
    if (std::abs(scaled - std::round(scaled)) < 1e-6) break;
  }
  return FromKilowattHours(step);
}

}  // namespace

Result<std::vector<std::string>> ParseRedfishMembers(std::string_view text) {
  const Result<Json> json = Parse(text);
  if (!json.ok()) return json.error();
  std::vector<std::string> paths;
  const Json& members = At(*json, {"Members"});
  if (!members.is_array()) return paths;
  for (const Json& member : members) {
    std::string path = PathAt(member, {"@odata.id"});
    if (!path.empty()) paths.push_back(std::move(path));
  }
  return paths;
}

Result<RedfishChassis> ParseRedfishChassis(std::string_view text) {
  const Result<Json> json = Parse(text);
  if (!json.ok()) return json.error();
  return RedfishChassis{PathAt(*json, {"Power", "@odata.id"}),
                        PathAt(*json, {"EnvironmentMetrics", "@odata.id"}),
                        PathAt(*json, {"Links", "ContainedBy", "@odata.id"})};
}

Result<RedfishPower> ParseRedfishPowerControl(std::string_view text) {
  const Result<Json> json = Parse(text);
  if (!json.ok()) return json.error();
  RedfishPower power;
  const Json& controls = At(*json, {"PowerControl"});
  if (!controls.is_array()) return power;
  for (const Json& control : controls) {
    const std::optional<double> watts = NumberAt(control, {"PowerConsumedWatts"});
    if (!watts) continue;
    power.power = Watts{*watts};
    break;
  }
  return power;
}

Result<RedfishPower> ParseRedfishEnvironment(std::string_view text) {
  const Result<Json> json = Parse(text);
  if (!json.ok()) return json.error();
  RedfishPower power;
  if (const auto watts = NumberAt(*json, {"PowerWatts", "Reading"})) power.power = Watts{*watts};
  if (const auto kwh = NumberAt(*json, {"EnergykWh", "Reading"})) {
    power.energy = FromKilowattHours(*kwh);
    power.energy_step = StepOf(*kwh);
  }
  return power;
}

std::string RedfishLoginBody(const std::string& user, const std::string& password) {
  const Json body{{"UserName", user}, {"Password", password}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace jouleprint::meters
