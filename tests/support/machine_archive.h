// A whole machine as one readable text file: unpacked into a folder that --sysroot can name.
//
//   # what it is
//   expect counted package-0 dram-0       what the catalog must say of it; see tests/meters/machines_test.cc
//   env JP_FAKE_NVML_GPUS=8               while the machine is there
//   == sys/class/powercap/intel-rapl:0/name
//   package-0
//   == sys/class/hwmon/hwmon0/device -> ../../0000:03:00.0
//   == sys/class/drm/card0/device/gpu_metrics hex
//   10 00 01 00
//
// Lines below "== PATH" up to the next "== " are the file's content. A sparse register file:
// "== dev/cpu/0/msr at 0x606" puts eight little-endian bytes of the hexadecimal number below there.
#ifndef JOULEPRINT_TESTS_SUPPORT_MACHINE_ARCHIVE_H_
#define JOULEPRINT_TESTS_SUPPORT_MACHINE_ARCHIVE_H_

#include <string>
#include <vector>

#include "os/sysroot.h"
#include "support/temporary_folder.h"

namespace jouleprint::testing {

class MachineArchive {
 public:
  /// Unpacks tests/machines/NAME.txt. Throws std::runtime_error, with file and line, on a line that it cannot
  /// take.
  explicit MachineArchive(const std::string& name);
  ~MachineArchive();

  os::Sysroot sysroot() const { return os::Sysroot(folder_.path()); }
  /// The words of each "expect" line.
  const std::vector<std::vector<std::string>>& expectations() const { return expectations_; }

  /// Names of all archives.
  static std::vector<std::string> All();

 private:
  TemporaryFolder folder_;
  std::vector<std::vector<std::string>> expectations_;
  std::vector<std::string> variables_;
};

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_MACHINE_ARCHIVE_H_
