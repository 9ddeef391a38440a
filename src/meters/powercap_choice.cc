#include "meters/powercap_choice.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace jouleprint::meters {
namespace {

std::string SourceOf(const PowercapZone& zone) { return "powercap " + zone.id; }

// "package-1-die-0" -> "package-1"; "package-1" -> "package-1".
std::string SocketOf(const PowercapZone& zone) { return zone.name.substr(0, zone.name.find("-die-")); }
bool IsDie(const PowercapZone& zone) { return zone.name.find("-die-") != std::string::npos; }

// On Zen 1 and 2, kernels without rapl_msrs_are_pkg_scope show one zone per die of one socket
// counter; on Cascade Lake-AP the same names are separate dies (comment in intel_rapl_common.c). The
// vendor decides. Where it is not known, two counters that agree to a tenth of a percent are one.
bool Mirrors(const PowercapZone& a, const PowercapZone& b, const std::string& vendor) {
  if (!IsDie(a) || !IsDie(b) || SocketOf(a) != SocketOf(b)) return false;
  if (vendor == "AuthenticAMD" || vendor == "HygonGenuine") return true;
  if (vendor == "GenuineIntel" || !a.energy_uj || !b.energy_uj) return false;
  const double first = static_cast<double>(*a.energy_uj);
  const double second = static_cast<double>(*b.energy_uj);
  return std::abs(first - second) <= 1e-3 * std::max(first, second);
}

bool IsMmio(const PowercapZone& zone) { return zone.control_type == "intel-rapl-mmio"; }

class Chooser {
 public:
  Chooser(const std::vector<PowercapZone>& zones, const std::string& vendor, PowercapScope scope)
      : zones_(zones), vendor_(vendor), scope_(scope) {
    // What the MSR driver shows is preferred to its MMIO twin.
    std::stable_partition(zones_.begin(), zones_.end(),
                          [](const PowercapZone& zone) { return !IsMmio(zone); });
  }

  ZoneChoice Choose() {
    const bool platform = scope_ == PowercapScope::kPlatform && Has(ZoneKind::kPlatform);
    ChoosePackages(platform);
    for (const PowercapZone& zone : zones_) {
      if (zone.kind == ZoneKind::kPlatform) ChoosePlatform(zone, platform);
      if (zone.kind == ZoneKind::kDram) ChooseMemory(zone, platform);
      if (zone.kind == ZoneKind::kCore || zone.kind == ZoneKind::kUncore) {
        Drop(zone, "it is a part of the processor package and is counted there");
      }
      if (zone.kind == ZoneKind::kUnknown) Drop(zone, "what '" + zone.name + "' measures is not known");
    }
    std::sort(choice_.chosen.begin(), choice_.chosen.end(),
              [](const ChosenZone& a, const ChosenZone& b) { return Rank(a) < Rank(b); });
    return std::move(choice_);
  }

 private:
  // Packages first, then memory, then the rest; by name within each.
  static std::pair<int, std::string> Rank(const ChosenZone& chosen) {
    return {static_cast<int>(chosen.zone.kind), chosen.domain};
  }

  bool Has(ZoneKind kind) const {
    return std::any_of(zones_.begin(), zones_.end(), [&](const PowercapZone& z) { return z.kind == kind; });
  }

  void ChoosePackages(bool platform) {
    std::vector<PowercapZone> packages;
    std::copy_if(zones_.begin(), zones_.end(), std::back_inserter(packages),
                 [](const PowercapZone& zone) { return zone.kind == ZoneKind::kPackage; });
    for (const PowercapZone& zone : packages) {
      if (platform) {
        Drop(zone, "the platform zone contains it");
      } else if (const ChosenZone* twin = Twin(zone)) {
        Drop(zone,
             "it measures " + twin->domain + " a second time (" + SourceOf(twin->zone) + " is counted)");
      } else {
        Take(zone, zone.name);
      }
    }
  }

  const ChosenZone* Twin(const PowercapZone& zone) const {
    for (const ChosenZone& chosen : choice_.chosen) {
      const bool same_name = chosen.zone.name == zone.name && chosen.zone.control_type != zone.control_type;
      if (same_name || Mirrors(chosen.zone, zone, vendor_)) return &chosen;
    }
    return nullptr;
  }

  void ChoosePlatform(const PowercapZone& zone, bool platform) {
    if (platform) {
      Take(zone, zone.name);
    } else if (Has(ZoneKind::kPackage)) {
      Drop(zone,
           "it contains the processor package, which is counted; --boundary platform counts it instead");
    } else {
      Take(zone, zone.name);
    }
  }

  // On servers and clients alike the memory's counter is outside the package's.
  void ChooseMemory(const PowercapZone& zone, bool platform) {
    if (platform) return Drop(zone, "the platform zone contains it");
    const auto parent = std::find_if(zones_.begin(), zones_.end(),
                                     [&](const PowercapZone& z) { return z.id == zone.parent_id; });
    if (parent != zones_.end() && IsDie(*parent) && !IsTaken(*parent)) {
      return Drop(zone, "its package " + parent->name + " mirrors another that is counted");
    }
    const std::string name = MemoryName(zone.parent_name);
    if (IsMmio(zone) && names_.contains(name)) {
      return Drop(zone, "it measures memory that is counted through the MSR driver");
    }
    Take(zone, name);
  }

  bool IsTaken(const PowercapZone& zone) const {
    return std::any_of(choice_.chosen.begin(), choice_.chosen.end(),
                       [&](const ChosenZone& c) { return c.zone.id == zone.id; });
  }

  // The memory of "package-1" is "dram-1"; two zones called "dram" are two sockets' memory.
  static std::string MemoryName(const std::string& parent_name) {
    constexpr std::string_view kPackage = "package";
    if (!parent_name.starts_with(kPackage)) return "dram";
    return "dram" + parent_name.substr(kPackage.size());
  }

  void Take(const PowercapZone& zone, std::string domain) {
    if (!names_.insert(domain).second) {
      domain += " (" + zone.id + ")";
      names_.insert(domain);
    }
    choice_.chosen.push_back({zone, std::move(domain)});
  }

  void Drop(const PowercapZone& zone, std::string reason) {
    choice_.dropped.push_back({zone.name, SourceOf(zone), std::move(reason)});
  }

  std::vector<PowercapZone> zones_;
  const std::string& vendor_;
  PowercapScope scope_;
  std::set<std::string> names_;
  ZoneChoice choice_;
};

}  // namespace

ZoneChoice ChooseZones(const std::vector<PowercapZone>& zones, const std::string& cpu_vendor,
                       PowercapScope scope) {
  return Chooser(zones, cpu_vendor, scope).Choose();
}

}  // namespace jouleprint::meters
