// ACPI power meters: the whole machine on ordinary servers, and the parts of an NVIDIA Grace module.
#ifndef JOULEPRINT_METERS_SYSFS_ACPI_POWER_H_
#define JOULEPRINT_METERS_SYSFS_ACPI_POWER_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Nothing is said where there is none, but on a Grace machine, which always has some to show.
Discovery DiscoverAcpiPower(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_ACPI_POWER_H_
