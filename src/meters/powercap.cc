// Facts of the interface (intel_rapl_common.c, Linux 6.12): energy_uj = raw * unit_nJ / 1000 with raw of
// 32 bits, so it wraps at 2^32 units, and max_energy_range_uj is (2^32 - 1) units; energy_uj is mode
// 0400, name is 0444; a read costs an interrupt to the package's lead CPU; the value is new about
// every millisecond. Tested by tests/meters/powercap_test.cc against trees of files.
#include "meters/powercap.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <utility>

#include "meters/powercap_choice.h"
#include "meters/powercap_zone.h"
#include "os/clock.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

// RAPL against a wattmeter: within 5.6 % after the supply's loss is accounted for (Khan et al., "RAPL
// in Action", ACM TOMPECS 3(2), 2018); memory domains of server parts use a fixed unit that kernel
// interfaces disagree on by 0.3 % and more, so they get the same width.
constexpr double kRelativeError = 0.056;
// AMD's and Intel's manuals: the counter is renewed about every millisecond.
constexpr Seconds kUpdatePeriod{0.001};
constexpr double kJoulesPerMicrojoule = 1e-6;
// A counter that stands at 0 gets this long to move before it is called dead.
constexpr Seconds kPatience{0.05};
constexpr Seconds kLook{0.005};

// energy_uj wraps at 2^32 units; max_energy_range_uj is one unit short of that.
std::uint64_t CounterValues(const PowercapZone& zone) {
  if (zone.max_range_uj == 0) return 0;
  const double unit_uj = static_cast<double>(zone.max_range_uj) / 4294967295.0;
  return zone.max_range_uj + static_cast<std::uint64_t>(std::llround(std::max(unit_uj, 1.0)));
}

Component ComponentOf(ZoneKind kind) {
  if (kind == ZoneKind::kPackage) return Component::kCpu;
  if (kind == ZoneKind::kDram) return Component::kMemory;
  return Component::kBoard;
}

DomainInfo DomainOf(const ChosenZone& chosen) {
  DomainInfo info;
  info.name = chosen.domain;
  info.component = ComponentOf(chosen.zone.kind);
  info.kind = ReadingKind::kCounter;
  info.basis = Basis::kCounter;
  info.source = "powercap " + chosen.zone.id;
  info.joules_per_count = kJoulesPerMicrojoule;
  info.counter_values = CounterValues(chosen.zone);
  info.limit = chosen.zone.limit;
  info.error = {
      .relative = kRelativeError, .low_factor = {}, .high_factor = {}, .update_period = kUpdatePeriod};
  return info;
}

class PowercapMeter final : public Meter {
 public:
  explicit PowercapMeter(const std::vector<ChosenZone>& chosen) {
    for (const ChosenZone& zone : chosen) {
      paths_.push_back(zone.zone.path + "/energy_uj");
      domains_.push_back(DomainOf(zone));
    }
    files_.resize(paths_.size());
    fresh_.resize(paths_.size());
    Reopen();
  }

  std::string name() const override { return "powercap"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }

  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      ReadOne(clock, files_[i], fresh_[i] != 0, &out[i]);
      fresh_[i] = 0;
    }
  }

  // Every file anew: a zone that came back, or a copy that replaces its files by renaming.
  bool Reopen() override {
    bool came_back = false;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      Result<os::File> file = os::File::OpenForReading(paths_[i]);
      if (!file.ok()) continue;
      files_[i] = std::move(*file);
      fresh_[i] = 1;
      came_back = true;
    }
    return came_back;
  }

 private:
  static void ReadOne(const os::Clock& clock, const os::File& file, bool fresh, Reading* out) noexcept {
    std::array<char, 32> text;
    out->before = clock.Boot();
    const std::int64_t n = file.is_open() ? os::ReadFromStart(file.fd(), text) : -ENODEV;
    out->after = clock.Boot();
    if (n < 0) {
      // ENODATA and EAGAIN pass; whatever else the kernel says will not mend by itself.
      out->state = (n == -ENODATA || n == -EAGAIN) ? ReadState::kNoData : ReadState::kGone;
    } else if (os::ParseU64({text.data(), static_cast<std::size_t>(n)}, &out->counts)) {
      out->state = StateOf(file, fresh);
    } else {
      out->state = ReadState::kNoData;
    }
  }

  // Nobody writes any more into a file that was removed or replaced, and when the last did is not known: only
  // what is read straight after it was opened is a value of now.
  static ReadState StateOf(const os::File& file, bool fresh) noexcept {
    if (!os::IsUnlinked(file.fd())) return ReadState::kOk;
    return fresh ? ReadState::kStale : ReadState::kGone;
  }

  std::vector<std::string> paths_;
  std::vector<DomainInfo> domains_;
  std::vector<char> fresh_;  // opened, and not read since
  std::vector<os::File> files_;
};

// Gives counters that stand at 0 until kPatience to move. One that only pretends to exist (psys in a
// guest: opens, and reads 0 for ever) does not.
void WaitForZeros(std::vector<PowercapZone>* zones) {
  const os::SystemClock clock;
  const os::BootTime until = clock.Boot() + kPatience;
  const auto at_zero = [](const PowercapZone& zone) { return zone.energy_uj == std::uint64_t{0}; };
  while (std::any_of(zones->begin(), zones->end(), at_zero) && clock.Boot() < until) {
    os::Sleep(kLook);
    for (PowercapZone& zone : *zones) {
      if (at_zero(zone)) zone.energy_uj = ReadEnergyNow(zone).value_or(0);
    }
  }
}

std::string NamesOf(const std::vector<PowercapZone>& zones) {
  std::string names;
  for (const PowercapZone& zone : zones) names += (names.empty() ? "" : ", ") + zone.name;
  return names;
}

std::string RemedyForNothing(bool tree_found, const std::string& virtualization) {
  if (virtualization == "container") {
    return "container engines mask the tree: add -v /sys/class/powercap:/sys/class/powercap:ro, or measure "
           "on the host";
  }
  if (!virtualization.empty()) return "a virtual machine is shown no energy counter: measure on the host";
  return tree_found
             ? "load the driver: modprobe intel_rapl_msr (needs root)"
             : "load the driver: modprobe intel_rapl_msr (needs root), or use a kernel with CONFIG_POWERCAP";
}

MeterFinding NothingThere(bool tree_found, const std::string& virtualization) {
  return {.name = "powercap",
          .state = MeterState::kNotPresent,
          .reason = tree_found ? "the powercap tree is there and empty: no driver offers a counter"
                               : "this kernel shows no powercap tree (sys/class/powercap)",
          .remedy = RemedyForNothing(tree_found, virtualization),
          .domains = {}};
}

MeterFinding NotPermitted(const std::vector<PowercapZone>& zones) {
  return {
      .name = "powercap",
      .state = MeterState::kNotPermitted,
      .reason = "found " + NamesOf(zones) + "; their energy_uj may be read by root only",
      .remedy =
          "sudo chgrp YOURGROUP and sudo chmod 0440 on " + zones.front().path +
          "/energy_uj and its like (lost at reboot; a udev rule keeps it), or run with CAP_DAC_READ_SEARCH",
      .domains = {}};
}

MeterFinding Unreadable(const std::vector<PowercapZone>& zones) {
  return {.name = "powercap",
          .state = MeterState::kRefused,
          .reason = "found " + NamesOf(zones) + " and cannot read them: " + zones.front().problem->message,
          .remedy = "masked by a container engine or a driver at fault: try outside the container, and dmesg",
          .domains = {}};
}

MeterFinding StuckAtZero(const std::vector<PowercapZone>& zones) {
  return {.name = "powercap",
          .state = MeterState::kRefused,
          .reason = NamesOf(zones) + " reads 0 and does not move: a counter that only pretends to be there",
          .remedy = "nothing to do here; a hypervisor or firmware shows it without filling it",
          .domains = {}};
}

struct Sorted {
  std::vector<PowercapZone> usable;
  std::vector<PowercapZone> not_permitted;
  std::vector<PowercapZone> unreadable;
  std::vector<PowercapZone> stuck;
};

Sorted SortByState(std::vector<PowercapZone> zones) {
  Sorted sorted;
  for (PowercapZone& zone : zones) {
    if (zone.problem) {
      const bool refused = zone.problem->code == ErrorCode::kNotPermitted;
      (refused ? sorted.not_permitted : sorted.unreadable).push_back(std::move(zone));
    } else if (zone.energy_uj == std::uint64_t{0}) {
      sorted.stuck.push_back(std::move(zone));
    } else {
      sorted.usable.push_back(std::move(zone));
    }
  }
  return sorted;
}

}  // namespace

Discovery DiscoverPowercap(const os::Sysroot& sysroot, const std::string& cpu_vendor,
                           const std::string& virtualization, PowercapScope scope) {
  Discovery discovery;
  bool tree_found = false;
  std::vector<PowercapZone> zones = FindPowercapZones(sysroot, &tree_found);
  if (zones.empty()) {
    discovery.findings.push_back(NothingThere(tree_found, virtualization));
    return discovery;
  }
  WaitForZeros(&zones);
  const Sorted sorted = SortByState(std::move(zones));
  ZoneChoice choice = ChooseZones(sorted.usable, cpu_vendor, scope);
  discovery.dropped = std::move(choice.dropped);
  if (!choice.chosen.empty()) {
    MeterFinding finding{
        .name = "powercap", .state = MeterState::kUsable, .reason = {}, .remedy = {}, .domains = {}};
    for (const ChosenZone& chosen : choice.chosen) finding.domains.push_back(chosen.domain);
    finding.reason = "energy counters of the processor, counted by the hardware";
    discovery.findings.push_back(std::move(finding));
    discovery.meter = std::make_unique<PowercapMeter>(choice.chosen);
  }
  if (!sorted.not_permitted.empty()) discovery.findings.push_back(NotPermitted(sorted.not_permitted));
  if (!sorted.unreadable.empty()) discovery.findings.push_back(Unreadable(sorted.unreadable));
  if (!sorted.stuck.empty()) discovery.findings.push_back(StuckAtZero(sorted.stuck));
  return discovery;
}

}  // namespace jouleprint::meters
