// Facts of the interface (arch/x86/kernel/msr.c, Linux 6.12): the file's offset is the register's address, a
// read gives its 8 bytes and costs an interrupt to that CPU, a register that is not there gives EIO. To open
// it takes CAP_SYS_RAWIO, whatever the file's mode. A counter is the low 32 bits. Nothing is ever written.
// Tested by tests/meters/rapl/msr_test.cc.
#include "meters/rapl/msr.h"

#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "meters/rapl/count_meter.h"
#include "meters/rapl/cpu_place.h"
#include "meters/rapl/msr_registers.h"
#include "meters/rapl/rapl.h"
#include "os/count_file.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr std::uint64_t kCounterBits = 0xffffffff;
constexpr std::uint64_t kCounterValues = kCounterBits + 1;

std::string PathOf(const Machine& machine, int cpu) {
  return machine.sysroot.Path("dev/cpu/" + std::to_string(cpu) + "/msr");
}

MeterFinding Finding(MeterState state, std::string reason, std::string remedy) {
  return {
      .name = "msr", .state = state, .reason = std::move(reason), .remedy = std::move(remedy), .domains = {}};
}

MeterFinding NotThere(const Machine& machine, const Error& problem) {
  if (problem.code == ErrorCode::kNotPermitted) {
    return Finding(MeterState::kNotPermitted,
                   "found the processor's registers; to open them takes CAP_SYS_RAWIO",
                   "as a last resort, run as root: powercap and perf have the same counters for far less");
  }
  if (problem.code == ErrorCode::kNotFound) {
    return Finding(MeterState::kNotPresent,
                   "the module msr is not loaded (" + PathOf(machine, 0) + " is missing)",
                   "none needed where powercap or perf can be had; as a last resort, sudo modprobe msr");
  }
  return Finding(MeterState::kRefused, problem.message, problem.hint);
}

// One per package, of those that are online.
std::vector<CpuPlace> PlacesOf(const Machine& machine) {
  const std::string online = os::ReadLine(machine.sysroot.Path("sys/devices/system/cpu/online")).value_or("");
  std::optional<std::vector<int>> cpus = ParseCpuList(online);
  if (!cpus) {
    cpus.emplace(static_cast<std::size_t>(machine.cpu.logical_cpus));
    std::iota(cpus->begin(), cpus->end(), 0);
  }
  return OneCpuPerPackage(machine.sysroot, *cpus, !DiesShareOneCounter(machine.cpu.vendor));
}

Result<std::uint64_t> ReadRegister(const std::string& path, std::uint32_t address) {
  Result<os::File> file = os::File::OpenForReading(path);
  if (!file.ok()) return file.error();
  std::uint64_t value = 0;
  const int problem = os::CountFile(std::move(*file), address).Read(&value);
  if (problem < 0) return os::SystemError(-problem, "cannot read the unit of energy from " + path);
  return value;
}

std::string Hexadecimal(std::uint32_t address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (; address > 0; address /= 16) text.insert(text.begin(), kDigits[address % 16]);
  return "0x" + text;
}

CountDomain DomainOf(const Machine& machine, const CpuPlace& place, const EnergyRegister& counter) {
  CountDomain domain;
  domain.info = RaplDomain(counter.part, place.socket, place.die);
  domain.info.source = "MSR " + Hexadecimal(counter.address) + " of CPU " + std::to_string(place.cpu) +
                       " (unit " + counter.unit + ")";
  domain.info.joules_per_count = counter.joules_per_count;
  domain.info.counter_values = kCounterValues;
  domain.info.error = RaplError(counter.joules_per_count);
  domain.offset = counter.address;
  domain.mask = kCounterBits;
  domain.open = [path = PathOf(machine, place.cpu)] { return os::File::OpenForReading(path); };
  return domain;
}

MeterFinding WhatCounts(const OpenedDomains& opened) {
  if (opened.live.empty()) {
    return Finding(MeterState::kRefused, "the processor's energy registers are not there or stand at 0", "");
  }
  MeterFinding finding = Finding(MeterState::kUsable, "the processor's energy counters, as registers", "");
  for (const CountDomain& domain : opened.live) finding.domains.push_back(domain.info.name);
  return finding;
}

}  // namespace

Discovery DiscoverMsr(const Machine& machine) {
  Discovery discovery;
  const std::optional<std::uint32_t> unit_at = UnitRegisterOf(machine.cpu);
  if (!unit_at) return discovery;
  if (machine.cpu.hypervisor) {
    discovery.findings.push_back(Finding(MeterState::kRefused,
                                         "a virtual machine's registers are not the processor's",
                                         "measure on the host"));
    return discovery;
  }
  std::vector<CountDomain> domains;
  for (const CpuPlace& place : PlacesOf(machine)) {
    const Result<std::uint64_t> unit = ReadRegister(PathOf(machine, place.cpu), *unit_at);
    if (!unit.ok()) {
      discovery.findings.push_back(NotThere(machine, unit.error()));
      return discovery;
    }
    for (const EnergyRegister& counter : EnergyRegistersOf(machine.cpu, *unit)) {
      domains.push_back(DomainOf(machine, place, counter));
    }
  }
  OpenedDomains opened = OpenDomains(std::move(domains));
  discovery.findings.push_back(WhatCounts(opened));
  if (opened.live.empty()) return discovery;
  discovery.meters.push_back(std::make_unique<CountMeter>("msr", kRaplPeriod, std::move(opened.live)));
  return discovery;
}

}  // namespace jouleprint::meters
