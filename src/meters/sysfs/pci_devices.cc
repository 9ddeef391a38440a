// The PCI bus through sys/bus/pci/devices; see pci_devices.h. Tested by tests/meters/sysfs/hwmon_test.cc.
#include "meters/sysfs/pci_devices.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

// Base classes of the PCI Code and ID Assignment Specification (rev. 1.11): the upper byte of three.
constexpr std::uint32_t kDisplayController = 0x03;
constexpr std::uint32_t kProcessingAccelerator = 0x12;

bool IsGpu(const std::string& folder) {
  const std::uint32_t base_class = ReadHex(folder + "/class") >> 16;
  return base_class == kDisplayController || base_class == kProcessingAccelerator;
}

}  // namespace

std::string AsPciAddress(std::string_view text) {
  // DDDD:BB:DD.F, where the domain may have more than four digits (a VMD's has five).
  constexpr std::string_view kShape = "xx:xx.x";
  if (text.size() < 12 || text.size() > 16) return {};
  const std::size_t domain = text.size() - kShape.size() - 1;
  std::string address;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char wanted = i < domain ? 'x' : i == domain ? ':' : kShape[i - domain - 1];
    const auto c = static_cast<unsigned char>(text[i]);
    if (wanted == 'x' ? std::isxdigit(c) == 0 : text[i] != wanted) return {};
    address += static_cast<char>(std::tolower(c));
  }
  return address;
}

std::uint32_t ReadHex(const std::string& path) {
  const std::string text = os::ReadLine(path).value_or("");
  std::uint32_t number = 0;
  if (!text.starts_with("0x")) return 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

std::vector<PciDevice> ListGpus(const os::Sysroot& sysroot, std::uint32_t vendor) {
  const std::string bus = sysroot.Path("sys/bus/pci/devices");
  std::vector<PciDevice> found;
  for (const std::string& entry : os::ListDirectory(bus).value_or({})) {
    const std::string folder = bus + "/" + entry;
    const std::string address = AsPciAddress(entry);
    if (address.empty() || ReadHex(folder + "/vendor") != vendor || !IsGpu(folder)) continue;
    found.push_back({address, vendor, ReadHex(folder + "/device")});
  }
  return found;
}

}  // namespace jouleprint::meters
