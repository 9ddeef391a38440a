// Facts of the interface (arch/x86/events/rapl.c, Linux 6.12): a counter is opened on one CPU of each
// package, those of `cpumask`, and counts from 0; the kernel looks at the 32 bits of hardware at each read
// and by a timer that is made for 200 W, with a signed difference, so a package above that is right only
// if it is read at least every 30 s. What more than 2^31 units between two looks leave is a count that goes
// backward: counter_values is 0 here, so that it is taken for lost and never for a wrap.
// Tested by tests/meters/rapl/perf_power_test.cc.
#include "meters/rapl/perf_power.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meters/rapl/count_meter.h"
#include "meters/rapl/cpu_place.h"
#include "meters/rapl/perf_power_event.h"
#include "meters/rapl/rapl.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr std::string_view kUnit = "sys/bus/event_source/devices/power/";
// The count's scale is finer than what stands behind it: 2^-14 J on Intel, 2^-16 J on AMD.
constexpr double kCoarsestUnit_joules = 1.0 / 16384;

std::string PathOf(const Machine& machine, std::string_view file) {
  return machine.sysroot.Path(std::string(kUnit) + std::string(file));
}

std::string LineOf(const Machine& machine, std::string_view file) {
  return os::ReadLine(PathOf(machine, file)).value_or("");
}

MeterFinding Finding(MeterState state, std::string reason, std::string remedy) {
  return {.name = "perf",
          .state = state,
          .reason = std::move(reason),
          .remedy = std::move(remedy),
          .domains = {}};
}

MeterFinding NotPresent(const CpuIdentity& cpu) {
  std::string remedy = "load the driver: sudo modprobe rapl";
  if (cpu.hypervisor) remedy = "a virtual machine is shown no energy counter: measure on the host";
  return Finding(MeterState::kNotPresent,
                 "this kernel offers no perf unit for energy (" + std::string(kUnit) + " is missing)",
                 std::move(remedy));
}

// Firecracker shows psys of a Sapphire or Emerald Rapids to its guests: it opens, reads 0 for ever, and each
// try leaves a stack trace in the log of the guest's kernel ("unchecked MSR access error: RDMSR from 0x64d").
MeterFinding UnderHypervisor() {
  return Finding(
      MeterState::kRefused,
      "a virtual machine has no energy counter behind the unit that it shows: it would read 0 for ever",
      "measure on the host");
}

MeterFinding NotPermitted(const Machine& machine, const std::string& names) {
  const std::string paranoid =
      os::ReadLine(machine.sysroot.Path("proc/sys/kernel/perf_event_paranoid")).value_or("");
  std::string remedy =
      "sudo setcap cap_perfmon+ep \"$(command -v jouleprint)\" gives it that and nothing else "
      "(docs/privileges.md); "
      "or sudo sysctl kernel.perf_event_paranoid=0, which lets every user count what the whole machine does";
  if (machine.cpu.virtualization == "container") {
    remedy = "start the container with --cap-add PERFMON, and as a user who has it";
  }
  return Finding(MeterState::kNotPermitted,
                 "found " + names +
                     "; to count a whole processor takes CAP_PERFMON or kernel.perf_event_paranoid at "
                     "0 or below" +
                     (paranoid.empty() ? "" : " (it is " + paranoid + ")"),
                 std::move(remedy));
}

// Every event that is described, on every CPU that the mask names; not open yet.
class Finder {
 public:
  Finder(const Machine& machine, const PerfOpener& open) : machine_(machine), open_(open) {}

  std::vector<CountDomain> Find(std::uint32_t type, const std::vector<CpuPlace>& places,
                                std::vector<DroppedDomain>* dropped) const {
    // By part, packages first.
    std::map<RaplPart, std::pair<std::string, PerfPowerEvent>> events;
    for (const std::string& name : os::ListDirectory(PathOf(machine_, "events")).value_or({})) {
      // "energy-pkg.unit" and "energy-pkg.scale" belong to "energy-pkg".
      if (!name.starts_with("energy-") || name.find('.') != std::string::npos) continue;
      const Result<PerfPowerEvent> event = Describe(name);
      if (event.ok()) {
        events[event->part] = {name, *event};
      } else {
        dropped->push_back({name, SourceOf(name), event.error().message});
      }
    }
    std::vector<CountDomain> domains;
    for (const auto& [part, event] : events) {
      for (const CpuPlace& place : places)
        domains.push_back(DomainOf(event.first, event.second, type, place));
    }
    return domains;
  }

 private:
  static std::string SourceOf(const std::string& name) { return "perf power/" + name + "/"; }

  Result<PerfPowerEvent> Describe(const std::string& name) const {
    Result<PerfPowerEvent> event = ParsePerfPowerEvent(name, LineOf(machine_, "events/" + name),
                                                       LineOf(machine_, "events/" + name + ".unit"),
                                                       LineOf(machine_, "events/" + name + ".scale"));
    // AMD counts packages; kernels before 5.17 showed it the others as well.
    if (event.ok() && event->part != RaplPart::kPackage && DiesShareOneCounter(machine_.cpu.vendor))
      return Error{ErrorCode::kRefused, "this processor has no such counter, whatever the kernel shows", {}};
    return event;
  }

  CountDomain DomainOf(const std::string& name, const PerfPowerEvent& event, std::uint32_t type,
                       const CpuPlace& place) const {
    CountDomain domain;
    domain.info = RaplDomain(event.part, place.socket, place.die);
    domain.info.source = SourceOf(name) + " on CPU " + std::to_string(place.cpu);
    domain.info.joules_per_count = event.joules_per_count;
    domain.info.error = RaplError(std::max(event.joules_per_count, kCoarsestUnit_joules));
    domain.begins_at_zero = true;
    const os::PerfEvent what{.type = type, .config = event.config, .cpu = place.cpu};
    domain.open = [open = open_, what] { return open(what); };
    return domain;
  }

  const Machine& machine_;
  const PerfOpener& open_;
};

std::optional<std::uint32_t> TypeOf(const Machine& machine) {
  std::uint64_t type = 0;
  if (!os::ParseU64(LineOf(machine, "type"), &type) || type > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(type);
}

void TakeWhatCounts(const Machine& machine, OpenedDomains opened, Discovery* discovery) {
  if (!opened.live.empty()) {
    MeterFinding finding = Finding(MeterState::kUsable, "the processor's energy counters, through perf", "");
    for (const CountDomain& domain : opened.live) finding.domains.push_back(domain.info.name);
    discovery->findings.push_back(std::move(finding));
    discovery->meters.push_back(std::make_unique<CountMeter>("perf", kRaplPeriod, std::move(opened.live)));
  }
  if (!opened.not_permitted.empty()) {
    discovery->findings.push_back(NotPermitted(machine, opened.not_permitted));
  }
  if (!opened.failed.empty()) {
    discovery->findings.push_back(Finding(
        MeterState::kRefused, "found " + opened.failed + ": " + opened.problem.message, opened.problem.hint));
  }
  const std::string idle = opened.stuck.empty() ? opened.absent : opened.stuck;
  if (idle.empty()) return;
  discovery->findings.push_back(
      Finding(MeterState::kRefused,
              idle + " reads 0 and does not move: a counter that only pretends to be there", ""));
}

}  // namespace

Discovery DiscoverPerfPower(const Machine& machine) {
  if (os::IsOfRunningKernel(PathOf(machine, "type"))) return DiscoverPerfPower(machine, os::OpenPerfEvent);
  return DiscoverPerfPower(machine, [](const os::PerfEvent&) -> Result<os::File> {
    return Error{ErrorCode::kRefused, "a recorded machine has no running kernel that could count",
                 "mount the machine's own sys/ there, or leave out --sysroot"};
  });
}

Discovery DiscoverPerfPower(const Machine& machine, const PerfOpener& open) {
  Discovery discovery;
  if (!os::IsDirectory(PathOf(machine, ""))) {
    if (HasRapl(machine.cpu.vendor)) discovery.findings.push_back(NotPresent(machine.cpu));
    return discovery;
  }
  if (machine.cpu.hypervisor) {
    discovery.findings.push_back(UnderHypervisor());
    return discovery;
  }
  const std::optional<std::uint32_t> type = TypeOf(machine);
  const std::optional<std::vector<int>> cpus = ParseCpuList(LineOf(machine, "cpumask"));
  if (!type || !cpus) {
    discovery.findings.push_back(
        Finding(MeterState::kRefused,
                PathOf(machine, type ? "cpumask" : "type") + " is missing or makes no sense", ""));
    return discovery;
  }
  const std::vector<CpuPlace> places =
      OneCpuPerPackage(machine.sysroot, *cpus, !DiesShareOneCounter(machine.cpu.vendor));
  OpenedDomains opened = OpenDomains(Finder(machine, open).Find(*type, places, &discovery.dropped));
  TakeWhatCounts(machine, std::move(opened), &discovery);
  return discovery;
}

}  // namespace jouleprint::meters
