// The table and the two chips whose labels name the parts; see hwmon_power.h. Tested by
// tests/meters/sysfs/hwmon_power_test.cc.
#include "meters/sysfs/hwmon_power.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "meters/sysfs/hwmon.h"
#include "meters/sysfs/pci_devices.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "hwmon";
constexpr Seconds kPeriod{0.1};
// Sensors of makers who state nothing: assumed.
constexpr double kGainHalfWidth = 0.10;
// Behind most of these chips is a bus or a firmware that is asked once a second: assumed.
constexpr Seconds kUpdatePeriod{1};
// amd_energy adds up RAPL counters of a millisecond (its README); error as powercap.cc has it.
constexpr double kRaplGainHalfWidth = 0.056;
constexpr Seconds kRaplUpdatePeriod{0.001};

/// A chip that measures one known thing.
struct KnownSensor {
  std::string_view chip;
  std::string_view label;    // of the power, or of the voltage; empty: the first
  std::string_view amperes;  // label of the current to be multiplied with; empty: `label` is a power
  Level level;
  const char* domain;
  Component component;
};

constexpr KnownSensor kKnownSensors[] = {
    // Documentation/hwmon/corsair-psu.rst, Linux 6.12: power1 is the supply's total.
    {"corsairpsu", "power total", "", Level::kNode, "psu", Component::kBoard},
    // Documentation/hwmon/fam15h_power.rst: CurrPwrWatts is of the entire package.
    {"fam15h_power", "", "", Level::kPackage, "package", Component::kCpu},
    // drivers/hwmon/asus-ec-sensors.c: volts and amperes of the cores' regulator.
    {"asusec", "CPU Core", "CPU", Level::kCores, "cores", Component::kCpu},
    // README of github.com/ocerman/zenpower: the two rails of the processor, as its regulators report them.
    {"zenpower", "SVI2_P_Core", "", Level::kCores, "cores", Component::kCpu},
    {"zenpower", "SVI2_P_SoC", "", Level::kUncore, "soc", Component::kCpu},
    // drivers/gpu/drm/nouveau/nouveau_hwmon.c: the board's power sensor.
    {"nouveau", "", "", Level::kGpu, "nouveau-gpu", Component::kGpu},
};

// Chips that another interface reads.
constexpr std::string_view kElsewhere[] = {"amdgpu", "i915", "xe", "power_meter", "ina3221", "ina3221x"};

struct ScmiWord {
  std::string_view word;
  Level level;
};

// Labels are the firmware's choice (SCMI, Arm DEN0056, 4.7); these words leave no doubt.
constexpr ScmiWord kScmiWords[] = {
    {"sys", Level::kNode},    {"system", Level::kNode},    {"board", Level::kNode},
    {"soc", Level::kPackage}, {"socket", Level::kPackage}, {"package", Level::kPackage},
    {"pkg", Level::kPackage}, {"cpu", Level::kCores},      {"cores", Level::kCores},
    {"dram", Level::kMemory}, {"ddr", Level::kMemory},     {"memory", Level::kMemory},
    {"gpu", Level::kGpu},
};

Component ComponentOf(Level level) {
  if (level == Level::kNode) return Component::kBoard;
  if (level == Level::kMemory) return Component::kMemory;
  return level == Level::kGpu ? Component::kGpu : Component::kCpu;
}

MeterError ErrorOf(double gain_half_width, Seconds update_period) {
  MeterError error;
  error.relative = gain_half_width;
  error.update_period = update_period;
  error.resolution = 1e-6;  // hwmon's own unit
  return error;
}

// The file KINDn_input whose label is `label`; the first of the kind where `label` is empty.
std::string FileLabelled(const HwmonChip& chip, const std::string& kind, std::string_view label) {
  for (const int n : chip.Numbers(kind, "_input")) {
    if (label.empty() || chip.Text(fmt::format("{}{}_label", kind, n)) == label)
      return fmt::format("{}{}_input", kind, n);
  }
  return {};
}

class Survey {
 public:
  explicit Survey(const Machine& machine) : machine_(machine), chips_(HwmonChipsOf(machine)) {}

  Discovery Take() {
    for (const HwmonChip& chip : chips_) {
      if (chip.name == "scmi_sensors") {
        TakeScmi(chip);
      } else if (chip.name == "amd_energy") {
        TakeAmdEnergy(chip);
      } else if (!TakeKnown(chip)) {
        NameUnknown(chip);
      }
    }
    Discovery discovery = DiscoveryOf(kName, kPeriod, machine_.sysroot, "sensor chips whose meaning is known",
                                      std::move(domains_));
    discovery.dropped = std::move(dropped_);
    if (!not_permitted_.empty()) {
      discovery.findings.push_back(
          {kName,
           MeterState::kNotPermitted,
           "a sensor chip may not be read by this user",
           "sudo chmod a+r " + not_permitted_ + " and its like (lost at reboot; a udev rule keeps it)",
           {}});
    }
    return discovery;
  }

 private:
  void Drop(std::string name, const HwmonChip& chip, std::string reason) {
    dropped_.push_back({std::move(name), "hwmon " + chip.name, std::move(reason)});
  }

  // Only a file that gives a number now becomes a domain.
  bool Reads(const std::string& name, const HwmonChip& chip, const std::string& file) {
    const AttributeState state = TryAttribute(chip.PathOf(file));
    if (state == AttributeState::kReads) return true;
    const bool forbidden = state == AttributeState::kNotPermitted;
    if (forbidden) not_permitted_ = chip.PathOf(file);
    Drop(name, chip, chip.PathOf(file) + (forbidden ? " may not be read by this user" : " gives no number"));
    return false;
  }

  DomainInfo Describe(std::string name, const HwmonChip& chip, Scope scope, MeterError error) {
    DomainInfo info;
    info.name = std::move(name);
    info.component = ComponentOf(scope.level);
    info.scope = std::move(scope);
    info.source = "hwmon " + chip.name;
    info.error = error;
    return info;
  }

  Scope ScopeOf(const KnownSensor& sensor, const HwmonChip& chip, int instance) const {
    switch (sensor.level) {
      case Level::kNode:
        return {.level = Level::kNode};
      case Level::kGpu: {
        const std::string address = chip.PciAddress();
        return {.level = Level::kGpu, .device = address.empty() ? chip.path : address};
      }
      default:
        // One chip per socket, in the order of their addresses.
        return {.level = sensor.level, .socket = instance};
    }
  }

  bool TakeKnown(const HwmonChip& chip) {
    const int instance =
        static_cast<int>(std::count_if(chips_.begin(), chips_.begin() + (&chip - chips_.data()),
                                       [&](const HwmonChip& other) { return other.name == chip.name; }));
    bool known = false;
    for (const KnownSensor& sensor : kKnownSensors) {
      if (sensor.chip != chip.name) continue;
      known = true;
      const bool product = !sensor.amperes.empty();
      const std::string first = FileLabelled(chip, product ? "in" : "power", sensor.label);
      const std::string second = product ? FileLabelled(chip, "curr", sensor.amperes) : first;
      const std::string name = fmt::format("{}-{}", sensor.domain, instance);
      if (first.empty() || second.empty()) {
        Drop(name, chip, "this board has no such sensor");
        continue;
      }
      if (!Reads(name, chip, first) || !Reads(name, chip, second)) continue;
      DomainInfo info =
          Describe(name, chip, ScopeOf(sensor, chip, instance), ErrorOf(kGainHalfWidth, kUpdatePeriod));
      info.component = sensor.component;
      domains_.push_back(product ? ProductDomain(chip, first, second, std::move(info))
                                 : PowerDomain(chip, first, std::move(info)));
    }
    return known;
  }

  // Energy before power: of two files for one part the counter is the better.
  void TakeScmi(const HwmonChip& chip) {
    for (const std::string kind : {"energy", "power"}) {
      for (const int n : chip.Numbers(kind, "_input")) {
        const std::string label = chip.Text(fmt::format("{}{}_label", kind, n));
        const std::string file = fmt::format("{}{}_input", kind, n);
        const std::string name = fmt::format("scmi {} {}", label, kind);
        const auto scope = ScopeOfScmiLabel(label);
        if (!scope) {
          Drop(name, chip, "what '" + label + "' measures is not known");
        } else if (Reads(name, chip, file)) {
          DomainInfo info = Describe(name, chip, *scope, ErrorOf(kGainHalfWidth, kUpdatePeriod));
          domains_.push_back(kind == "energy" ? EnergyDomain(chip, file, std::move(info))
                                              : PowerDomain(chip, file, std::move(info)));
        }
      }
    }
  }

  // Labels of amd_energy (github.com/amd/amd_energy): EcoreNNN, then EsocketN. The sockets contain the cores.
  void TakeAmdEnergy(const HwmonChip& chip) {
    std::vector<std::pair<std::string, std::string>> cores;  // label, file
    const std::size_t before = domains_.size();
    for (const int n : chip.Numbers("energy", "_input")) {
      const std::string label = chip.Text(fmt::format("energy{}_label", n));
      const std::string file = fmt::format("energy{}_input", n);
      int socket = 0;
      constexpr std::string_view kSocket = "Esocket";
      const char* const end = label.data() + label.size();
      const bool numbered = label.starts_with(kSocket) &&
                            std::from_chars(label.data() + kSocket.size(), end, socket).ptr == end;
      if (label.starts_with("Ecore")) cores.emplace_back(label, file);
      if (!numbered || label.size() == kSocket.size() || socket < 0) continue;
      TakeEnergyOf(chip, fmt::format("package-{}", socket), file,
                   {.level = Level::kPackage, .socket = socket});
    }
    const bool sockets_taken = domains_.size() > before;
    if (sockets_taken && !cores.empty()) {
      Drop(fmt::format("{} to {}", cores.front().first, cores.back().first), chip,
           "each is a part of its socket and is counted there");
    }
    if (sockets_taken) return;
    for (const auto& [label, file] : cores)
      TakeEnergyOf(chip, label, file, {.level = Level::kCores, .device = label});
  }

  void TakeEnergyOf(const HwmonChip& chip, const std::string& name, const std::string& file, Scope scope) {
    if (!Reads(name, chip, file)) return;
    domains_.push_back(EnergyDomain(
        chip, file, Describe(name, chip, std::move(scope), ErrorOf(kRaplGainHalfWidth, kRaplUpdatePeriod))));
  }

  void NameUnknown(const HwmonChip& chip) {
    const bool elsewhere =
        std::find(std::begin(kElsewhere), std::end(kElsewhere), chip.name) != std::end(kElsewhere) ||
        chip.name.starts_with("i915_gt");
    // Chargers and batteries show their figures a second time as chips.
    const bool supply = chip.device_path.find("/power_supply/") != std::string::npos;
    const bool measures =
        !chip.Numbers("power", "_input").empty() || !chip.Numbers("power", "_average").empty() ||
        !chip.Numbers("energy", "_input").empty() || !chip.Numbers("curr", "_input").empty();
    if (elsewhere || supply || !measures) return;
    Drop(chip.name, chip, "it measures power, energy or current, and of what is not known for this chip");
  }

  const Machine& machine_;
  const std::vector<HwmonChip> chips_;
  std::vector<AttributeDomain> domains_;
  std::vector<DroppedDomain> dropped_;
  std::string not_permitted_;
};

}  // namespace

Discovery DiscoverHwmonPower(const Machine& machine) { return Survey(machine).Take(); }

std::optional<Scope> ScopeOfScmiLabel(std::string_view label) {
  // "CPU_0 power" -> the word "cpu" and the number 0.
  std::string letters;
  std::string digits;
  for (const char c : label) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalpha(u) != 0) letters += static_cast<char>(std::tolower(u));
    if (std::isdigit(u) != 0) digits += c;
  }
  for (const std::string_view unit : {"power", "energy", "pwr"}) {
    if (letters.size() > unit.size() && letters.ends_with(unit)) letters.resize(letters.size() - unit.size());
  }
  int number = Scope::kAll;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (!digits.empty() && error != std::errc{}) return std::nullopt;
  for (const ScmiWord& known : kScmiWords) {
    if (known.word != letters) continue;
    if (known.level == Level::kNode) return Scope{.level = Level::kNode};
    if (known.level == Level::kGpu)
      return Scope{.level = Level::kGpu, .device = "scmi " + std::string(label)};
    return Scope{.level = known.level, .socket = number};
  }
  return std::nullopt;
}

}  // namespace jouleprint::meters
