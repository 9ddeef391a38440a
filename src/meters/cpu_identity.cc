// Read from proc/cpuinfo first, because it is there in every container and on every architecture, and
// from sys/devices/system/cpu for what cpuinfo does not say on Arm: sockets and cores. CPUs that are
// offline are in neither; they draw little and carry no load. proc(5); kernel Documentation:
// admin-guide/cputopology.rst. Tested by tests/meters/cpu_identity_test.cc.
#include "meters/cpu_identity.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

/// proc/cpuinfo: a block of fields per logical CPU, and on Arm lines about the board that follow them.
struct CpuInfo {
  std::vector<Fields> cpus;
  Fields board;
};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  std::size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
  std::size_t end = text.find_last_not_of(kBlank);
  return end == std::string_view::npos ? std::string_view{} : text.substr(begin, end + 1 - begin);
}

std::string ReadText(const os::Sysroot& sysroot, std::string_view path) {
  return os::ReadFile(sysroot.Path(path)).value_or(std::string());
}

std::string ReadTrimmed(const os::Sysroot& sysroot, std::string_view path) {
  return os::ReadLine(sysroot.Path(path)).value_or(std::string());
}

std::string Get(const Fields& fields, std::string_view key) {
  auto found = fields.find(key);
  return found == fields.end() ? std::string() : found->second;
}

int GetInt(const Fields& fields, std::string_view key) {
  std::uint64_t value = 0;
  return os::ParseU64(Get(fields, key), &value) && value < 1'000'000 ? static_cast<int>(value) : 0;
}

CpuInfo ParseCpuInfo(std::string_view text) {
  CpuInfo info;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string key(Trim(line.substr(0, colon)));
    std::string value(Trim(line.substr(colon + 1)));
    if (key == "processor") info.cpus.emplace_back();
    // "Hardware", "Revision", "Serial", "Model" are the board's, though they follow the last CPU's block.
    bool of_board = key == "Hardware" || key == "Model";
    (of_board || info.cpus.empty() ? info.board : info.cpus.back()).emplace(std::move(key), std::move(value));
  }
  return info;
}

/// Kernel arch/arm64/include/asm/cputype.h: who designed a core, and which core it is.
std::string ArmVendor(std::string_view implementer) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kVendors{{{"0x41", "ARM"},
                                                                                    {"0x42", "Broadcom"},
                                                                                    {"0x43", "Cavium"},
                                                                                    {"0x46", "Fujitsu"},
                                                                                    {"0x48", "HiSilicon"},
                                                                                    {"0x4e", "NVIDIA"},
                                                                                    {"0x50", "APM"},
                                                                                    {"0x51", "Qualcomm"},
                                                                                    {"0x61", "Apple"},
                                                                                    {"0xc0", "Ampere"}}};
  for (const auto& [code, name] : kVendors) {
    if (implementer == code) return std::string(name);
  }
  return std::string(implementer);
}

std::string ArmCore(std::string_view part) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kCores{{{"0xd03", "Cortex-A53"},
                                                                                  {"0xd04", "Cortex-A35"},
                                                                                  {"0xd05", "Cortex-A55"},
                                                                                  {"0xd07", "Cortex-A57"},
                                                                                  {"0xd08", "Cortex-A72"},
                                                                                  {"0xd09", "Cortex-A73"},
                                                                                  {"0xd0a", "Cortex-A75"},
                                                                                  {"0xd0b", "Cortex-A76"},
                                                                                  {"0xd0c", "Neoverse-N1"},
                                                                                  {"0xd40", "Neoverse-V1"},
                                                                                  {"0xd41", "Cortex-A78"},
                                                                                  {"0xd42", "Cortex-A78AE"},
                                                                                  {"0xd44", "Cortex-X1"},
                                                                                  {"0xd49", "Neoverse-N2"},
                                                                                  {"0xd4f", "Neoverse-V2"},
                                                                                  {"0xd81", "Cortex-A720"},
                                                                                  {"0xd84", "Neoverse-V3"},
                                                                                  {"0xd8e", "Neoverse-N3"}}};
  for (const auto& [code, name] : kCores) {
    if (part == code) return std::string(name);
  }
  return "";
}

/// A board that names itself, else the kinds of core it has: "Cortex-A55 + Cortex-A76".
std::string ArmModelName(const CpuInfo& info) {
  if (std::string board = Get(info.board, "Model"); !board.empty()) return board;
  std::set<std::string> kinds;
  for (const Fields& cpu : info.cpus) {
    if (Get(cpu, "CPU implementer") == "0x41") kinds.insert(ArmCore(Get(cpu, "CPU part")));
  }
  kinds.erase("");
  std::string name;
  for (const std::string& kind : kinds) name += (name.empty() ? "" : " + ") + kind;
  return name;
}

int HexInt(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  int value = 0;
  if (!text.starts_with("0x") || text.size() > 8) return 0;
  for (char c : text.substr(2)) {
    std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return 0;
    value = value * 16 + static_cast<int>(digit);
  }
  return value;
}

void IdentifyModel(const CpuInfo& info, CpuIdentity* cpu) {
  if (info.cpus.empty()) return;
  const Fields& first = info.cpus.front();
  std::string implementer = Get(first, "CPU implementer");
  if (!implementer.empty()) {
    cpu->vendor = ArmVendor(implementer);
    cpu->model_name = ArmModelName(info);
    cpu->model = HexInt(Get(first, "CPU part"));
    return;
  }
  cpu->vendor = Get(first, "vendor_id");
  cpu->model_name = Get(first, "model name");
  if (cpu->model_name == "unknown") cpu->model_name.clear();
  cpu->family = GetInt(first, "cpu family");
  cpu->model = GetInt(first, "model");
}

bool IsOnline(const os::Sysroot& sysroot, const std::string& folder) {
  // CPU 0 often has no such file: it cannot be switched off.
  return ReadTrimmed(sysroot, folder + "/online") != "0";
}

/// Logical CPUs by sys/, for a machine without a readable proc/cpuinfo.
int CountCpuFolders(const os::Sysroot& sysroot) {
  int count = 0;
  for (const std::string& name : os::ListDirectory(sysroot.Path("sys/devices/system/cpu")).value_or({})) {
    std::uint64_t index = 0;
    if (!name.starts_with("cpu") || !os::ParseU64(std::string_view(name).substr(3), &index)) continue;
    if (IsOnline(sysroot, "sys/devices/system/cpu/" + name)) ++count;
  }
  return count;
}

/// "socket" and "socket/core" of one CPU. Siblings are compared by the list of threads that share a core:
/// core numbers repeat from die to die.
std::pair<std::string, std::string> PlaceOf(const os::Sysroot& sysroot, const Fields& cpu) {
  std::string folder = "sys/devices/system/cpu/cpu" + Get(cpu, "processor") + "/topology/";
  std::string socket = ReadTrimmed(sysroot, folder + "physical_package_id");
  std::string core = ReadTrimmed(sysroot, folder + "thread_siblings_list");
  if (socket.empty()) socket = Get(cpu, "physical id");
  if (core.empty()) core = Get(cpu, "core id");
  if (core.empty()) core = "cpu" + Get(cpu, "processor");
  return {socket, socket + "/" + core};
}

void PutCore(std::size_t number, int core, std::vector<int>* core_of_cpu) {
  constexpr std::size_t kMostCpus = 8192;  // NR_CPUS of the largest kernels: arch/x86/Kconfig
  if (number >= kMostCpus) return;
  if (core_of_cpu->size() <= number) core_of_cpu->resize(number + 1, -1);
  (*core_of_cpu)[number] = core;
}

void CountCores(const os::Sysroot& sysroot, const CpuInfo& info, CpuIdentity* cpu) {
  std::set<std::string> sockets;
  std::map<std::string, int> cores;
  for (const Fields& logical : info.cpus) {
    auto [socket, core] = PlaceOf(sysroot, logical);
    sockets.insert(std::move(socket));
    int index = cores.emplace(std::move(core), static_cast<int>(cores.size())).first->second;
    PutCore(static_cast<std::size_t>(GetInt(logical, "processor")), index, &cpu->core_of_cpu);
  }
  int logical = info.cpus.empty() ? CountCpuFolders(sysroot) : static_cast<int>(info.cpus.size());
  cpu->logical_cpus = std::max(logical, 1);
  cpu->cores = cores.empty() ? cpu->logical_cpus : static_cast<int>(cores.size());
  cpu->sockets = std::max(static_cast<int>(sockets.size()), 1);
}

/// The fastest core's, as a hybrid processor's cores differ.
double MaxMhz(const os::Sysroot& sysroot, const CpuInfo& info) {
  double max_mhz = 0;
  for (const Fields& cpu : info.cpus) {
    std::uint64_t khz = 0;
    std::string path = "sys/devices/system/cpu/cpu" + Get(cpu, "processor") + "/cpufreq/cpuinfo_max_freq";
    if (!os::ParseU64(ReadTrimmed(sysroot, path), &khz)) continue;
    max_mhz = std::max(max_mhz, static_cast<double>(khz) / 1e3);
  }
  return max_mhz;
}

double MemoryGib(const os::Sysroot& sysroot) {
  constexpr std::string_view kKey = "MemTotal:";
  std::string text = ReadText(sysroot, "proc/meminfo");
  std::size_t at = text.find(kKey);
  if (at == std::string::npos) return 0;
  std::string_view line = std::string_view(text).substr(at + kKey.size());
  line = Trim(line.substr(0, line.find('\n')));
  std::uint64_t kib = 0;  // proc_meminfo(5): "kB" there is 1024 bytes
  if (!os::ParseU64(line.substr(0, line.find(' ')), &kib)) return 0;
  return static_cast<double>(kib) / (1024.0 * 1024.0);
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The hypervisor by the names that it gives the machine; "" for names of real machines.
std::string HypervisorByName(const os::Sysroot& sysroot) {
  std::string vendor = ReadTrimmed(sysroot, "sys/class/dmi/id/sys_vendor");
  std::string product = ReadTrimmed(sysroot, "sys/class/dmi/id/product_name");
  // Clouds also rent whole machines under the same vendor: "c6g.metal".
  if (product.ends_with(".metal") || Contains(product, ".metal-")) return "";
  if (ReadTrimmed(sysroot, "sys/hypervisor/type") == "xen" || vendor == "Xen") return "xen";
  if (Contains(vendor, "VMware")) return "vmware";
  if (vendor == "Microsoft Corporation" && product == "Virtual Machine") return "hyperv";
  for (std::string_view kvm :
       {"QEMU", "Amazon EC2", "Google", "OpenStack", "DigitalOcean", "Alibaba Cloud", "Red Hat"}) {
    if (Contains(vendor, kvm)) return "kvm";
  }
  if (product == "KVM" || Contains(product, "OpenStack")) return "kvm";
  return vendor == "innotek GmbH" || vendor == "Parallels" ? "hypervisor" : "";
}

bool InContainer(const os::Sysroot& sysroot) {
  if (os::Exists(sysroot.Path(".dockerenv")) || os::Exists(sysroot.Path("run/.containerenv"))) return true;
  std::string cgroup = ReadText(sysroot, "proc/1/cgroup");
  for (std::string_view hint : {"docker", "kubepods", "containerd", "libpod", "lxc"}) {
    if (Contains(cgroup, hint)) return true;
  }
  return false;
}

void IdentifyVirtualization(const os::Sysroot& sysroot, const CpuInfo& info, CpuIdentity* cpu) {
  std::string flags = info.cpus.empty() ? std::string() : Get(info.cpus.front(), "flags");
  std::string by_name = HypervisorByName(sysroot);
  // Arm has no such flag (its list is called Features), so there the machine's name alone tells.
  cpu->hypervisor = flags.empty() ? !by_name.empty() : Contains(" " + flags + " ", " hypervisor ");
  if (cpu->hypervisor) {
    cpu->virtualization = by_name.empty() ? "hypervisor" : by_name;
  } else if (InContainer(sysroot)) {
    cpu->virtualization = "container";
  }
}

}  // namespace

CpuIdentity IdentifyCpu(const os::Sysroot& sysroot) {
  CpuInfo info = ParseCpuInfo(ReadText(sysroot, "proc/cpuinfo"));
  CpuIdentity cpu;
  IdentifyModel(info, &cpu);
  CountCores(sysroot, info, &cpu);
  cpu.max_mhz = MaxMhz(sysroot, info);
  IdentifyVirtualization(sysroot, info, &cpu);
  cpu.memory_gib = MemoryGib(sysroot);
  return cpu;
}

}  // namespace jouleprint::meters
