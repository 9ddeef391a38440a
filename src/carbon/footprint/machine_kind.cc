#include "carbon/footprint/machine_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace jouleprint::carbon {
namespace {

// From here on a machine is built around its GPUs (HGX boards carry 4 or 8).
constexpr std::size_t kGpusOfGpuServer = 4;
// No desktop or laptop of one processor has as much; for names that say nothing.
constexpr int kCpusOfServer = 48;
constexpr double kGibibytesOfServer = 200;

constexpr std::array<std::string_view, 9> kServerParts{"EPYC",     "Xeon",  "Opteron", "Neoverse", "Ampere",
                                                       "ThunderX", "POWER", "A64FX",   "Grace"};
constexpr std::array<std::string_view, 7> kDesktopParts{"Xeon(R) W", "Xeon W", "Threadripper", "Core(TM)",
                                                        "Core i",    "Ryzen",  "FX(tm)"};

template <std::size_t n>
bool HoldsOne(std::string_view name, const std::array<std::string_view, n>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Letters behind a model's number that mean a part for laptops: Intel U, H, HK, HX, HQ, P, Y, M, and G1 to G7
// of the tenth and eleventh generation; AMD U, H, HS, HX. (Makers' pages on processor names and suffixes.)
bool IsMobileSuffix(std::string_view suffix) {
  if (suffix.size() == 2 && suffix[0] == 'G' && IsDigit(suffix[1])) return true;
  constexpr std::array<std::string_view, 13> kMobile{"U", "H", "HK", "HX", "HQ", "HS", "P",
                                                     "Y", "M", "V",  "QM", "MQ", "HF"};
  return std::find(kMobile.begin(), kMobile.end(), suffix) != kMobile.end();
}

// "i7-1165G7", "5800U", "155H": a word that ends in digits and such a suffix.
bool IsMobileModel(std::string_view word) {
  if (word.size() > 2 && word[word.size() - 2] == 'G' && IsMobileSuffix(word.substr(word.size() - 2))) {
    return IsDigit(word[word.size() - 3]);
  }
  const std::size_t last_digit = word.find_last_of("0123456789");
  return last_digit != std::string_view::npos && last_digit >= 2 &&
         IsMobileSuffix(word.substr(last_digit + 1));
}

// AMD's laptop parts of 2024 on wear it in front: "Ryzen AI 9 HX 370".
bool IsMobile(std::string_view name) {
  if (name.find("Ryzen AI") != std::string_view::npos) return true;
  name = name.substr(0, name.find('@'));
  while (!name.empty()) {
    const std::size_t end = std::min(name.find(' '), name.size());
    if (IsMobileModel(name.substr(0, end))) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

bool IsGuest(const HostInfo& host) {
  return !host.virtualization.empty() && host.virtualization != "container";
}

}  // namespace

MachineKind KindOf(const HostInfo& host) {
  if (IsGuest(host)) return MachineKind::kGuest;
  const bool desktop_part = HoldsOne(host.cpu, kDesktopParts);
  if (!desktop_part && host.gpus.size() >= kGpusOfGpuServer) return MachineKind::kGpuServer;
  if (!desktop_part && HoldsOne(host.cpu, kServerParts)) return MachineKind::kServer;
  if (desktop_part && host.sockets <= 1)
    return IsMobile(host.cpu) ? MachineKind::kLaptop : MachineKind::kDesktop;
  const bool large =
      host.sockets > 1 || host.logical_cpus >= kCpusOfServer || host.memory_gib >= kGibibytesOfServer;
  return large ? MachineKind::kServer : MachineKind::kUnknown;
}

}  // namespace jouleprint::carbon
