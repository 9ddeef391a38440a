// RAPL energy counters through the kernel's powercap tree: processor packages and memory.
//
// Chooses a disjoint set of zones and says of each other zone why it is left out: a package seen a
// second time through MMIO, AMD dies that mirror one socket counter, parts inside a package, a
// platform zone that contains the packages, a counter that reads 0 for ever, one that may not be read.
#ifndef JOULEPRINT_METERS_POWERCAP_H_
#define JOULEPRINT_METERS_POWERCAP_H_

#include <string>

#include "meters/meter.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// What the boundary is made of when the machine has a platform zone (psys) too.
enum class PowercapScope {
  kComponents,  ///< packages and memory: the same meaning on every machine
  kPlatform,    ///< psys where it works: more of the machine, calibrated by its vendor
};

/// `cpu_vendor` as in /proc/cpuinfo tells mirrored dies (AMD, Hygon) from real ones (Intel);
/// `virtualization` as in CpuIdentity ("" on bare metal) decides which remedy is offered.
Discovery DiscoverPowercap(const os::Sysroot& sysroot, const std::string& cpu_vendor,
                           const std::string& virtualization, PowercapScope scope);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_POWERCAP_H_
