#include "meters/rapl/powercap_zone.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <map>
#include <string_view>

#include "os/clock.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr int kLooks = 5;
constexpr Seconds kBetweenLooks{0.002};

// "intel-rapl:0:1" is a zone; "intel-rapl" is a control type and "power" a kernel attribute group.
bool IsZoneName(std::string_view folder) {
  const std::size_t colon = folder.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         folder.find_first_not_of("0123456789:", colon) == std::string_view::npos;
}

bool IsControlType(std::string_view folder) {
  constexpr std::array<std::string_view, 4> kTypes{"intel-rapl", "intel-rapl-mmio", "arm-scmi", "dtpm"};
  return std::find(kTypes.begin(), kTypes.end(), folder) != kTypes.end();
}

// A SCMI zone has the name that the platform's firmware gives it; what is usual there says what it is.
ZoneKind KindOfScmi(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return name.find(word) != std::string::npos; });
  };
  if (has({"gpu"})) return ZoneKind::kUncore;
  if (has({"dram", "ddr", "mem"})) return ZoneKind::kDram;
  if (has({"soc", "package", "pkg"})) return ZoneKind::kPackage;
  return has({"cpu", "core", "cluster"}) ? ZoneKind::kCore : ZoneKind::kUnknown;
}

ZoneKind KindOf(std::string_view control_type, std::string_view name) {
  if (control_type == "arm-scmi") return KindOfScmi(std::string(name));
  // The kernel's energy model times the load: no measurement (dtpm_cpu.c, dtpm_devfreq.c).
  if (control_type == "dtpm") return ZoneKind::kUnknown;
  if (name.starts_with("package")) return ZoneKind::kPackage;
  if (name.starts_with("dram")) return ZoneKind::kDram;
  if (name.starts_with("core")) return ZoneKind::kCore;
  if (name.starts_with("uncore")) return ZoneKind::kUncore;
  if (name.starts_with("psys")) return ZoneKind::kPlatform;
  return ZoneKind::kUnknown;
}

std::optional<std::uint64_t> ReadNumber(const std::string& path) {
  const Result<std::string> text = os::ReadLine(path);
  std::uint64_t value = 0;
  if (!text.ok() || !os::ParseU64(*text, &value)) return std::nullopt;
  return value;
}

// The highest power that any constraint names: what firmware allows in a burst, or what is set.
std::optional<Watts> HighestConstraint(const std::string& folder) {
  std::optional<Watts> highest;
  for (const char* constraint : {"constraint_0_", "constraint_1_", "constraint_2_"}) {
    for (const char* field : {"max_power_uw", "power_limit_uw"}) {
      const auto microwatts = ReadNumber(folder + "/" + constraint + field);
      if (!microwatts || *microwatts == 0) continue;
      const Watts power{static_cast<double>(*microwatts) * 1e-6};
      if (!highest || power > *highest) highest = power;
    }
  }
  return highest;
}

Result<std::uint64_t> ReadCount(const std::string& path) {
  for (int look = 1;; ++look) {
    const Result<std::string> text = os::ReadLine(path);
    if (!text.ok()) return text.error();
    std::uint64_t value = 0;
    if (os::ParseU64(*text, &value)) return value;
    // A copy of a tree may be caught at the moment when a file is written anew.
    if (look == kLooks) {
      return Error{ErrorCode::kCorrupt, path + " holds '" + *text + "', which is no count", {}};
    }
    os::Sleep(kBetweenLooks);
  }
}

PowercapZone Describe(const std::string& id, const std::string& path) {
  PowercapZone zone;
  zone.id = id;
  zone.path = path;
  zone.control_type = id.substr(0, id.find(':'));
  const std::size_t last_colon = id.rfind(':');
  if (last_colon != id.find(':')) zone.parent_id = id.substr(0, last_colon);
  zone.name = os::ReadLine(path + "/name").value_or("");
  zone.kind = KindOf(zone.control_type, zone.name);
  zone.max_range_uj = ReadNumber(path + "/max_energy_range_uj").value_or(0);
  zone.limit = HighestConstraint(path);
  zone.power_only = !os::Exists(path + "/energy_uj") && os::Exists(path + "/power_uw");
  const Result<std::uint64_t> value =
      zone.power_only ? ReadCount(path + "/power_uw") : ReadCount(path + "/energy_uj");
  if (!value.ok()) {
    zone.problem = value.error();
  } else if (!zone.power_only) {
    zone.energy_uj = *value;
  }
  return zone;
}

// The class folder is flat (links to every zone); the device folder, and some copies of it, nest.
void Collect(const std::string& folder, int depth, std::map<std::string, std::string>* found) {
  const auto names = os::ListDirectory(folder);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const std::string path = folder + "/" + name;
    if (IsZoneName(name) && os::Exists(path + "/name")) found->try_emplace(name, path);
    // A control type's link leads into the nested tree; two levels of zones below it is all there is.
    if (depth > 0 && (IsZoneName(name) || IsControlType(name))) Collect(path, depth - 1, found);
  }
}

}  // namespace

std::vector<PowercapZone> FindPowercapZones(const os::Sysroot& sysroot, bool* tree_found) {
  std::map<std::string, std::string> found;
  *tree_found = false;
  for (const char* root : {"sys/class/powercap", "sys/devices/virtual/powercap"}) {
    const std::string folder = sysroot.Path(root);
    if (!os::IsDirectory(folder)) continue;
    *tree_found = true;
    constexpr int kDepth = 3;
    Collect(folder, kDepth, &found);
    if (!found.empty()) break;
  }
  std::vector<PowercapZone> zones;
  zones.reserve(found.size());
  for (const auto& [id, path] : found) {
    zones.push_back(Describe(id, path));
    const auto parent = found.find(zones.back().parent_id);
    if (parent != found.end()) zones.back().parent_name = os::ReadLine(parent->second + "/name").value_or("");
  }
  return zones;
}

Result<std::uint64_t> ReadEnergyNow(const PowercapZone& zone) { return ReadCount(zone.path + "/energy_uj"); }

}  // namespace jouleprint::meters
