// PCI devices that a machine has, driver or not: how a GPU that nothing reads is noticed.
#ifndef JOULEPRINT_METERS_SYSFS_PCI_DEVICES_H_
#define JOULEPRINT_METERS_SYSFS_PCI_DEVICES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "os/sysroot.h"

namespace jouleprint::meters {

inline constexpr std::uint32_t kAmdVendor = 0x1002;
inline constexpr std::uint32_t kIntelVendor = 0x8086;
inline constexpr std::uint32_t kNvidiaVendor = 0x10de;

struct PciDevice {
  std::string address;  ///< "0000:03:00.0", lower case
  std::uint32_t vendor = 0;
  std::uint32_t device = 0;
};

/// `text` in lower case when it is a PCI address with its domain, else "".
std::string AsPciAddress(std::string_view text);

/// Numbers that sysfs writes in hexadecimal ("0x1002"); 0 where there is none.
std::uint32_t ReadHex(const std::string& path);

/// Display controllers and processing accelerators of a vendor, in the order of their addresses.
std::vector<PciDevice> ListGpus(const os::Sysroot& sysroot, std::uint32_t vendor);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_PCI_DEVICES_H_
