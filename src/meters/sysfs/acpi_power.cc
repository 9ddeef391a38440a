// Facts of the interface (drivers/hwmon/acpi_power_meter.c, Linux 6.12): power1_average is the firmware's
// _PMM in microwatts, kept for its own sampling time and ENODATA when it says "unknown" (older kernels give
// 4.29 MW, lm-sensors issue 460, which the integrator takes for absurd); power1_accuracy is in
// percent; power1_average_interval in ms. On Grace, power1_oem_info tells the instances apart (NVIDIA Grace
// Performance Tuning Guide, "Power and thermal management"). Tested by tests/meters/sysfs/acpi_power_test.cc.
#include "meters/sysfs/acpi_power.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "meters/sysfs/hwmon.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "acpi-power";
constexpr const char* kFile = "power1_average";
constexpr Seconds kPeriod{0.1};
// Where the firmware does not tell how long it averages or how accurate it is: assumed.
constexpr Seconds kUsualInterval{1};
constexpr double kAssumedGainHalfWidth = 0.10;
// A firmware that claims more is not believed.
constexpr double kLeastGainHalfWidth = 0.01;
constexpr double kResolutionWatts = 1e-3;  // _PMM is in milliwatts (ACPI 6.5, 10.4.1)

struct GracePart {
  std::string_view prefix;  // of power1_oem_info, before the socket's number
  Level level;
  const char* domain;
  Component component;
};

constexpr GracePart kGraceParts[] = {
    {"Module Power Socket ", Level::kModule, "module-", Component::kOther},
    {"Grace Power Socket ", Level::kPackage, "package-", Component::kCpu},
    {"CPU Power Socket ", Level::kCores, "cores-", Component::kCpu},
    {"SysIO Power Socket ", Level::kUncore, "sysio-", Component::kCpu},
};

// "99.500%": what the driver prints of thousandths of a percent, without leading zeros behind the point.
double GainHalfWidthOf(const HwmonChip& chip) {
  std::string text = chip.Text("power1_accuracy");
  if (!text.ends_with('%')) return kAssumedGainHalfWidth;
  text.pop_back();
  const std::size_t point = text.find('.');
  std::uint64_t percent = 0;
  std::uint64_t thousandths = 0;
  if (point == std::string::npos || !os::ParseU64(text.substr(0, point), &percent) ||
      !os::ParseU64(text.substr(point + 1), &thousandths) || percent > 100 || thousandths > 999)
    return kAssumedGainHalfWidth;
  const double accuracy = (static_cast<double>(percent) + static_cast<double>(thousandths) / 1000) / 100;
  return accuracy < 0.5 ? kAssumedGainHalfWidth : std::max(1 - accuracy, kLeastGainHalfWidth);
}

MeterError ErrorOf(const HwmonChip& chip) {
  MeterError error;
  const auto interval_ms = chip.Number("power1_average_interval");
  const bool told = interval_ms && *interval_ms > 0;
  const Seconds interval = told ? Seconds{static_cast<double>(*interval_ms) * 1e-3} : kUsualInterval;
  error.relative = GainHalfWidthOf(chip);
  error.update_period = interval;
  error.averaging_window = interval;
  error.resolution = kResolutionWatts;
  return error;
}

// "jep106:036b:0241": NVIDIA's JEP106 code, as the SMC calling convention gives it to the kernel.
bool IsGrace(const Machine& machine) {
  const std::string folder = machine.sysroot.Path("sys/bus/soc/devices");
  for (const std::string& soc : os::ListDirectory(folder).value_or({})) {
    if (os::ReadLine(folder + "/" + soc + "/soc_id").value_or("").starts_with("jep106:036b:0241"))
      return true;
  }
  return false;
}

// Filled with the part that `oem_info` names; false when it names none.
bool PlaceOnGrace(const std::string& oem_info, DomainInfo* info) {
  for (const GracePart& part : kGraceParts) {
    if (!oem_info.starts_with(part.prefix)) continue;
    int socket = 0;
    const char* const end = oem_info.data() + oem_info.size();
    const auto [stop, error] = std::from_chars(oem_info.data() + part.prefix.size(), end, socket);
    if (error != std::errc{} || stop != end || socket < 0) return false;
    info->name = part.domain + std::to_string(socket);
    info->component = part.component;
    info->scope = {.level = part.level, .socket = socket};
    info->source = "ACPI power meter '" + oem_info + "', integrated";
    return true;
  }
  return false;
}

class Survey {
 public:
  explicit Survey(const Machine& machine) : machine_(machine), chips_(HwmonChipsOf(machine, "power_meter")) {}

  Discovery Take() {
    for (const HwmonChip& chip : chips_) TakeChip(chip);
    TakeNode();
    Discovery discovery = DiscoveryOf(kName, kPeriod, machine_.sysroot, "power as the firmware measures it",
                                      std::move(domains_));
    discovery.dropped = std::move(dropped_);
    if (!not_permitted_.empty()) {
      discovery.findings.push_back(
          {kName,
           MeterState::kNotPermitted,
           "the ACPI power meter may not be read by this user",
           "sudo chmod a+r " + not_permitted_ + " (lost at reboot; a udev rule keeps it)",
           {}});
    }
    if (discovery.findings.empty()) NoteMissing(&discovery);
    return discovery;
  }

 private:
  void TakeChip(const HwmonChip& chip) {
    const AttributeState state = TryAttribute(chip.PathOf(kFile));
    const std::string source = "ACPI power meter " + chip.device;
    if (state == AttributeState::kNotPermitted) {
      not_permitted_ = chip.PathOf(kFile);
    } else if (!chip.Has(kFile)) {
      dropped_.push_back({kName, source, "it has no " + std::string(kFile)});
    } else {
      // ENODATA passes: what the firmware does not know at this moment it may know at the next.
      DomainInfo info;
      info.error = ErrorOf(chip);
      if (PlaceOnGrace(chip.Text("power1_oem_info"), &info)) {
        domains_.push_back(PowerDomain(chip, kFile, std::move(info)));
      } else {
        nodes_.push_back(chip);
      }
    }
  }

  void TakeNode() {
    if (nodes_.size() > 1) {
      for (const HwmonChip& chip : nodes_) {
        dropped_.push_back(
            {kName, "ACPI power meter " + chip.device,
             "there are " + std::to_string(nodes_.size()) + " of them, and none says what it measures"});
      }
      return;
    }
    for (const HwmonChip& chip : nodes_) {
      DomainInfo info;
      info.name = "node";
      info.component = Component::kBoard;
      info.scope = {.level = Level::kNode};
      info.source = "ACPI power meter, integrated";
      info.error = ErrorOf(chip);
      domains_.push_back(PowerDomain(chip, kFile, std::move(info)));
    }
  }

  void NoteMissing(Discovery* discovery) const {
    if (!IsGrace(machine_)) return;
    discovery->findings.push_back(
        {kName,
         MeterState::kNotPresent,
         "this is an NVIDIA Grace machine, and no ACPI power meter is shown",
         "boot with acpi_power_meter.force_cap_on=y, on a kernel with CONFIG_SENSORS_ACPI_POWER (modprobe "
         "acpi_power_meter)",
         {}});
  }

  const Machine& machine_;
  const std::vector<HwmonChip> chips_;
  std::vector<HwmonChip> nodes_;
  std::vector<AttributeDomain> domains_;
  std::vector<DroppedDomain> dropped_;
  std::string not_permitted_;
};

}  // namespace

Discovery DiscoverAcpiPower(const Machine& machine) { return Survey(machine).Take(); }

}  // namespace jouleprint::meters
