// The format of lists: the kernel's Documentation/core-api/printk-formats.rst, %*pbl; the topology's files:
// Documentation/admin-guide/cputopology.rst. Tested by tests/meters/rapl/perf_power_test.cc.
#include "meters/rapl/cpu_place.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

// No kernel is built for more (CONFIG_NR_CPUS of x86 and Arm ends at 8192).
constexpr std::uint64_t kMostCpus = 8192;

std::optional<int> ParseCpu(std::string_view text) {
  std::uint64_t cpu = 0;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits || !os::ParseU64(text, &cpu) || cpu >= kMostCpus) return std::nullopt;
  return static_cast<int>(cpu);
}

int NumberIn(const os::Sysroot& sysroot, int cpu, std::string_view file) {
  const std::string path =
      sysroot.Path("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/" + std::string(file));
  std::int64_t number = 0;
  // -1 is the kernel's "not known"; a machine that does not tell has one of it.
  const bool known = os::ParseI64(os::ReadLine(path).value_or(""), &number);
  return known && number >= 0 && number < static_cast<std::int64_t>(kMostCpus) ? static_cast<int>(number) : 0;
}

}  // namespace

std::optional<std::vector<int>> ParseCpuList(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  std::vector<int> cpus;
  while (true) {
    const std::string_view part = text.substr(0, text.find(','));
    const std::size_t dash = part.find('-');
    const std::optional<int> first = ParseCpu(part.substr(0, dash));
    const std::optional<int> last = dash == std::string_view::npos ? first : ParseCpu(part.substr(dash + 1));
    if (!first || !last || *last < *first || cpus.size() > kMostCpus) return std::nullopt;
    for (int cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
    if (part.size() == text.size()) break;
    text.remove_prefix(part.size() + 1);
  }
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  return cpus;
}

std::vector<CpuPlace> OneCpuPerPackage(const os::Sysroot& sysroot, const std::vector<int>& cpus,
                                       bool dies_count_apart) {
  std::map<std::pair<int, int>, int> first_of;
  std::map<int, int> dies_of;
  for (const int cpu : cpus) {
    const int socket = NumberIn(sysroot, cpu, "physical_package_id");
    const int die = dies_count_apart ? NumberIn(sysroot, cpu, "die_id") : 0;
    if (first_of.try_emplace({socket, die}, cpu).second) ++dies_of[socket];
  }
  std::vector<CpuPlace> places;
  for (const auto& [place, cpu] : first_of) {
    const auto [socket, die] = place;
    places.push_back({cpu, socket, dies_of[socket] > 1 ? die : Scope::kAll});
  }
  return places;
}

}  // namespace jouleprint::meters
