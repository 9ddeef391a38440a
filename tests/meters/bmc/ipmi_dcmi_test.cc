// The meter of a BMC over a scripted way to it; and where one is looked for.
#include "meters/bmc/ipmi_dcmi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <vector>

#include "meters/bmc/dmi.h"
#include "support/temporary_folder.h"

namespace jouleprint::meters {
namespace {

using ::jouleprint::testing::TemporaryFolder;
using ::testing::HasSubstr;

// A BMC that answers what it is told to; at the end of the script, 100 W.
struct Bmc {
  struct Step {
    os::IpmiOutcome outcome = os::IpmiOutcome::kAnswered;
    int watts = 100;
  };
  std::deque<Step> script{};
  int opened = 0;
  bool can_be_opened = true;
  std::vector<std::uint8_t> last_request{};
};

class ScriptedDevice final : public os::IpmiDevice {
 public:
  explicit ScriptedDevice(Bmc* bmc) : bmc_(bmc) {}

  os::IpmiOutcome Ask(const os::IpmiCommand& command, Seconds, os::IpmiAnswer* answer) noexcept override {
    bmc_->last_request.assign({command.net_function, command.command});
    bmc_->last_request.insert(bmc_->last_request.end(), command.data.begin(), command.data.end());
    Bmc::Step step;
    if (!bmc_->script.empty()) {
      step = bmc_->script.front();
      bmc_->script.pop_front();
    }
    answer->bytes = {0, 0xDC, static_cast<std::uint8_t>(step.watts),
                     static_cast<std::uint8_t>(step.watts >> 8)};
    answer->bytes[18] = 0x40;
    answer->size = 19;
    return step.outcome;
  }

 private:
  Bmc* bmc_;
};

Discovery Discover(Bmc* bmc) {
  return DiscoverIpmiDevice("/dev/ipmi0", [bmc]() -> Result<std::unique_ptr<os::IpmiDevice>> {
    if (!bmc->can_be_opened) return Error{ErrorCode::kNotPermitted, "no", ""};
    ++bmc->opened;
    return std::unique_ptr<os::IpmiDevice>(std::make_unique<ScriptedDevice>(bmc));
  });
}

Reading ReadOnce(Meter* meter) {
  const os::FakeClock clock;
  std::vector<Reading> readings(1);
  meter->Read(clock, readings);
  return readings[0];
}

TEST(IpmiDcmiTest, GivesTheWattsOfTheWholeNode) {
  Bmc bmc{.script = {{.watts = 100}, {.watts = 345}, {.watts = 40'000}}};
  const Discovery found = Discover(&bmc);
  ASSERT_EQ(found.meters.size(), 1u);
  EXPECT_EQ(found.findings.at(0).state, MeterState::kUsable);
  EXPECT_EQ(bmc.last_request, (std::vector<std::uint8_t>{0x2C, 0x02, 0xDC, 0x01, 0x00, 0x00}));
  Meter& meter = *found.meters[0];
  const DomainInfo& node = meter.domains().at(0);
  EXPECT_EQ(node.scope, Scope{.level = Level::kNode});
  EXPECT_EQ(node.kind, ReadingKind::kGauge);
  EXPECT_EQ(node.basis, Basis::kSampled);
  EXPECT_GT(node.error.relative, 0);
  EXPECT_GE(meter.period(), Seconds{2}) << "a BMC has other things to do";
  EXPECT_EQ(ReadOnce(&meter).watts, 345);
  EXPECT_EQ(ReadOnce(&meter).watts, 40'000);
}

TEST(IpmiDcmiTest, ASlowAnswerIsNoReadingAndTheNextOneIs) {
  Bmc bmc;
  const Discovery found = Discover(&bmc);
  bmc.script = {{.outcome = os::IpmiOutcome::kTimedOut},
                {.outcome = os::IpmiOutcome::kBusy},
                {.watts = 0},
                {.watts = 7}};
  Meter& meter = *found.meters.at(0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ReadOnce(&meter).state, ReadState::kNoData) << i;
  const Reading last = ReadOnce(&meter);
  EXPECT_EQ(last.state, ReadState::kOk);
  EXPECT_EQ(last.watts, 7);
}

TEST(IpmiDcmiTest, AnUnloadedDriverIsGoneUntilItIsBack) {
  Bmc bmc;
  const Discovery found = Discover(&bmc);
  bmc.script = {{.outcome = os::IpmiOutcome::kGone}};
  Meter& meter = *found.meters.at(0);
  EXPECT_EQ(ReadOnce(&meter).state, ReadState::kGone);
  EXPECT_EQ(ReadOnce(&meter).state, ReadState::kGone) << "a sampling loop opens nothing";
  bmc.can_be_opened = false;
  EXPECT_FALSE(meter.Reopen());
  bmc.can_be_opened = true;
  EXPECT_TRUE(meter.Reopen());
  EXPECT_EQ(ReadOnce(&meter).state, ReadState::kOk);
  EXPECT_EQ(bmc.opened, 2);
}

TEST(IpmiDcmiTest, SaysWhyItCannotBeUsed) {
  Bmc silent{.script = {{.outcome = os::IpmiOutcome::kTimedOut}}};
  EXPECT_THAT(Discover(&silent).findings.at(0).reason, HasSubstr("no answer"));
  Bmc closed{.can_be_opened = false};
  const MeterFinding finding = Discover(&closed).findings.at(0);
  EXPECT_EQ(finding.state, MeterState::kNotPermitted);
  EXPECT_THAT(finding.remedy, HasSubstr("udev"));
  Bmc blind{.script = {{.watts = 0}}};
  const Discovery found = Discover(&blind);
  EXPECT_THAT(found.findings.at(0).reason, HasSubstr("0 W"));
  EXPECT_TRUE(found.meters.empty());
}

// A machine without the device, and what its firmware says of it.
class IpmiMachineTest : public ::testing::Test {
 protected:
  void Write(const std::string& file, const std::string& content) {
    const std::filesystem::path path = folder_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  MeterFinding Find() {
    const Discovery discovery = DiscoverIpmi({.sysroot = os::Sysroot(folder_.path())});
    EXPECT_TRUE(discovery.meters.empty());
    return discovery.findings.at(0);
  }

  TemporaryFolder folder_;
};

TEST_F(IpmiMachineTest, AMachineWithoutABmcHasNothingToDo) {
  Write("sys/class/dmi/id/chassis_type", "3\n");
  EXPECT_EQ(Find().state, MeterState::kNotPresent);
  EXPECT_TRUE(Find().remedy.empty());
}

TEST_F(IpmiMachineTest, AServerIsToldToLoadTheDriver) {
  Write("sys/class/dmi/id/chassis_type", "23\n");
  EXPECT_EQ(Find().state, MeterState::kNotPresent);
  EXPECT_THAT(Find().remedy, HasSubstr("modprobe -a ipmi_devintf ipmi_si"));
}

TEST_F(IpmiMachineTest, AWorkstationWithABmcInItsTableIsToldToo) {
  using std::string_literals::operator""s;
  const std::string bios = "\x00\x05\x01\x00\x00"s + "Maker\0Version\0\0"s;
  const std::string ipmi = "\x26\x05\x02\x00\x01"s + "\0\0"s;
  const std::string end = "\x7f\x04\x03\x00"s + "\0\0"s;
  Write("sys/firmware/dmi/tables/DMI", bios + end + ipmi);
  EXPECT_TRUE(Find().remedy.empty()) << "what follows the end is not part of the table";
  Write("sys/firmware/dmi/tables/DMI", bios + ipmi + end);
  EXPECT_THAT(Find().remedy, HasSubstr("modprobe"));
  for (std::size_t size = 0; size < bios.size(); ++size) {
    EXPECT_FALSE(HasDmiStructure(bios.substr(0, size), 38)) << size;
  }
}

TEST_F(IpmiMachineTest, AFileInPlaceOfTheDeviceIsRefused) {
  Write("dev/ipmi0", "not a device");
  EXPECT_EQ(Find().state, MeterState::kRefused);
  EXPECT_THAT(Find().reason, HasSubstr("is no IPMI device"));
}

}  // namespace
}  // namespace jouleprint::meters
