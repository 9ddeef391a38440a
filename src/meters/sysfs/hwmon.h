// The sensor chips of a machine as sys/class/hwmon lists them.
//
// One look at the folder (Machine::hwmon_chips), shared by every interface that is a hwmon chip: amd_gpu,
// intel_gpu, acpi_power, jetson, hwmon_power. A chip is told by its `name`; the N of hwmonN is the order of
// loading and means nothing.
#ifndef JOULEPRINT_METERS_SYSFS_HWMON_H_
#define JOULEPRINT_METERS_SYSFS_HWMON_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meters/attribute_meter.h"
#include "meters/machine.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

struct HwmonChip {
  std::string name;    ///< "amdgpu", "power_meter"
  std::string path;    ///< the chip's folder
  std::string device;  ///< what it is a chip of: "0000:03:00.0", "1-0040", "ACPI000D:00"; "" when not told
  std::string device_path;         ///< that device's own folder; "" when not told
  std::vector<std::string> files;  ///< names in `path`, sorted

  bool Has(std::string_view file) const;
  std::string PathOf(std::string_view file) const;
  /// What a file says, without white space at its ends; "" where there is none.
  std::string Text(std::string_view file) const;
  std::optional<std::int64_t> Number(std::string_view file) const;
  /// N of each PREFIXN SUFFIX, ascending: Numbers("power", "_input") is {1, 2} for power1_input,
  /// power2_input.
  std::vector<int> Numbers(std::string_view prefix, std::string_view suffix) const;
  /// The PCI address, lower case; "" for a chip on another bus.
  std::string PciAddress() const;
};

/// Every chip, in the order of its device and then its name. Never fails: no folder, no chips. Looks at some
/// ten files and links for each.
std::vector<HwmonChip> ListHwmonChips(const os::Sysroot& sysroot);
/// As `machine` has them listed; else looks.
std::vector<HwmonChip> HwmonChipsOf(const Machine& machine);
/// Those of one name.
std::vector<HwmonChip> HwmonChipsOf(const Machine& machine, std::string_view name);

/// A gauge over powerN_input and its like (microwatts), and a counter over energyN_input (microjoules);
/// `info` says the rest (Documentation/hwmon/sysfs-interface.rst, Linux 6.12).
AttributeDomain PowerDomain(const HwmonChip& chip, std::string_view file, DomainInfo info);
AttributeDomain EnergyDomain(const HwmonChip& chip, std::string_view file, DomainInfo info);
/// A gauge over millivolts times milliamperes.
AttributeDomain ProductDomain(const HwmonChip& chip, std::string_view volts, std::string_view amperes,
                              DomainInfo info);

/// How a first read of an attribute went.
enum class AttributeState { kReads, kNotPermitted, kNoData };
AttributeState TryAttribute(const std::string& path);

/// One meter over `domains`, with a finding that says `reason`. Nothing where there are no domains.
Discovery DiscoveryOf(const std::string& meter, Seconds period, const os::Sysroot& sysroot,
                      std::string reason, std::vector<AttributeDomain> domains);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_HWMON_H_
