// Machines as files: what proc/ and sys/ say on a few kinds, written below a folder of the test's own.
#ifndef JOULEPRINT_METERS_MODEL_MODEL_MACHINES_H_
#define JOULEPRINT_METERS_MODEL_MODEL_MACHINES_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "os/sysroot.h"

namespace jouleprint::meters {

/// A sysroot that goes away with the test.
class MachineFiles {
 public:
  MachineFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "jouleprint_machine_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  MachineFiles(const MachineFiles&) = delete;
  MachineFiles& operator=(const MachineFiles&) = delete;
  ~MachineFiles() { std::filesystem::remove_all(root_); }

  MachineFiles& Add(const std::string& path, const std::string& content) {
    std::filesystem::path full = root_ / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << content;
    return *this;
  }
  void Remove(const std::string& path) { std::filesystem::remove_all(root_ / path); }
  os::Sysroot sysroot() const { return os::Sysroot(root_.string()); }

 private:
  std::filesystem::path root_;
};

/// One logical CPU's block of an x86 proc/cpuinfo, cut to the fields that matter.
inline std::string X86Cpu(int index, const std::string& vendor, const std::string& model_name, int socket,
                          int core, const std::string& flags = "fpu vme sse2 ht") {
  return "processor\t: " + std::to_string(index) + "\nvendor_id\t: " + vendor +
         "\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: " + model_name +
         "\ncpu MHz\t\t: 2000.000\nphysical id\t: " + std::to_string(socket) +
         "\ncore id\t\t: " + std::to_string(core) + "\nflags\t\t: " + flags + "\n\n";
}

/// And of an arm64 one, which has no model name.
inline std::string ArmCpu(int index, const std::string& implementer, const std::string& part) {
  return "processor\t: " + std::to_string(index) +
         "\nBogoMIPS\t: 2000.00\nFeatures\t: fp asimd sve\nCPU implementer\t: " + implementer +
         "\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: " + part + "\nCPU revision\t: 0\n\n";
}

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MODEL_MODEL_MACHINES_H_
