// Facts of the interface (i915_hwmon.c, xe_hwmon.c, Linux 6.12): only cards of their own have a chip; i915
// counts in energy1_input of the chip "i915" and, where the tiles have counters, of "i915_gtN"; xe counts the
// card in energy1_input and its package in energy2_input. The register below has 32 bits, comes round in
// 4.36 minutes at 1 kW, and is added up only when somebody reads: a period of a minute would be the longest.
// Tested by tests/meters/sysfs/intel_gpu_test.cc.
#include "meters/sysfs/intel_gpu.h"

#include <algorithm>
#include <map>
#include <utility>

#include "meters/sysfs/hwmon.h"
#include "meters/sysfs/pci_devices.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "intel-gpu";
constexpr Seconds kPeriod{0.1};
static_assert(kPeriod < Seconds{60}, "the driver loses a turn of the register that nobody reads");

// No survey of these counters against a wattmeter is known to us: assumed, as wide as for other cards.
constexpr double kGainHalfWidth = 0.10;
// The unit, 2^-14 J, that the comment in i915_hwmon.c reckons with; its register is renewed as RAPL's is,
// about every millisecond (assumed).
constexpr double kResolutionJoules = 1.0 / 16384;
constexpr Seconds kUpdatePeriod{0.001};

// Where the graphics of an Intel processor always is.
constexpr const char* kIntegrated = "0000:00:02.0";

struct Counter {
  HwmonChip chip;
  std::string file;
  std::string what;  // "card", "package", "tile 0"
  bool whole = false;
};

bool IsTile(const HwmonChip& chip) { return chip.name.starts_with("i915_gt"); }

// Best first: the card, then its package, then tiles.
std::vector<Counter> CountersOf(const std::vector<HwmonChip>& chips) {
  std::vector<Counter> counters;
  for (const HwmonChip& chip : chips) {
    if (chip.Has("energy1_input") && !IsTile(chip)) counters.push_back({chip, "energy1_input", "card", true});
  }
  for (const HwmonChip& chip : chips) {
    if (chip.name == "xe" && chip.Has("energy2_input"))
      counters.push_back({chip, "energy2_input", "package, without its memory", true});
  }
  for (const HwmonChip& chip : chips) {
    if (IsTile(chip) && chip.Has("energy1_input"))
      counters.push_back({chip, "energy1_input", "tile " + chip.name.substr(7), false});
  }
  return counters;
}

std::optional<Watts> LimitOf(const HwmonChip& chip) {
  for (const char* file : {"power1_rated_max", "power1_max"}) {
    const auto microwatts = chip.Number(file);
    if (microwatts && *microwatts > 0) return Watts{static_cast<double>(*microwatts) * 1e-6};
  }
  return std::nullopt;
}

class Survey {
 public:
  explicit Survey(const Machine& machine) : machine_(machine) {
    for (HwmonChip& chip : HwmonChipsOf(machine)) {
      if (chip.name != "i915" && chip.name != "xe" && !IsTile(chip)) continue;
      const std::string address = chip.PciAddress();
      cards_[address.empty() ? chip.path : address].push_back(std::move(chip));
    }
  }

  Discovery Take() {
    int number = 0;
    for (const auto& [card, chips] : cards_) TakeCard(card, number++, CountersOf(chips));
    Discovery discovery = DiscoveryOf(kName, kPeriod, machine_.sysroot,
                                      "energy counters of the i915 or xe driver", std::move(domains_));
    discovery.dropped = std::move(dropped_);
    if (!not_permitted_.empty()) {
      discovery.findings.push_back(
          {kName,
           MeterState::kNotPermitted,
           "the energy of an Intel GPU may not be read by this user",
           "sudo chmod a+r " + not_permitted_ + " (lost at reboot; a udev rule keeps it)",
           {}});
    }
    if (cards_.empty()) NoteMissingDriver(&discovery);
    return discovery;
  }

 private:
  void TakeCard(const std::string& card, int number, const std::vector<Counter>& counters) {
    const std::string name = "intel-gpu-" + std::to_string(number);
    bool whole_is_taken = false;
    for (const Counter& counter : counters) {
      const std::string domain = counter.whole ? name : name + " " + counter.what;
      const AttributeState state = TryAttribute(counter.chip.PathOf(counter.file));
      if (whole_is_taken) {
        dropped_.push_back({name + " " + counter.what, SourceOf(counter),
                            "it is a part of " + name + " and is counted there"});
      } else if (state == AttributeState::kReads) {
        Take(card, domain, counter);
        whole_is_taken = counter.whole;
      } else {
        const bool forbidden = state == AttributeState::kNotPermitted;
        if (forbidden) not_permitted_ = counter.chip.PathOf(counter.file);
        dropped_.push_back({domain, SourceOf(counter),
                            forbidden ? "it may not be read by this user" : "it gives no number"});
      }
    }
  }

  static std::string SourceOf(const Counter& counter) {
    return counter.chip.name + " energy counter (" + counter.what + ")";
  }

  void Take(const std::string& card, const std::string& domain, const Counter& counter) {
    DomainInfo info;
    info.name = domain;
    info.component = Component::kGpu;
    info.source = SourceOf(counter);
    const bool known_bus = !AsPciAddress(card).empty();
    info.scope = {.level = Level::kGpu, .device = known_bus ? card : domain};
    if (!counter.whole) info.scope.device += " " + counter.what;
    if (card == kIntegrated) info.scope = {.level = Level::kUncore, .socket = 0};
    info.limit = LimitOf(counter.chip);
    info.error = {.relative = kGainHalfWidth,
                  .low_factor = {},
                  .high_factor = {},
                  .update_period = kUpdatePeriod,
                  .averaging_window = Seconds{0},
                  .seen_fraction = 1,
                  .resolution = kResolutionJoules};
    domains_.push_back(EnergyDomain(counter.chip, counter.file, std::move(info)));
  }

  void NoteMissingDriver(Discovery* discovery) const {
    for (const PciDevice& device : ListGpus(machine_.sysroot, kIntelVendor)) {
      if (device.address == kIntegrated) continue;
      discovery->findings.push_back(
          {kName,
           MeterState::kNotPresent,
           "there is an Intel GPU at " + device.address + " and no driver shows its energy",
           "load the driver (modprobe xe, or i915; needs root) with Linux 6.2 (i915) or 6.7 (xe) or later",
           {}});
      return;
    }
  }

  const Machine& machine_;
  std::map<std::string, std::vector<HwmonChip>> cards_;  // by address
  std::vector<AttributeDomain> domains_;
  std::vector<DroppedDomain> dropped_;
  std::string not_permitted_;
};

}  // namespace

Discovery DiscoverIntelGpu(const Machine& machine) { return Survey(machine).Take(); }

}  // namespace jouleprint::meters
