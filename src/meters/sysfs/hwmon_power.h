// Sensor chips that measure power or energy and have no interface of their own here: a table of known ones.
//
// What a chip's rails feed is the board maker's choice. What is not in the table is not guessed at: it is
// listed with that reason, so that a person can tell us.
#ifndef JOULEPRINT_METERS_SYSFS_HWMON_POWER_H_
#define JOULEPRINT_METERS_SYSFS_HWMON_POWER_H_

#include <optional>
#include <string_view>

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

Discovery DiscoverHwmonPower(const Machine& machine);

/// What a sensor of an Arm system controller (SCMI) measures by its label; nothing where that is not plain.
std::optional<Scope> ScopeOfScmiLabel(std::string_view label);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_HWMON_POWER_H_
