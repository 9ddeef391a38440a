// What is measured of a Jetson, with the drivers of JetPack 4 and of later ones.
#include "meters/sysfs/jetson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

class JetsonTest : public ::testing::Test {
 protected:
  Discovery Discover() { return DiscoverJetson({.sysroot = tree_.sysroot()}); }

  testing::MachineTree tree_;
  os::SystemClock clock_;
};

TEST_F(JetsonTest, AnOrdinaryMachineHearsNothing) { EXPECT_THAT(Discover().findings, IsEmpty()); }

TEST_F(JetsonTest, AgxOrinIsThreeRailsAndNoRailTwice) {
  tree_.AddChip("ina3221", "sys/devices/i2c-1/1-0040",
                {{"in1_label", "VDD_GPU_SOC"},
                 {"in1_input", "19000"},
                 {"curr1_input", "500"},
                 {"in2_label", "VDD_CPU_CV"},
                 {"in2_input", "19000"},
                 {"curr2_input", "200"},
                 {"in3_label", "VIN_SYS_5V0"},
                 {"in3_input", "5000"},
                 {"curr3_input", "900"},
                 {"in4_input", "2000"},
                 {"in7_label", "sum of shunt voltages"},
                 {"in7_input", "9000"},
                 {"curr4_input", "1600"},
                 {"update_interval", "50"}});
  tree_.AddChip("ina3221", "sys/devices/i2c-1/1-0041",
                {{"in1_label", "NC"},
                 {"in1_input", "0"},
                 {"curr1_input", "0"},
                 {"in2_label", "VDDQ_VDD2_1V8AO"},
                 {"in2_input", "5000"},
                 {"curr2_input", "100"}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0"));
  auto readings = ReadAll(found, clock_);
  EXPECT_DOUBLE_EQ(readings["VDD_GPU_SOC"].watts, 9.5);
  EXPECT_DOUBLE_EQ(readings["VDD_CPU_CV"].watts, 3.8);
  EXPECT_DOUBLE_EQ(readings["VIN_SYS_5V0"].watts, 4.5);
  EXPECT_EQ(Domain(found, "VDD_CPU_CV").scope.level, Level::kPackage);
  EXPECT_EQ(Domain(found, "VDD_GPU_SOC").component, Component::kGpu);
  EXPECT_EQ(Domain(found, "VDD_CPU_CV").error.update_period, Seconds{0.05});
  EXPECT_THAT(Dropped(found)["VDDQ_VDD2_1V8AO"], HasSubstr("VIN_SYS_5V0"));
  EXPECT_EQ(found.dropped.size(), 1u) << "a channel that is not connected is not worth a word";
}

TEST_F(JetsonTest, VddInIsTheWholeBoardAndContainsTheRails) {
  tree_.AddChip("ina3221", "sys/devices/i2c-1/1-0040",
                {{"in1_label", "VDD_IN"},
                 {"in1_input", "5000"},
                 {"curr1_input", "1000"},
                 {"in2_label", "VDD_CPU_GPU_CV"},
                 {"in2_input", "5000"},
                 {"curr2_input", "300"},
                 {"in3_label", "VDD_SOC"},
                 {"in3_input", "5000"},
                 {"curr3_input", "200"}});
  const Discovery found = Discover();
  const Scope board = Domain(found, "VDD_IN").scope;
  EXPECT_EQ(board.level, Level::kNode);
  EXPECT_TRUE(Contains(board, Domain(found, "VDD_CPU_GPU_CV").scope));
  EXPECT_TRUE(Contains(board, Domain(found, "VDD_SOC").scope));
}

TEST_F(JetsonTest, AChannelThatIsSwitchedOffOrUnknownIsNotRead) {
  tree_.AddChip("ina3221", "sys/devices/i2c-1/1-0040",
                {{"in1_label", "VDD_IN"},
                 {"in1_input", "5000"},
                 {"curr1_input", "1000"},
                 {"in1_enable", "0"},
                 {"in2_label", "MY_RAIL"},
                 {"in2_input", "5000"},
                 {"curr2_input", "300"}});
  const Discovery found = Discover();
  EXPECT_THAT(found.meters, IsEmpty());
  EXPECT_THAT(Dropped(found)["MY_RAIL"], HasSubstr("not known"));
}

TEST_F(JetsonTest, JetPack4GivesMilliwatts) {
  const std::string folder = "sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/";
  tree_.Write(folder + "rail_name_0", "POM_5V_IN\n").Write(folder + "in_power0_input", "4200\n");
  tree_.Write(folder + "rail_name_1", "POM_5V_GPU\n").Write(folder + "in_power1_input", "300\n");
  tree_.Write(folder + "rail_name_2", "POM_5V_CPU\n").Write(folder + "in_power2_input", "1100\n");
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "POM_5V_IN").scope.level, Level::kNode);
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["POM_5V_IN"].watts, 4.2);
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["POM_5V_CPU"].watts, 1.1);
}

}  // namespace
}  // namespace jouleprint::meters
