// Any files of a machine below a folder of the test's own, and hwmon chips laid out as the kernel does: a
// folder below the device's own, links from sys/class/hwmon and back to the device.
//
//   MachineTree tree;
//   const std::string chip = tree.AddChip("amdgpu", "sys/devices/pci0000:00/0000:03:00.0",
//                                         {{"power1_average", "35000000"}});
//   Discovery found = DiscoverAmdGpu({.sysroot = tree.sysroot()});
//   tree.Write(chip + "/power1_average", "70000000\n");
#ifndef JOULEPRINT_TESTS_SUPPORT_MACHINE_TREE_H_
#define JOULEPRINT_TESTS_SUPPORT_MACHINE_TREE_H_

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "os/sysroot.h"
#include "support/temporary_folder.h"

namespace jouleprint::testing {

class MachineTree {
 public:
  /// Makes the file and its folders, or writes into it in place, as a driver does.
  MachineTree& Write(const std::string& path, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path(At(path)).parent_path());
    std::ofstream(At(path), std::ios::binary) << content;
    return *this;
  }
  /// A new file renamed into its place: whoever has the old one open does not see it.
  void Replace(const std::string& path, const std::string& content) {
    Write(path + ".new", content);
    std::filesystem::rename(At(path + ".new"), At(path));
  }
  void Remove(const std::string& path) { std::filesystem::remove_all(At(path)); }
  /// `path` leads to `target`, both below the root; relative, as sysfs has them.
  void Link(const std::string& path, const std::string& target) {
    const std::filesystem::path link = At(path);
    std::filesystem::create_directories(link.parent_path());
    std::filesystem::create_symlink(std::filesystem::path(At(target)).lexically_relative(link.parent_path()),
                                    link);
  }

  /// Where its files are. `device` is the folder of what it is a chip of.
  std::string AddChip(const std::string& name, const std::string& device,
                      const std::map<std::string, std::string>& files) {
    const std::string hwmon = "hwmon" + std::to_string(chips_++);
    const std::string folder = device + "/hwmon/" + hwmon;
    Write(folder + "/name", name + "\n");
    for (const auto& [file, content] : files) Write(folder + "/" + file, content + "\n");
    Link(folder + "/device", device);
    Link("sys/class/hwmon/" + hwmon, folder);
    return folder;
  }
  /// A device on the PCI bus; its folder. `pci_class` is "0x030000" for a display controller.
  std::string AddPciDevice(const std::string& address, const std::string& vendor, const std::string& device,
                           const std::string& pci_class = "0x030000") {
    std::string folder = "sys/devices/pci0000:00/" + address;
    Write(folder + "/vendor", vendor + "\n").Write(folder + "/device", device + "\n");
    Write(folder + "/class", pci_class + "\n");
    Link("sys/bus/pci/devices/" + address, folder);
    return folder;
  }

  std::string At(const std::string& path) const { return folder_ / path; }
  os::Sysroot sysroot() const { return os::Sysroot(folder_.path()); }

 private:
  TemporaryFolder folder_;
  int chips_ = 0;
};

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_MACHINE_TREE_H_
