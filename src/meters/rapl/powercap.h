// Energy counters through the kernel's powercap tree: processor packages and memory (RAPL), and what an Arm
// platform's firmware reports of its power (SCMI).
//
// Every zone that can be read becomes a domain with its scope; which of them are counted, the catalog
// decides. What must not be read is told with its reason: dies that mirror one socket counter (AMD), a
// counter that reads 0 for ever, a model (dtpm), a zone of unknown meaning, one that may not be read.
#ifndef JOULEPRINT_METERS_RAPL_POWERCAP_H_
#define JOULEPRINT_METERS_RAPL_POWERCAP_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// `machine.cpu.vendor` tells mirrored dies (AMD, Hygon) from real ones (Intel);
/// `machine.cpu.virtualization` decides which remedy is offered.
Discovery DiscoverPowercap(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_POWERCAP_H_
