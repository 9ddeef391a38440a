// Any content of a zone's files: it is a zone with a count or with a problem, never neither or both. The
// files' contents are parted by a byte of 0: name, energy_uj, max_energy_range_uj, a constraint.
#include "meters/rapl/powercap_zone.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

using namespace jouleprint;

// One folder for all inputs; it goes away with the fuzzer.
class Zone {
 public:
  Zone() {
    std::string pattern = (std::filesystem::temp_directory_path() / "jouleprint_fuzz_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder());
  }
  ~Zone() { std::filesystem::remove_all(root_); }
  std::filesystem::path folder() const { return root_ / "sys/class/powercap/intel-rapl:0"; }
  os::Sysroot sysroot() const { return os::Sysroot(root_.string()); }

 private:
  std::filesystem::path root_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Zone zone;
  constexpr std::array<const char*, 4> kFiles{"name", "energy_uj", "max_energy_range_uj",
                                              "constraint_0_max_power_uw"};
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* file : kFiles) {
    const std::string_view content = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(content.size() + 1, rest.size()));
    std::ofstream(zone.folder() / file) << content;
  }
  bool tree_found = false;
  const auto zones = meters::FindPowercapZones(zone.sysroot(), &tree_found);
  if (!tree_found || zones.size() != 1) std::abort();
  if (zones[0].energy_uj.has_value() == zones[0].problem.has_value()) std::abort();
  if (zones[0].problem && zones[0].problem->message.empty()) std::abort();
  if (zones[0].limit && *zones[0].limit <= Watts{0}) std::abort();
  return 0;
}
