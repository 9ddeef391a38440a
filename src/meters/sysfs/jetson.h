// NVIDIA Jetson boards: the current sensors on their rails.
#ifndef JOULEPRINT_METERS_SYSFS_JETSON_H_
#define JOULEPRINT_METERS_SYSFS_JETSON_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Nothing is said on a machine without an INA3221.
Discovery DiscoverJetson(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_JETSON_H_
