// What jouleprint reads out of a Redfish service's answers (DMTF DSP0266 and the schemas of DSP0268): JSON
// from the network, of which nothing is believed that is not there.
//
// Pure; throws nothing. Tested by tests/meters/bmc/redfish_json_test.cc and a fuzzer.
#ifndef JOULEPRINT_METERS_BMC_REDFISH_JSON_H_
#define JOULEPRINT_METERS_BMC_REDFISH_JSON_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::meters {

/// Where a chassis keeps its power, and what it is inside of. Paths begin with "/redfish/"; "" where there is
/// none.
struct RedfishChassis {
  std::string power;                ///< the schema Power, up to 2020
  std::string environment_metrics;  ///< the schema EnvironmentMetrics, since then
  std::string contained_by;
};

struct RedfishPower {
  std::optional<Watts> power;
  std::optional<Joules> energy;
  Joules energy_step{
      0};  ///< one of the last digit that `energy` was written with; at least a thousandth of a kWh
};

/// The paths of a collection's members, in order. Members with a path that is not below "/redfish/" are left
/// out.
Result<std::vector<std::string>> ParseRedfishMembers(std::string_view json);
Result<RedfishChassis> ParseRedfishChassis(std::string_view json);
/// PowerControl[].PowerConsumedWatts: the first that is there. What follows it is parts of it (Lenovo lists
/// the processors and the memory so).
Result<RedfishPower> ParseRedfishPowerControl(std::string_view json);
/// PowerWatts.Reading and EnergykWh.Reading.
Result<RedfishPower> ParseRedfishEnvironment(std::string_view json);
/// The body of a request for a session. Whatever user and password hold, it is JSON.
std::string RedfishLoginBody(const std::string& user, const std::string& password);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_REDFISH_JSON_H_
