// Tested by tests/meters/bmc/ipmi_dcmi_test.cc with a scripted BMC, and by tests/cli/ipmi_test.py with the
// kernel's interface and a made-up device behind it (tests/fakes/fake_ipmi.c).
#include "meters/bmc/ipmi_dcmi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "meters/bmc/bmc.h"
#include "meters/bmc/dcmi_power.h"
#include "meters/bmc/dmi.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

// The names that drivers/char/ipmi/ipmi_devintf.c and the device managers of distributions have used.
constexpr std::array<const char*, 3> kDevices{"dev/ipmi0", "dev/ipmi/0", "dev/ipmidev/0"};

// BMCs renew their figure about once a second, and being asked is work for them: EAR, which runs on whole
// clusters, asks no more often than this.
constexpr Seconds kPeriod{2};
// An answer through a KCS interface takes 10 to 100 ms; one that takes longer than this is late for the next.
constexpr Seconds kPatience{1};

constexpr os::IpmiCommand kPowerReading{kDcmiNetFunction, kDcmiGetPowerReading, kDcmiGetPowerReadingData};

class DcmiMeter final : public Meter {
 public:
  DcmiMeter(IpmiOpener open, std::unique_ptr<os::IpmiDevice> device, DomainInfo info)
      : open_(std::move(open)), device_(std::move(device)), domains_{std::move(info)} {}

  std::string name() const override { return "ipmi"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override { KeepWanted(wanted, &domains_); }
  Seconds period() const override { return kPeriod; }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override;
  bool Reopen() override;

 private:
  ReadState ReadPower(double* watts) noexcept;

  IpmiOpener open_;
  std::unique_ptr<os::IpmiDevice> device_;
  std::vector<DomainInfo> domains_;
  os::IpmiAnswer answer_;
  bool gone_ = false;
};

void DcmiMeter::Read(const os::Clock& clock, std::span<Reading> out) noexcept {
  if (domains_.empty() || out.empty()) return;
  out[0].before = clock.Boot();
  out[0].state = ReadPower(&out[0].watts);
  out[0].after = clock.Boot();
}

ReadState DcmiMeter::ReadPower(double* watts) noexcept {
  if (gone_) return ReadState::kGone;
  const os::IpmiOutcome outcome = device_->Ask(kPowerReading, kPatience, &answer_);
  gone_ = outcome == os::IpmiOutcome::kGone || outcome == os::IpmiOutcome::kNotPermitted;
  if (gone_) return ReadState::kGone;
  DcmiPower power;
  if (outcome != os::IpmiOutcome::kAnswered || DecodeDcmiPower(answer_.view(), &power) != DcmiVerdict::kOk) {
    return ReadState::kNoData;
  }
  *watts = power.current.value();
  return ReadState::kOk;
}

bool DcmiMeter::Reopen() {
  if (!gone_) return false;
  Result<std::unique_ptr<os::IpmiDevice>> device = open_();
  if (!device.ok()) return false;
  device_ = *std::move(device);
  gone_ = false;
  return true;
}

DomainInfo Describe(const std::string& path) {
  DomainInfo info;
  info.name = "node";
  info.component = Component::kBoard;
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kSampled;
  info.source = "the BMC's DCMI power reading (" + path + ")";
  info.scope = {.level = Level::kNode};
  info.error.relative = kBmcRelativeError;
  info.error.update_period = kPeriod;
  info.error.resolution = 1;
  return info;
}

Discovery Only(MeterFinding finding) {
  Discovery discovery;
  discovery.findings.push_back(std::move(finding));
  return discovery;
}

Discovery Without(MeterState state, std::string reason, std::string remedy) {
  return Only({"ipmi", state, std::move(reason), std::move(remedy), {}});
}

Discovery WhyNotOpen(const std::string& path, const Error& error) {
  if (error.code != ErrorCode::kNotPermitted) {
    const MeterState state =
        error.code == ErrorCode::kNotPresent ? MeterState::kNotPresent : MeterState::kRefused;
    return Without(state, error.message, error.hint);
  }
  return Without(
      MeterState::kNotPermitted, "this user may not open " + path,
      "run as root, or give a group the device with the udev rule KERNEL==\"ipmi*\", GROUP=\"...\", "
      "MODE=\"0660\" (who may use it may also switch the machine off)");
}

Discovery WhyNotAnswered(os::IpmiOutcome outcome) {
  if (outcome == os::IpmiOutcome::kTimedOut) {
    return Without(MeterState::kRefused,
                   fmt::format("the BMC gives no answer within {:g} s", kPatience.value()),
                   "try again; if that stays so, restart the BMC ('ipmitool mc reset cold')");
  }
  return Without(MeterState::kRefused, "the kernel's IPMI driver does not pass the question on to the BMC",
                 "look at the kernel log (dmesg) for 'ipmi'");
}

}  // namespace

Discovery DiscoverIpmiDevice(const std::string& path, IpmiOpener open) {
  Result<std::unique_ptr<os::IpmiDevice>> device = open();
  if (!device.ok()) return WhyNotOpen(path, device.error());
  os::IpmiAnswer answer;
  const os::IpmiOutcome outcome = (*device)->Ask(kPowerReading, kPatience, &answer);
  if (outcome != os::IpmiOutcome::kAnswered) return WhyNotAnswered(outcome);
  DcmiPower power;
  const DcmiVerdict verdict = DecodeDcmiPower(answer.view(), &power);
  if (verdict != DcmiVerdict::kOk) return Only(ExplainDcmi(verdict, answer.view()));
  DomainInfo info = Describe(path);
  Discovery discovery = Only({"ipmi", MeterState::kUsable, info.source, "", {info.name}});
  discovery.meters.push_back(
      std::make_unique<DcmiMeter>(std::move(open), *std::move(device), std::move(info)));
  return discovery;
}

bool ExpectsBmc(const os::Sysroot& sysroot) {
  // SMBIOS 3.6, table 17: main server chassis, rack mount chassis, multi-system chassis, blade, blade
  // enclosure.
  constexpr std::array<std::string_view, 5> kServers{"17", "23", "25", "28", "29"};
  const std::string chassis = os::ReadLine(sysroot.Path("sys/class/dmi/id/chassis_type")).value_or("");
  if (std::find(kServers.begin(), kServers.end(), chassis) != kServers.end()) return true;
  // SMBIOS 3.6, section 7.39: IPMI device information. The table itself is for root alone.
  constexpr std::uint8_t kIpmiDevice = 38;
  if (os::Exists(sysroot.Path("sys/firmware/dmi/entries/38-0"))) return true;
  return HasDmiStructure(os::ReadFile(sysroot.Path("sys/firmware/dmi/tables/DMI")).value_or(""), kIpmiDevice);
}

Discovery DiscoverIpmi(const Machine& machine) {
  for (const char* device : kDevices) {
    const std::string path = machine.sysroot.Path(device);
    if (!os::Exists(path)) continue;
    return DiscoverIpmiDevice(path, [path] { return os::OpenIpmiDevice(path); });
  }
  const std::string path = machine.sysroot.Path(kDevices[0]);
  if (ExpectsBmc(machine.sysroot)) {
    return Without(MeterState::kNotPresent,
                   "there is no " + path + ", and the machine is built as a server with a BMC",
                   "load the driver with 'sudo modprobe -a ipmi_devintf ipmi_si'");
  }
  return Without(MeterState::kNotPresent,
                 "there is no " + path + ", and nothing says that the machine has a BMC", "");
}

}  // namespace jouleprint::meters
