// Facts of the interface (intel_rapl_common.c, Linux 6.12): energy_uj = raw * unit_nJ / 1000 with raw of
// 32 bits, so it wraps at 2^32 units, and max_energy_range_uj is (2^32 - 1) units; energy_uj is mode
// 0400, name is 0444; a read costs an interrupt to the package's lead CPU; the value is new about
// every millisecond. Tested by tests/meters/rapl/powercap_test.cc against trees of files.
#include "meters/rapl/powercap.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "meters/attribute_meter.h"
#include "meters/rapl/powercap_choice.h"
#include "meters/rapl/powercap_zone.h"
#include "meters/rapl/rapl.h"

namespace jouleprint::meters {
namespace {

constexpr double kJoulesPerMicrojoule = 1e-6;
constexpr double kWattsPerMicrowatt = 1e-6;
// Nothing is published on how true what firmware reports through SCMI is: twice as wide as RAPL.
constexpr double kScmiRelativeError = 0.12;
// Firmware chooses how often it measures and the kernel does not pass it on: taken for a slow second.
constexpr Seconds kScmiUpdatePeriod{1};

// energy_uj wraps at 2^32 units; max_energy_range_uj is one unit short of that.
std::uint64_t CounterValues(const PowercapZone& zone) {
  if (zone.max_range_uj == 0) return 0;
  const double unit_uj = static_cast<double>(zone.max_range_uj) / 4294967295.0;
  return zone.max_range_uj + static_cast<std::uint64_t>(std::llround(std::max(unit_uj, 1.0)));
}

// One unit, as max_energy_range_uj tells it.
double ResolutionOf(const PowercapZone& zone) {
  return static_cast<double>(zone.max_range_uj) / 4294967295.0 * kJoulesPerMicrojoule;
}

Component ComponentOf(ZoneKind kind) {
  if (kind == ZoneKind::kPlatform) return Component::kBoard;
  return kind == ZoneKind::kDram ? Component::kMemory : Component::kCpu;
}

AttributeDomain DomainOf(const PlacedZone& placed) {
  DomainInfo info;
  info.name = placed.domain;
  info.scope = placed.scope;
  info.component = ComponentOf(placed.zone.kind);
  info.kind = ReadingKind::kCounter;
  info.basis = Basis::kCounter;
  info.source = "powercap " + placed.zone.id;
  info.joules_per_count = kJoulesPerMicrojoule;
  info.counter_values = CounterValues(placed.zone);
  info.limit = placed.zone.limit;
  info.error = RaplError(ResolutionOf(placed.zone));
  return {.info = std::move(info), .path = placed.zone.path + "/energy_uj"};
}

// SCMI: the mean power over an interval of the platform's choosing (Arm DEN0056, POWERCAP_MEASUREMENTS_GET).
AttributeDomain GaugeOf(const PlacedZone& placed) {
  AttributeDomain domain = DomainOf(placed);
  DomainInfo& info = domain.info;
  if (placed.zone.kind == ZoneKind::kUncore) info.component = Component::kGpu;
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kSampled;
  info.joules_per_count = 0;
  info.counter_values = 0;
  info.error.relative = kScmiRelativeError;
  info.error.update_period = kScmiUpdatePeriod;
  info.error.resolution = kWattsPerMicrowatt;
  domain.path = placed.zone.path + "/power_uw";
  domain.watts_per_count = kWattsPerMicrowatt;
  return domain;
}

// One that only pretends to exist (psys in a guest: opens, and reads 0 for ever) does not move.
void WaitForZeros(std::vector<PowercapZone>* zones) {
  const auto at_zero = [](const PowercapZone& zone) { return zone.energy_uj == std::uint64_t{0}; };
  GiveTimeToMove([&] {
    for (PowercapZone& zone : *zones) {
      if (at_zero(zone)) zone.energy_uj = ReadEnergyNow(zone).value_or(0);
    }
    return std::none_of(zones->begin(), zones->end(), at_zero);
  });
}

std::string NamesOf(const std::vector<PowercapZone>& zones) {
  std::string names;
  for (const PowercapZone& zone : zones) names += (names.empty() ? "" : ", ") + zone.name;
  return names;
}

std::string RemedyForNothing(bool tree_found, const std::string& virtualization) {
  if (virtualization == "container") {
    return "container engines mask the tree: add -v /sys/class/powercap:/sys/class/powercap:ro, or measure "
           "on the host";
  }
  if (!virtualization.empty()) return "a virtual machine is shown no energy counter: measure on the host";
  return tree_found
             ? "load the driver: modprobe intel_rapl_msr (needs root)"
             : "load the driver: modprobe intel_rapl_msr (needs root), or use a kernel with CONFIG_POWERCAP";
}

MeterFinding NothingThere(bool tree_found, const std::string& virtualization) {
  return {.name = "powercap",
          .state = MeterState::kNotPresent,
          .reason = tree_found ? "the powercap tree is there and empty: no driver offers a counter"
                               : "this kernel shows no powercap tree (sys/class/powercap)",
          .remedy = RemedyForNothing(tree_found, virtualization),
          .domains = {}};
}

std::string RemedyForPermission(const std::string& virtualization, const std::string& zone) {
  if (virtualization == "container")
    return "on the host, let a group read them (docs/privileges.md); start the container with --group-add of "
           "it";
  return "sudo usermod -aG jouleprint \"$USER\" and log in anew: the package's udev rule lets that group "
         "read them "
         "(without the package, install packaging/udev/60-jouleprint-powercap.rules as docs/privileges.md "
         "says); "
         "or let perf read the same: sudo setcap cap_perfmon+ep \"$(command -v jouleprint)\"; or, for each "
         "of "
         "them and until the next boot: sudo chgrp \"$(id -gn)\" " +
         zone + "/energy_uj && sudo chmod g+r " + zone + "/energy_uj";
}

MeterFinding NotPermitted(const std::vector<PowercapZone>& zones, const std::string& virtualization) {
  return {.name = "powercap",
          .state = MeterState::kNotPermitted,
          .reason = "found " + NamesOf(zones) + "; " + zones.front().path +
                    "/energy_uj and its like may be read by " + "root only",
          .remedy = RemedyForPermission(virtualization, zones.front().path),
          .domains = {}};
}

MeterFinding Unreadable(const std::vector<PowercapZone>& zones) {
  return {.name = "powercap",
          .state = MeterState::kRefused,
          .reason = "found " + NamesOf(zones) + " and cannot read them: " + zones.front().problem->message,
          .remedy = "masked by a container engine or a driver at fault: try outside the container, and dmesg",
          .domains = {}};
}

MeterFinding StuckAtZero(const std::vector<PowercapZone>& zones) {
  return {.name = "powercap",
          .state = MeterState::kRefused,
          .reason = NamesOf(zones) + " reads 0 and does not move: a counter that only pretends to be there",
          .remedy = "nothing to do here; a hypervisor or firmware shows it without filling it",
          .domains = {}};
}

struct Sorted {
  std::vector<PowercapZone> usable;
  std::vector<PowercapZone> not_permitted;
  std::vector<PowercapZone> unreadable;
  std::vector<PowercapZone> stuck;
};

Sorted SortByState(std::vector<PowercapZone> zones) {
  Sorted sorted;
  for (PowercapZone& zone : zones) {
    if (zone.problem) {
      const bool refused = zone.problem->code == ErrorCode::kNotPermitted;
      (refused ? sorted.not_permitted : sorted.unreadable).push_back(std::move(zone));
    } else if (zone.energy_uj == std::uint64_t{0}) {
      sorted.stuck.push_back(std::move(zone));
    } else {
      sorted.usable.push_back(std::move(zone));
    }
  }
  return sorted;
}

}  // namespace

Discovery DiscoverPowercap(const Machine& machine) {
  Discovery discovery;
  bool tree_found = false;
  std::vector<PowercapZone> zones = FindPowercapZones(machine.sysroot, &tree_found);
  if (zones.empty()) {
    discovery.findings.push_back(NothingThere(tree_found, machine.cpu.virtualization));
    return discovery;
  }
  WaitForZeros(&zones);
  const Sorted sorted = SortByState(std::move(zones));
  PlacedZones placed = PlaceZones(sorted.usable, machine.cpu.vendor);
  discovery.dropped = std::move(placed.dropped);
  if (!placed.placed.empty()) {
    MeterFinding finding{
        .name = "powercap", .state = MeterState::kUsable, .reason = {}, .remedy = {}, .domains = {}};
    std::vector<AttributeDomain> domains;
    for (const PlacedZone& zone : placed.placed) {
      finding.domains.push_back(zone.domain);
      domains.push_back(zone.zone.power_only ? GaugeOf(zone) : DomainOf(zone));
    }
    finding.reason = placed.placed.front().zone.power_only
                         ? "power of the processor, as the platform's firmware reports it"
                         : "energy counters of the processor, counted by the hardware";
    discovery.findings.push_back(std::move(finding));
    discovery.meters.push_back(
        std::make_unique<AttributeMeter>("powercap", kRaplPeriod, machine.sysroot, std::move(domains)));
  }
  if (!sorted.not_permitted.empty())
    discovery.findings.push_back(NotPermitted(sorted.not_permitted, machine.cpu.virtualization));
  if (!sorted.unreadable.empty()) discovery.findings.push_back(Unreadable(sorted.unreadable));
  if (!sorted.stuck.empty()) discovery.findings.push_back(StuckAtZero(sorted.stuck));
  return discovery;
}

}  // namespace jouleprint::meters
