// Any content of a chip's files, for every interface that reads chips: each domain has a name, a source and
// an error, and each that is dropped has a reason. The files' contents are parted by a byte of 0.
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "meters/sysfs/acpi_power.h"
#include "meters/sysfs/hwmon_power.h"
#include "meters/sysfs/intel_gpu.h"
#include "meters/sysfs/jetson.h"

namespace {

using namespace jouleprint;

// One folder for all inputs; it goes away with the fuzzer.
class Chip {
 public:
  Chip() {
    std::string pattern = (std::filesystem::temp_directory_path() / "jouleprint_fuzz_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder());
  }
  ~Chip() { std::filesystem::remove_all(root_); }
  std::filesystem::path folder() const { return root_ / "sys/class/hwmon/hwmon0"; }
  os::Sysroot sysroot() const { return os::Sysroot(root_.string()); }

 private:
  std::filesystem::path root_;
};

void Check(const meters::Discovery& found) {
  for (const DroppedDomain& dropped : found.dropped) {
    if (dropped.name.empty() || dropped.reason.empty()) std::abort();
  }
  const os::SystemClock clock;
  for (const auto& meter : found.meters) {
    std::vector<meters::Reading> readings(meter->domains().size());
    meter->Read(clock, readings);
    for (const meters::DomainInfo& domain : meter->domains()) {
      const bool counter = domain.kind == meters::ReadingKind::kCounter;
      if (domain.name.empty() || domain.source.empty() || !(domain.error.relative > 0)) std::abort();
      if (counter != (domain.joules_per_count > 0)) std::abort();
      if (!(domain.error.update_period > Seconds{0})) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Chip chip;
  constexpr std::array<const char*, 14> kFiles{
      "name",         "power1_average", "power1_oem_info", "power1_accuracy", "power1_average_interval",
      "power1_input", "power1_label",   "energy1_input",   "energy1_label",   "in1_input",
      "in1_label",    "curr1_input",    "curr1_label",     "update_interval"};
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* file : kFiles) {
    const std::string_view content = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(content.size() + 1, rest.size()));
    std::ofstream(chip.folder() / file) << content;
  }
  const meters::Machine machine{.sysroot = chip.sysroot()};
  Check(meters::DiscoverAcpiPower(machine));
  Check(meters::DiscoverHwmonPower(machine));
  Check(meters::DiscoverIntelGpu(machine));
  Check(meters::DiscoverJetson(machine));
  return 0;
}
