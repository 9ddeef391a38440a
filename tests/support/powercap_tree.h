// A powercap tree as plain files below a folder of the test's own, laid out as the kernel does: zones nest in
// sys/devices/virtual/powercap, and sys/class/powercap has a link to each. Nothing moves by itself.
//
//   PowercapTree tree;
//   tree.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 5'000'000});
//   Discovery found = DiscoverPowercap({.sysroot = tree.sysroot()});
//   tree.SetEnergy("intel-rapl:0", 6'000'000);
#ifndef JOULEPRINT_TESTS_SUPPORT_POWERCAP_TREE_H_
#define JOULEPRINT_TESTS_SUPPORT_POWERCAP_TREE_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "os/sysroot.h"

namespace jouleprint::testing {

struct ZoneFiles {
  std::string id;    ///< "intel-rapl:0:1" lies in "intel-rapl:0", which must be there
  std::string name;  ///< "package-0"
  std::uint64_t energy_uj = 1'000'000;
  std::uint64_t max_range_uj = 262'143'328'850;
  std::uint64_t limit_uw = 0;  ///< 0: no such file
};

class PowercapTree {
 public:
  PowercapTree();
  PowercapTree(const PowercapTree&) = delete;
  PowercapTree& operator=(const PowercapTree&) = delete;
  ~PowercapTree();

  PowercapTree& Add(const ZoneFiles& zone);
  /// Any file below the root; its folders are made.
  PowercapTree& Write(const std::string& path, const std::string& content);
  /// In place, as a driver does: whoever has the file open sees it.
  void SetEnergy(const std::string& id, std::uint64_t energy_uj);
  /// By a new file renamed into its place: whoever has the old one open does not see it.
  void ReplaceEnergy(const std::string& id, std::uint64_t energy_uj);
  void Remove(const std::string& id);
  /// Of the file energy_uj.
  std::string EnergyPath(const std::string& id) const;
  os::Sysroot sysroot() const { return os::Sysroot(root_.string()); }

 private:
  std::filesystem::path FolderOf(const std::string& id) const;

  std::filesystem::path root_;
};

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_POWERCAP_TREE_H_
