// Facts of the interface (Documentation/hwmon/sysfs-interface.rst, Linux 6.12): powerN_* in microwatts,
// energyN_input in microjoules, inN_input in millivolts, currN_input in milliamperes. hwmonN is a link into
// its device's folder, and its own `device` leads back to that. Tested by tests/meters/sysfs/hwmon_test.cc.
#include "meters/sysfs/hwmon.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "meters/sysfs/pci_devices.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr double kWattsPerMicrowatt = 1e-6;
constexpr double kJoulesPerMicrojoule = 1e-6;
// Millivolts times milliamperes.
constexpr double kWattsPerProduct = 1e-6;

std::string LastPart(const std::string& path) { return path.substr(path.rfind('/') + 1); }

HwmonChip Describe(std::string path) {
  HwmonChip chip;
  // Drivers of the old kind (acpi_power_meter up to Linux 6.12) hang their attributes on the device itself.
  if (!os::Exists(path + "/name") && os::Exists(path + "/device/name")) {
    chip.device_path = os::LinkEnd(path + "/device");
    path += "/device";
  }
  chip.path = path;
  chip.name = os::ReadLine(path + "/name").value_or("");
  chip.files = os::ListDirectory(path).value_or({});
  // A copy of a machine may hold the folder and not the link.
  if (chip.device_path.empty() && chip.Has("device")) chip.device_path = os::LinkEnd(path + "/device");
  const std::string device = LastPart(chip.device_path);
  if (device != "device") chip.device = device;
  return chip;
}

}  // namespace

bool HwmonChip::Has(std::string_view file) const {
  return std::binary_search(files.begin(), files.end(), file);
}

std::string HwmonChip::PathOf(std::string_view file) const { return path + "/" + std::string(file); }

std::string HwmonChip::Text(std::string_view file) const {
  return Has(file) ? os::ReadLine(PathOf(file)).value_or("") : std::string();
}

std::optional<std::int64_t> HwmonChip::Number(std::string_view file) const {
  std::int64_t number = 0;
  if (!os::ParseI64(Text(file), &number)) return std::nullopt;
  return number;
}

std::vector<int> HwmonChip::Numbers(std::string_view prefix, std::string_view suffix) const {
  std::vector<int> numbers;
  for (const std::string& file : files) {
    if (!file.starts_with(prefix) || !file.ends_with(suffix) || file.size() <= prefix.size() + suffix.size())
      continue;
    const char* const begin = file.data() + prefix.size();
    const char* const end = file.data() + file.size() - suffix.size();
    int number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error == std::errc{} && stop == end && number >= 0) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string HwmonChip::PciAddress() const { return AsPciAddress(device); }

std::vector<HwmonChip> ListHwmonChips(const os::Sysroot& sysroot) {
  const std::string folder = sysroot.Path("sys/class/hwmon");
  std::vector<HwmonChip> chips;
  for (const std::string& entry : os::ListDirectory(folder).value_or({})) {
    HwmonChip chip = Describe(folder + "/" + entry);
    if (!chip.name.empty()) chips.push_back(std::move(chip));
  }
  std::stable_sort(chips.begin(), chips.end(), [](const HwmonChip& a, const HwmonChip& b) {
    return std::tie(a.device, a.name) < std::tie(b.device, b.name);
  });
  return chips;
}

std::vector<HwmonChip> HwmonChipsOf(const Machine& machine) {
  return machine.hwmon_chips ? *machine.hwmon_chips : ListHwmonChips(machine.sysroot);
}

std::vector<HwmonChip> HwmonChipsOf(const Machine& machine, std::string_view name) {
  std::vector<HwmonChip> chips = HwmonChipsOf(machine);
  std::erase_if(chips, [&](const HwmonChip& chip) { return chip.name != name; });
  return chips;
}

AttributeDomain PowerDomain(const HwmonChip& chip, std::string_view file, DomainInfo info) {
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kSampled;
  return {.info = std::move(info), .path = chip.PathOf(file), .watts_per_count = kWattsPerMicrowatt};
}

AttributeDomain EnergyDomain(const HwmonChip& chip, std::string_view file, DomainInfo info) {
  info.kind = ReadingKind::kCounter;
  info.basis = Basis::kCounter;
  info.joules_per_count = kJoulesPerMicrojoule;
  return {.info = std::move(info), .path = chip.PathOf(file)};
}

AttributeDomain ProductDomain(const HwmonChip& chip, std::string_view volts, std::string_view amperes,
                              DomainInfo info) {
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kSampled;
  return {.info = std::move(info),
          .path = chip.PathOf(volts),
          .times_path = chip.PathOf(amperes),
          .watts_per_count = kWattsPerProduct};
}

AttributeState TryAttribute(const std::string& path) {
  const Result<std::string> text = os::ReadLine(path);
  if (!text.ok()) {
    return text.error().code == ErrorCode::kNotPermitted ? AttributeState::kNotPermitted
                                                         : AttributeState::kNoData;
  }
  std::int64_t number = 0;
  return os::ParseI64(*text, &number) ? AttributeState::kReads : AttributeState::kNoData;
}

Discovery DiscoveryOf(const std::string& meter, Seconds period, const os::Sysroot& sysroot,
                      std::string reason, std::vector<AttributeDomain> domains) {
  Discovery discovery;
  if (domains.empty()) return discovery;
  MeterFinding finding{meter, MeterState::kUsable, std::move(reason), {}, {}};
  for (const AttributeDomain& domain : domains) finding.domains.push_back(domain.info.name);
  discovery.findings.push_back(std::move(finding));
  discovery.meters.push_back(std::make_unique<AttributeMeter>(meter, period, sysroot, std::move(domains)));
  return discovery;
}

}  // namespace jouleprint::meters
