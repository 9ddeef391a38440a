// Facts of the interface (Documentation/hwmon/ina3221.rst, Linux 6.12): no file of power; volts inN_input
// times amperes currN_input for N of 1 to 3, named by inN_label; in4 to in6 are shunts, in7 and curr4 sums.
// JetPack 4 has a driver of its own, ina3221x: rail_name_N and in_powerN_input (mW) below iio:deviceN. Labels
// are those of NVIDIA's device trees (Jetson Linux Developer Guide, "Power Monitor" of each module:
// JetPack 4.6, 5.1, 6). Tested by tests/meters/sysfs/jetson_test.cc.
#include "meters/sysfs/jetson.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "meters/sysfs/hwmon.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "jetson";
constexpr Seconds kPeriod{0.1};
// The chip errs by 0.25 % of the shunt's voltage (TI INA3221 datasheet, SBOS576); shunt, board and the two
// reads that are not of one moment are unknown: assumed.
constexpr double kGainHalfWidth = 0.05;
// 40 microvolts (datasheet) on the 5 milliohms that these boards mostly have is 8 mA; at 5 V, 40 mW.
constexpr double kResolutionWatts = 0.04;
// Where update_interval does not tell: as long as the driver's default conversions of three channels take.
constexpr Seconds kUsualInterval{0.01};
constexpr double kWattsPerMilliwatt = 1e-3;
constexpr int kChannels = 3;

enum class Part { kBoard, kCpu, kGpu, kMemory, kRail, kInside };

struct Rail {
  std::string_view label;
  Part part;
};

// kInside: fed from another rail of the same board, so that both together would count it twice.
constexpr Rail kRails[] = {
    // The whole module or board. TX1, TX2, Xavier NX, Orin NX and Nano; Nano.
    {"VDD_IN", Part::kBoard},
    {"POM_5V_IN", Part::kBoard},
    // AGX Orin: these three are the module's inputs; DDR's rail hangs on the 5 V one.
    {"VDD_GPU_SOC", Part::kGpu},
    {"VDD_CPU_CV", Part::kCpu},
    {"VIN_SYS_5V0", Part::kRail},
    {"VDDQ_VDD2_1V8AO", Part::kInside},
    // Orin NX and Nano, Xavier NX: one rail feeds CPU, GPU and the vision cores.
    {"VDD_CPU_GPU_CV", Part::kCpu},
    {"VDD_SOC", Part::kRail},
    // AGX Xavier, in both spellings.
    {"GPU", Part::kGpu},
    {"CPU", Part::kCpu},
    {"SOC", Part::kRail},
    {"CV", Part::kRail},
    {"VDDRQ", Part::kMemory},
    {"SYS5V", Part::kRail},
    // TX2.
    {"VDD_SYS_GPU", Part::kGpu},
    {"VDD_SYS_CPU", Part::kCpu},
    {"VDD_SYS_SOC", Part::kRail},
    {"VDD_SYS_DDR", Part::kMemory},
    {"VDD_4V0_WIFI", Part::kRail},
    // TX1 and Nano.
    {"VDD_GPU", Part::kGpu},
    {"VDD_CPU", Part::kCpu},
    {"POM_5V_GPU", Part::kGpu},
    {"POM_5V_CPU", Part::kCpu},
};

const Rail* FindRail(std::string_view label) {
  const auto* const found = std::find_if(std::begin(kRails), std::end(kRails),
                                         [&](const Rail& rail) { return rail.label == label; });
  return found == std::end(kRails) ? nullptr : found;
}

// A Jetson has one socket and one GPU, which no PCI bus knows.
void Place(const Rail& rail, DomainInfo* info) {
  switch (rail.part) {
    case Part::kBoard:
      info->component = Component::kBoard;
      info->scope = {.level = Level::kNode};
      return;
    case Part::kCpu:
      info->component = Component::kCpu;
      info->scope = {.level = Level::kPackage, .socket = 0};
      return;
    case Part::kGpu:
      info->component = Component::kGpu;
      info->scope = {.level = Level::kGpu, .device = "gpu-0"};
      return;
    case Part::kMemory:
      info->component = Component::kMemory;
      info->scope = {.level = Level::kMemory, .socket = 0};
      return;
    case Part::kRail:
    case Part::kInside:
      info->component = Component::kOther;
      info->scope = {.level = Level::kRail, .device = std::string(rail.label)};
      return;
  }
}

class Survey {
 public:
  explicit Survey(const Machine& machine) : machine_(machine) {}

  Discovery Take() {
    for (const HwmonChip& chip : HwmonChipsOf(machine_, "ina3221")) TakeChip(chip);
    TakeIio();
    Discovery discovery = DiscoveryOf(kName, kPeriod, machine_.sysroot,
                                      "current sensors on the board's rails", std::move(domains_));
    discovery.dropped = std::move(dropped_);
    return discovery;
  }

 private:
  void Drop(const std::string& label, std::string reason) {
    dropped_.push_back({label.empty() ? "a rail without a name" : label, "INA3221", std::move(reason)});
  }

  // The rail's domain without its files; nothing where it must not be counted.
  std::optional<DomainInfo> Describe(const std::string& label, Seconds interval) {
    if (label == "NC") return std::nullopt;  // not connected
    const Rail* const rail = FindRail(label);
    if (rail == nullptr) {
      Drop(label, "what a rail of this name feeds is not known");
      return std::nullopt;
    }
    if (rail->part == Part::kInside) {
      Drop(label, "it is fed from VIN_SYS_5V0 and is counted there");
      return std::nullopt;
    }
    DomainInfo info;
    info.name = label;
    info.kind = ReadingKind::kGauge;
    info.basis = Basis::kSampled;
    info.source = "INA3221 " + label + ", integrated";
    info.error.relative = kGainHalfWidth;
    info.error.update_period = interval;
    info.error.averaging_window = interval;
    info.error.resolution = kResolutionWatts;
    Place(*rail, &info);
    return info;
  }

  void TakeChip(const HwmonChip& chip) {
    const auto told_ms = chip.Number("update_interval");
    const Seconds interval =
        told_ms && *told_ms > 0 ? Seconds{static_cast<double>(*told_ms) * 1e-3} : kUsualInterval;
    for (int n = 1; n <= kChannels; ++n) {
      const std::string volts = fmt::format("in{}_input", n);
      const std::string amperes = fmt::format("curr{}_input", n);
      // A channel that is switched off has the file and gives ENODATA; it may be switched on later.
      if (!chip.Has(volts) || !chip.Has(amperes) || chip.Number(fmt::format("in{}_enable", n)) == 0) continue;
      auto info = Describe(chip.Text(fmt::format("in{}_label", n)), interval);
      if (info) domains_.push_back(ProductDomain(chip, volts, amperes, *std::move(info)));
    }
  }

  void TakeIio() {
    const std::string driver = machine_.sysroot.Path("sys/bus/i2c/drivers/ina3221x");
    for (const std::string& chip : os::ListDirectory(driver).value_or({})) {
      for (const std::string& entry : os::ListDirectory(driver + "/" + chip).value_or({})) {
        if (entry.starts_with("iio:device")) TakeIioDevice(driver + "/" + chip + "/" + entry);
      }
    }
  }

  void TakeIioDevice(const std::string& folder) {
    for (int n = 0; n < kChannels; ++n) {
      const std::string path = fmt::format("{}/in_power{}_input", folder, n);
      const auto label = os::ReadLine(fmt::format("{}/rail_name_{}", folder, n));
      if (!label.ok() || !os::Exists(path)) continue;
      auto info = Describe(*label, kUsualInterval);
      if (!info) continue;
      domains_.push_back({.info = *std::move(info), .path = path, .watts_per_count = kWattsPerMilliwatt});
    }
  }

  const Machine& machine_;
  std::vector<AttributeDomain> domains_;
  std::vector<DroppedDomain> dropped_;
};

}  // namespace

Discovery DiscoverJetson(const Machine& machine) { return Survey(machine).Take(); }

}  // namespace jouleprint::meters
