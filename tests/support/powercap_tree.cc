#include "support/powercap_tree.h"

#include <stdlib.h>

#include <fstream>

namespace jouleprint::testing {
namespace {

namespace fs = std::filesystem;

std::string ControlType(const std::string& id) { return id.substr(0, id.find(':')); }

}  // namespace

PowercapTree::PowercapTree() {
  std::string pattern = (fs::temp_directory_path() / "jouleprint_powercap_XXXXXX").string();
  root_ = mkdtemp(pattern.data());
}

PowercapTree::~PowercapTree() { fs::remove_all(root_); }

fs::path PowercapTree::FolderOf(const std::string& id) const {
  fs::path folder = root_ / "sys/devices/virtual/powercap" / ControlType(id);
  // "intel-rapl:0:1" lies in "intel-rapl:0".
  for (std::size_t colon = id.find(':', id.find(':') + 1); colon != std::string::npos;
       colon = id.find(':', colon + 1)) {
    folder /= id.substr(0, colon);
  }
  return folder / id;
}

std::string PowercapTree::EnergyPath(const std::string& id) const { return FolderOf(id) / "energy_uj"; }

PowercapTree& PowercapTree::Add(const ZoneFiles& zone) {
  const fs::path folder = FolderOf(zone.id);
  const fs::path classes = root_ / "sys/class/powercap";
  fs::create_directories(folder);
  fs::create_directories(classes);
  fs::create_symlink("../../" + folder.lexically_relative(root_ / "sys").string(), classes / zone.id);
  const std::string type = ControlType(zone.id);
  if (!fs::exists(classes / type))
    fs::create_symlink("../../devices/virtual/powercap/" + type, classes / type);
  std::ofstream(folder / "name") << zone.name << "\n";
  std::ofstream(folder / "max_energy_range_uj") << zone.max_range_uj << "\n";
  std::ofstream(folder / "energy_uj") << zone.energy_uj << "\n";
  if (zone.limit_uw > 0) std::ofstream(folder / "constraint_0_max_power_uw") << zone.limit_uw << "\n";
  return *this;
}

PowercapTree& PowercapTree::Write(const std::string& path, const std::string& content) {
  fs::create_directories((root_ / path).parent_path());
  std::ofstream(root_ / path) << content;
  return *this;
}

void PowercapTree::SetEnergy(const std::string& id, std::uint64_t energy_uj) {
  std::ofstream(EnergyPath(id)) << energy_uj << "\n";
}

void PowercapTree::ReplaceEnergy(const std::string& id, std::uint64_t energy_uj) {
  const std::string path = EnergyPath(id);
  std::ofstream(path + ".new") << energy_uj << "\n";
  fs::rename(path + ".new", path);
}

void PowercapTree::Remove(const std::string& id) {
  fs::remove_all(FolderOf(id));
  fs::remove(root_ / "sys/class/powercap" / id);
}

}  // namespace jouleprint::testing
