// Any page of a Redfish service: what is read out of it is a path on the same service, or a number that is
// one.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "meters/bmc/redfish_json.h"

using namespace jouleprint;

namespace {

void CheckPath(const std::string& path) {
  if (!path.empty() && !path.starts_with("/redfish/")) std::abort();
}

void CheckPower(const Result<meters::RedfishPower>& power) {
  if (!power.ok()) return;
  if (power->power && !(std::isfinite(power->power->value()) && *power->power >= Watts{0})) std::abort();
  if (power->energy && *power->energy < Joules{0}) std::abort();
  if (power->energy && power->energy_step <= Joules{0}) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto members = meters::ParseRedfishMembers(text); members.ok()) {
    for (const std::string& path : *members) CheckPath(path);
  }
  if (const auto chassis = meters::ParseRedfishChassis(text); chassis.ok()) {
    CheckPath(chassis->power);
    CheckPath(chassis->environment_metrics);
    CheckPath(chassis->contained_by);
  }
  CheckPower(meters::ParseRedfishPowerControl(text));
  CheckPower(meters::ParseRedfishEnvironment(text));
  return 0;
}
