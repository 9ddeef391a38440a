// Which sensor chips are known, and that no other is guessed at.
#include "meters/sysfs/hwmon_power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/discovery.h"
#include "support/machine_tree.h"

namespace jouleprint::meters {
namespace {

using testing::Domain;
using testing::DomainNames;
using testing::Dropped;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadAll;

class HwmonPowerTest : public ::testing::Test {
 protected:
  Discovery Discover() { return DiscoverHwmonPower({.sysroot = tree_.sysroot()}); }

  testing::MachineTree tree_;
  os::SystemClock clock_;
};

TEST_F(HwmonPowerTest, VoltsTimesAmperesOfTheCores) {
  tree_.AddChip(
      "asusec", "sys/devices/platform/asus-ec-sensors",
      {{"in0_input", "1200"}, {"in0_label", "CPU Core"}, {"curr1_input", "50000"}, {"curr1_label", "CPU"}});
  const Discovery found = Discover();
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["cores-0"].watts, 60);
  EXPECT_EQ(Domain(found, "cores-0").scope.level, Level::kCores);
}

TEST_F(HwmonPowerTest, ThePowerSupplysTotalIsFoundByItsLabel) {
  tree_.AddChip("corsairpsu", "sys/devices/usb/0003:1B1C:1C05.0001",
                {{"power1_input", "80000000"},
                 {"power1_label", "power +12v"},
                 {"power2_input", "95000000"},
                 {"power2_label", "power total"}});
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "psu-0").scope.level, Level::kNode);
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["psu-0"].watts, 95);
}

TEST_F(HwmonPowerTest, OneChipPerSocket) {
  tree_.AddChip("fam15h_power", "sys/devices/pci0000:00/0000:00:18.4", {{"power1_input", "40000000"}});
  tree_.AddChip("fam15h_power", "sys/devices/pci0000:00/0000:00:1a.4", {{"power1_input", "45000000"}});
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "package-1").scope, (Scope{.level = Level::kPackage, .socket = 1}));
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["package-1"].watts, 45);
}

TEST_F(HwmonPowerTest, AKnownChipWithoutItsSensorSaysSo) {
  tree_.AddChip("asusec", "sys/devices/platform/asus-ec-sensors", {{"temp1_input", "40000"}});
  EXPECT_THAT(Dropped(Discover())["cores-0"], HasSubstr("no such sensor"));
}

TEST_F(HwmonPowerTest, AnUnknownChipIsNamedAndNotRead) {
  tree_.AddChip("ina226", "sys/devices/i2c-1/1-0040", {{"power1_input", "5000000"}});
  tree_.AddChip("coretemp", "sys/devices/platform/coretemp.0", {{"temp1_input", "40000"}});
  const Discovery found = Discover();
  EXPECT_THAT(found.meters, IsEmpty());
  EXPECT_THAT(found.findings, IsEmpty());
  EXPECT_EQ(found.dropped.size(), 1u);
  EXPECT_THAT(Dropped(found)["ina226"], HasSubstr("not known"));
}

TEST_F(HwmonPowerTest, ChipsOfOtherInterfacesAndOfBatteriesAreNotTheirs) {
  tree_.AddChip("amdgpu", "sys/devices/pci0000:00/0000:03:00.0", {{"power1_average", "5000000"}});
  tree_.AddChip("i915_gt0", "sys/devices/pci0000:00/0000:04:00.0", {{"energy1_input", "5000000"}});
  tree_.AddChip("BAT0", "sys/devices/LNXSYSTM:00/PNP0C0A:00/power_supply/BAT0", {{"curr1_input", "1500"}});
  const Discovery found = Discover();
  EXPECT_THAT(found.dropped, IsEmpty());
  EXPECT_THAT(found.meters, IsEmpty());
}

TEST_F(HwmonPowerTest, ScmiLabelsThatLeaveNoDoubt) {
  tree_.AddChip("scmi_sensors", "sys/devices/platform/firmware:scmi",
                {{"energy1_input", "7000000"},
                 {"energy1_label", "SOC"},
                 {"power1_input", "3000000"},
                 {"power1_label", "SOC"},
                 {"power2_input", "1000000"},
                 {"power2_label", "VDD_AUX_3"}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("scmi SOC energy", "scmi SOC power"));
  EXPECT_EQ(Domain(found, "scmi SOC energy").scope, Domain(found, "scmi SOC power").scope);
  EXPECT_EQ(Domain(found, "scmi SOC energy").basis, Basis::kCounter);
  EXPECT_THAT(Dropped(found)["scmi VDD_AUX_3 power"], HasSubstr("not known"));
}

TEST(ScmiLabel, WordAndNumberTellThePart) {
  EXPECT_EQ(ScopeOfScmiLabel("CPU_1 Power"), (Scope{.level = Level::kCores, .socket = 1}));
  EXPECT_EQ(ScopeOfScmiLabel("DDR"), (Scope{.level = Level::kMemory}));
  EXPECT_EQ(ScopeOfScmiLabel("SYS"), (Scope{.level = Level::kNode}));
  for (const char* label : {"", "power", "cpu ddr", "CPU0 fan", "big", "12", "CPU 99999999999999999999"})
    EXPECT_EQ(ScopeOfScmiLabel(label), std::nullopt) << label;
}

TEST_F(HwmonPowerTest, AmdEnergyCountsSocketsAndNamesTheirCoresOnce) {
  tree_.AddChip("amd_energy", "sys/devices/platform/amd_energy.0",
                {{"energy1_input", "1"},
                 {"energy1_label", "Ecore000"},
                 {"energy2_input", "2"},
                 {"energy2_label", "Ecore001"},
                 {"energy3_input", "9000000"},
                 {"energy3_label", "Esocket0"}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("package-0"));
  EXPECT_EQ(ReadAll(found, clock_)["package-0"].counts, 9'000'000u);
  EXPECT_THAT(Dropped(found)["Ecore000 to Ecore001"], HasSubstr("part of its socket"));
}

TEST_F(HwmonPowerTest, AmdEnergyWithoutSocketsCountsTheCores) {
  tree_.AddChip("amd_energy", "sys/devices/platform/amd_energy.0",
                {{"energy1_input", "1"},
                 {"energy1_label", "Ecore000"},
                 {"energy2_input", "2"},
                 {"energy2_label", "Ecore001"}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("Ecore000", "Ecore001"));
  EXPECT_NE(Domain(found, "Ecore000").scope, Domain(found, "Ecore001").scope);
}

TEST_F(HwmonPowerTest, AChipThatIsClosedToUsersHasARemedy) {
  if (geteuid() == 0) GTEST_SKIP() << "skipped: root may read everything";
  const std::string chip = tree_.AddChip("amd_energy", "sys/devices/platform/amd_energy.0",
                                         {{"energy1_input", "1"}, {"energy1_label", "Esocket0"}});
  ASSERT_EQ(chmod(tree_.At(chip + "/energy1_input").c_str(), 0), 0);
  const Discovery found = Discover();
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_EQ(found.findings[0].state, MeterState::kNotPermitted);
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("energy1_input"));
}

}  // namespace
}  // namespace jouleprint::meters
