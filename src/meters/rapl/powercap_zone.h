// The zones of the kernel's powercap tree, as found, before any is chosen.
//
// A zone is a folder "TYPE:N" or "TYPE:N:M" (the number is an order of allocation and means nothing;
// the file `name` says what it is). Checked against drivers/powercap/ of Linux 6.12: intel_rapl_common.c
// (the types intel-rapl, by MSR or TPMI, and intel-rapl-mmio), arm_scmi_powercap.c, dtpm.c. Tested by
// tests/meters/rapl/powercap_test.cc.
#ifndef JOULEPRINT_METERS_RAPL_POWERCAP_ZONE_H_
#define JOULEPRINT_METERS_RAPL_POWERCAP_ZONE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// What a zone's name says it measures.
enum class ZoneKind { kPackage, kDram, kCore, kUncore, kPlatform, kUnknown };

struct PowercapZone {
  std::string id;            ///< "intel-rapl:0:1"
  std::string control_type;  ///< "intel-rapl", "intel-rapl-mmio", "arm-scmi", "dtpm"
  std::string parent_id;     ///< "intel-rapl:0", or "" at the top
  std::string parent_name;   ///< "package-0", or ""
  std::string name;          ///< "package-0-die-1"
  std::string path;          ///< of its folder
  ZoneKind kind = ZoneKind::kUnknown;
  std::uint64_t max_range_uj = 0;  ///< 0: the file is missing or unreadable
  std::optional<Watts> limit;      ///< the highest that its constraints name
  /// It has no energy_uj, but power_uw: arm-scmi and dtpm.
  bool power_only = false;
  /// What reading energy_uj gave at discovery: a value, or why not. Of power_uw, only why not.
  std::optional<std::uint64_t> energy_uj;
  std::optional<Error> problem;
};

/// Every zone below sys/class/powercap (or sys/devices/virtual/powercap), sorted by id. Empty when
/// there is none. `tree_found` says whether the folder itself is there.
std::vector<PowercapZone> FindPowercapZones(const os::Sysroot& sysroot, bool* tree_found);

/// Reads the counter now; opens and closes the file.
Result<std::uint64_t> ReadEnergyNow(const PowercapZone& zone);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_POWERCAP_ZONE_H_
