#include "meters/rapl/powercap_choice.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "meters/rapl/rapl.h"

namespace jouleprint::meters {
namespace {

std::string SourceOf(const PowercapZone& zone) { return "powercap " + zone.id; }

// 1 of "package-1-die-0" after "package-", 0 after "-die-"; Scope::kAll where there is no number.
int NumberAfter(std::string_view name, std::string_view prefix) {
  const std::size_t at = name.find(prefix);
  if (at == std::string_view::npos) return Scope::kAll;
  int number = Scope::kAll;
  std::from_chars(name.data() + at + prefix.size(), name.data() + name.size(), number);
  return number;
}

int SocketOf(std::string_view package) { return NumberAfter(package, "package-"); }
int DieOf(std::string_view package) { return NumberAfter(package, "-die-"); }
bool IsDie(const PowercapZone& zone) { return DieOf(zone.name) != Scope::kAll; }

// On Zen 1 and 2, kernels without rapl_msrs_are_pkg_scope show one zone per die of one socket
// counter; on Cascade Lake-AP the same names are separate dies (comment in intel_rapl_common.c). The
// vendor decides. Where it is not known, two counters that agree to a tenth of a percent are one.
bool Mirrors(const PowercapZone& a, const PowercapZone& b, const std::string& vendor) {
  if (!IsDie(a) || !IsDie(b) || SocketOf(a.name) != SocketOf(b.name)) return false;
  if (DiesShareOneCounter(vendor)) return true;
  if (vendor == "GenuineIntel" || !a.energy_uj || !b.energy_uj) return false;
  const double first = static_cast<double>(*a.energy_uj);
  const double second = static_cast<double>(*b.energy_uj);
  return std::abs(first - second) <= 1e-3 * std::max(first, second);
}

// 1 of "soc1"; Scope::kAll where no number ends the name.
int NumberAtEnd(const std::string& name) {
  const std::size_t last_other = name.find_last_not_of("0123456789");
  return NumberAfter(name, std::string_view(name).substr(0, last_other + 1));
}

bool IsScmi(const PowercapZone& zone) { return zone.control_type == "arm-scmi"; }
bool IsMmio(const PowercapZone& zone) { return zone.control_type == "intel-rapl-mmio"; }

Level LevelOf(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::kPackage:
      return Level::kPackage;
    case ZoneKind::kDram:
      return Level::kMemory;
    case ZoneKind::kCore:
      return Level::kCores;
    case ZoneKind::kUncore:
      return Level::kUncore;
    case ZoneKind::kPlatform:
      return Level::kPlatform;
    case ZoneKind::kUnknown:
      return Level::kRail;
  }
  return Level::kRail;
}

class Placer {
 public:
  Placer(std::vector<PowercapZone> zones, const std::string& vendor)
      : zones_(std::move(zones)), vendor_(vendor) {
    // What the MSR driver shows comes before its MMIO twin, so that the twin is the one left out.
    std::stable_partition(zones_.begin(), zones_.end(),
                          [](const PowercapZone& zone) { return !IsMmio(zone); });
  }

  PlacedZones Place() {
    for (const PowercapZone& zone : zones_) {
      if (zone.kind == ZoneKind::kPackage && !IsScmi(zone)) PlacePackage(zone);
    }
    for (const PowercapZone& zone : zones_) {
      if (zone.kind == ZoneKind::kUnknown) {
        DropUnknown(zone);
      } else if (IsScmi(zone)) {
        PlaceScmi(zone);
      } else if (zone.kind == ZoneKind::kPlatform) {
        PlacePlatform(zone);
      } else if (zone.kind != ZoneKind::kPackage) {
        PlacePart(zone);
      }
    }
    std::stable_sort(result_.placed.begin(), result_.placed.end(),
                     [](const PlacedZone& a, const PlacedZone& b) { return Rank(a) < Rank(b); });
    return std::move(result_);
  }

 private:
  static std::pair<int, std::string> Rank(const PlacedZone& placed) {
    return {static_cast<int>(placed.zone.kind), placed.domain};
  }

  void PlacePackage(const PowercapZone& zone) {
    for (const PlacedZone& other : result_.placed) {
      if (!Mirrors(other.zone, zone, vendor_)) continue;
      mirrored_.insert(zone.id);
      return Drop(zone,
                  "it measures " + other.domain + " a second time (" + SourceOf(other.zone) + " is counted)");
    }
    Take(zone, zone.name,
         Scope{.level = Level::kPackage, .socket = SocketOf(zone.name), .die = DieMeasuredBy(zone.name)});
  }

  // Where the dies share a counter, any die's is the whole package's.
  int DieMeasuredBy(std::string_view package) const {
    return DiesShareOneCounter(vendor_) ? Scope::kAll : DieOf(package);
  }

  // "psys"; that of a second package is "psys-1" (intel_rapl_common.c).
  void PlacePlatform(const PowercapZone& zone) {
    Take(zone, zone.name, Scope{.level = Level::kPlatform, .socket = NumberAfter(zone.name, "psys-")});
  }

  // Firmware's tree: what lies below a zone is a part of it (arm_scmi_powercap.c).
  void PlaceScmi(const PowercapZone& zone) {
    for (const PlacedZone& other : result_.placed) {
      if (!zone.id.starts_with(other.zone.id + ":")) continue;
      return Drop(zone, "it is a part of " + other.domain + " and is counted there");
    }
    Scope scope{.level = LevelOf(zone.kind)};
    if (zone.kind == ZoneKind::kPackage) {
      scope.socket = NumberAtEnd(zone.name);
    } else {
      scope.device = zone.name;
    }
    Take(zone, zone.name, scope);
  }

  // Memory, cores, graphics: of the package that they hang below.
  void PlacePart(const PowercapZone& zone) {
    if (mirrored_.contains(zone.parent_id)) {
      return Drop(zone, "its package " + zone.parent_name + " mirrors another that is counted");
    }
    Scope scope{.level = LevelOf(zone.kind),
                .socket = SocketOf(zone.parent_name),
                .die = DieMeasuredBy(zone.parent_name)};
    // On AMD the zone "core" is one core, the lead CPU's (likwid#402): never all of them.
    if (zone.kind == ZoneKind::kCore && DiesShareOneCounter(vendor_)) scope.device = "lead core";
    Take(zone, zone.name + SuffixOf(zone.parent_name), scope);
  }

  // The memory of "package-1" is "dram-1".
  static std::string SuffixOf(const std::string& parent_name) {
    constexpr std::string_view kPackage = "package";
    return parent_name.starts_with(kPackage) ? parent_name.substr(kPackage.size()) : std::string();
  }

  void Take(const PowercapZone& zone, std::string domain, Scope scope) {
    const bool is_twin =
        std::any_of(result_.placed.begin(), result_.placed.end(), [&](const PlacedZone& other) {
          return other.zone.control_type != zone.control_type && other.scope == scope;
        });
    // Two zones of one name and one driver are two things; two of two drivers are the same twice.
    if (!names_.insert(domain).second) {
      domain += " (" + zone.id + ")";
      if (!is_twin && scope.socket == Scope::kAll) scope.device = zone.id;
    }
    result_.placed.push_back({zone, std::move(domain), std::move(scope)});
  }

  void DropUnknown(const PowercapZone& zone) {
    Drop(zone, zone.control_type == "dtpm" ? "it is the kernel's model of the power, not a measurement"
                                           : "what '" + zone.name + "' measures is not known");
  }

  void Drop(const PowercapZone& zone, std::string reason) {
    result_.dropped.push_back({zone.name, SourceOf(zone), std::move(reason)});
  }

  std::vector<PowercapZone> zones_;
  const std::string& vendor_;
  std::set<std::string> names_;
  std::set<std::string> mirrored_;
  PlacedZones result_;
};

}  // namespace

PlacedZones PlaceZones(const std::vector<PowercapZone>& zones, const std::string& cpu_vendor) {
  return Placer(zones, cpu_vendor).Place();
}

}  // namespace jouleprint::meters
