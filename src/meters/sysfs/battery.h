// A battery that is being discharged: the whole machine's power, for as long as no charger is plugged in.
#ifndef JOULEPRINT_METERS_SYSFS_BATTERY_H_
#define JOULEPRINT_METERS_SYSFS_BATTERY_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Says nothing where there is no battery of the machine's own (a mouse's is not). On mains power the finding
/// is kRefused; a charger that is plugged in later makes the readings kNoData, never a lie.
Discovery DiscoverBattery(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_BATTERY_H_
