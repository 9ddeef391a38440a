// Any proc/stat, any clock and any processor's name: what is made of them lies between idle and full power.
// The contents are parted by a byte of 0: proc/stat, the same later, scaling_cur_freq, cpuinfo_max_freq, the
// name.
#include "meters/model/cpu_activity.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "meters/model/cpu_power_model.h"

namespace {

using namespace jouleprint;

// One folder for all inputs; it goes away with the fuzzer.
class Machine {
 public:
  Machine() {
    std::string pattern = (std::filesystem::temp_directory_path() / "jouleprint_fuzz_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(root_ / "proc");
    std::filesystem::create_directories(root_ / "sys/devices/system/cpu/cpu0/cpufreq");
  }
  ~Machine() { std::filesystem::remove_all(root_); }
  void Write(const char* path, std::string_view content) const { std::ofstream(root_ / path) << content; }
  os::Sysroot sysroot() const { return os::Sysroot(root_.string()); }

 private:
  std::filesystem::path root_;
};

std::string_view Take(std::string_view* rest) {
  std::string_view part = rest->substr(0, rest->find('\0'));
  rest->remove_prefix(std::min(part.size() + 1, rest->size()));
  return part;
}

bool IsShare(double value) { return value >= 0 && value <= 1; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Machine machine;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  machine.Write("proc/stat", Take(&rest));
  const std::string_view later = Take(&rest);
  machine.Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", Take(&rest));
  machine.Write("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", Take(&rest));
  meters::CpuIdentity cpu;
  cpu.model_name = Take(&rest);
  cpu.vendor = "GenuineIntel";
  cpu.cores = 2;
  cpu.logical_cpus = 4;
  cpu.core_of_cpu = {0, 1, 0, 1};
  meters::CpuActivityReader reader(machine.sysroot(), cpu);
  reader.Start();
  machine.Write("proc/stat", later);
  meters::CpuActivity activity;
  if (!reader.Read(&activity)) return 0;
  if (!IsShare(activity.load) || !IsShare(activity.capacity) || !IsShare(activity.clock)) std::abort();
  const meters::PowerPoints known{Watts{50}, Watts{200}};
  for (const meters::CpuPowerModel& model : {meters::ModelCpu(cpu), meters::ModelCpu(cpu, known)}) {
    const Watts power = model.At(activity);
    if (!(power >= model.idle) || !(power <= model.max)) std::abort();
  }
  return 0;
}
