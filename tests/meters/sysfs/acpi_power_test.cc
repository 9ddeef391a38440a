// What ACPI power meters measure on ordinary servers and on Grace.
#include "meters/sysfs/acpi_power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/discovery.h"
#include "support/machine_tree.h"

namespace jouleprint::meters {
namespace {

using testing::Domain;
using testing::DomainNames;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadAll;

class AcpiPowerTest : public ::testing::Test {
 protected:
  std::string AddMeter(const std::map<std::string, std::string>& files) {
    return tree_.AddChip("power_meter", "sys/devices/LNXSYSTM:00/ACPI000D:0" + std::to_string(meters_++),
                         files);
  }
  Discovery Discover() { return DiscoverAcpiPower({.sysroot = tree_.sysroot()}); }

  testing::MachineTree tree_;
  os::SystemClock clock_;
  int meters_ = 0;
};

TEST_F(AcpiPowerTest, AServersMeterIsTheWholeMachine) {
  const std::string chip = AddMeter(
      {{"power1_average", "312000000"}, {"power1_average_interval", "3000"}, {"power1_accuracy", "95.0%"}});
  const Discovery found = Discover();
  const DomainInfo node = Domain(found, "node");
  EXPECT_EQ(node.scope.level, Level::kNode);
  EXPECT_EQ(node.component, Component::kBoard);
  EXPECT_EQ(node.kind, ReadingKind::kGauge);
  EXPECT_EQ(node.error.update_period, Seconds{3});
  EXPECT_NEAR(node.error.relative, 0.05, 1e-9) << "as the firmware says of itself";
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["node"].watts, 312);
}

TEST_F(AcpiPowerTest, AnAccuracyThatNobodyWouldBelieveIsNot) {
  for (const char* accuracy : {"100.0%", "0.0%", "none", "abc.d%", "95%"}) {
    testing::MachineTree tree;
    tree.AddChip("power_meter", "sys/devices/ACPI000D:00",
                 {{"power1_average", "1"}, {"power1_accuracy", accuracy}});
    EXPECT_GE(Domain(DiscoverAcpiPower({.sysroot = tree.sysroot()}), "node").error.relative, 0.01)
        << accuracy;
  }
}

TEST_F(AcpiPowerTest, WhatTheFirmwareDoesNotKnowNowItMayKnowLater) {
  const std::string chip = AddMeter({{"power1_average", ""}});
  const Discovery found = Discover();
  EXPECT_EQ(ReadAll(found, clock_)["node"].state, ReadState::kNoData);
  tree_.Write(chip + "/power1_average", "100000000\n");
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["node"].watts, 100);
}

TEST_F(AcpiPowerTest, SeveralThatDoNotSayWhatTheyMeasureAreNotGuessedAt) {
  AddMeter({{"power1_average", "1"}});
  AddMeter({{"power1_average", "2"}});
  const Discovery found = Discover();
  EXPECT_THAT(found.meters, IsEmpty());
  ASSERT_EQ(found.dropped.size(), 2u);
  EXPECT_THAT(found.dropped[0].reason, HasSubstr("none says what it measures"));
}

TEST_F(AcpiPowerTest, OnGraceEachNamesItsPart) {
  for (const char* info : {"Module Power Socket 0", "Grace Power Socket 0", "CPU Power Socket 0",
                           "SysIO Power Socket 0", "Grace Power Socket 1"})
    AddMeter({{"power1_average", "50000000"}, {"power1_oem_info", info}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("module-0", "package-0", "cores-0", "sysio-0", "package-1"));
  EXPECT_EQ(Domain(found, "package-1").scope, (Scope{.level = Level::kPackage, .socket = 1}));
  EXPECT_TRUE(Contains(Domain(found, "module-0").scope, Domain(found, "package-0").scope));
  EXPECT_TRUE(Contains(Domain(found, "package-0").scope, Domain(found, "cores-0").scope));
  EXPECT_TRUE(Contains(Domain(found, "package-0").scope, Domain(found, "sysio-0").scope));
}

TEST_F(AcpiPowerTest, AGraceMachineWithoutThemHasARemedy) {
  tree_.Write("sys/bus/soc/devices/soc0/soc_id", "jep106:036b:0241\n");
  const Discovery found = Discover();
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_EQ(found.findings[0].state, MeterState::kNotPresent);
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("acpi_power_meter.force_cap_on=y"));
}

TEST_F(AcpiPowerTest, AnyOtherMachineHearsNothing) {
  tree_.Write("sys/bus/soc/devices/soc0/soc_id", "jep106:0016:0001\n");
  EXPECT_THAT(Discover().findings, IsEmpty());
}

}  // namespace
}  // namespace jouleprint::meters
