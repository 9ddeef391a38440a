// When a battery says what the machine draws, and that it says nothing otherwise.
#include "meters/sysfs/battery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/allocations.h"
#include "support/discovery.h"
#include "support/machine_tree.h"
#include "support/opens.h"

namespace jouleprint::meters {
namespace {

using testing::Domain;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadAll;

class BatteryTest : public ::testing::Test {
 protected:
  static std::string File(const std::string& supply, const std::string& file) {
    return "sys/class/power_supply/" + supply + "/" + file;
  }
  void Add(const std::string& supply, const std::map<std::string, std::string>& files) {
    for (const auto& [file, content] : files) tree_.Write(File(supply, file), content + "\n");
  }
  void AddLaptop() {
    Add("AC", {{"type", "Mains"}, {"online", "0"}});
    Add("BAT0", {{"type", "Battery"}, {"status", "Discharging"}, {"power_now", "8500000"}});
  }
  Discovery Discover() { return DiscoverBattery({.sysroot = tree_.sysroot()}); }
  Reading Read(const Discovery& found) { return ReadAll(found, clock_)["battery"]; }

  testing::MachineTree tree_;
  os::SystemClock clock_;
};

TEST_F(BatteryTest, GivesTheWholeMachinesPower) {
  AddLaptop();
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "battery").scope.level, Level::kNode);
  EXPECT_EQ(Read(found).state, ReadState::kOk);
  EXPECT_DOUBLE_EQ(Read(found).watts, 8.5);
}

TEST_F(BatteryTest, VoltsTimesAmperesOfEitherSign) {
  for (const char* current : {"900000", "-900000"}) {
    testing::MachineTree tree;
    const std::string battery = "sys/class/power_supply/BAT1/";
    tree.Write(battery + "type", "Battery\n").Write(battery + "status", "Discharging\n");
    tree.Write(battery + "voltage_now", "11500000\n").Write(battery + "current_now", current);
    const Discovery found = DiscoverBattery({.sysroot = tree.sysroot()});
    EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["battery"].watts, 10.35) << current;
  }
}

TEST_F(BatteryTest, AChargerInTheMiddleMakesItSilent) {
  AddLaptop();
  const Discovery found = Discover();
  ASSERT_EQ(Read(found).state, ReadState::kOk);
  tree_.Write(File("AC", "online"), "1\n");
  EXPECT_EQ(Read(found).state, ReadState::kNoData) << "before the battery has noticed";
  tree_.Write(File("BAT0", "status"), "Charging\n");
  EXPECT_EQ(Read(found).state, ReadState::kNoData);
  tree_.Write(File("AC", "online"), "0\n");
  EXPECT_EQ(Read(found).state, ReadState::kNoData) << "what flows is still into the battery";
  tree_.Write(File("BAT0", "status"), "Discharging\n");
  EXPECT_EQ(Read(found).state, ReadState::kOk);
}

TEST_F(BatteryTest, AStatusThatNobodyKnowsOrThatIsGoneIsNoReading) {
  AddLaptop();
  const Discovery found = Discover();
  for (const char* status : {"", "Full\n", "Unknown\n", "Hibernating\n"}) {
    tree_.Write(File("BAT0", "status"), status);
    EXPECT_EQ(Read(found).state, ReadState::kNoData) << status;
  }
  tree_.Remove("sys/class/power_supply/BAT0");
  EXPECT_EQ(Read(found).state, ReadState::kGone);
}

TEST_F(BatteryTest, OfTwoBatteriesTheOneThatRestsGivesNothing) {
  AddLaptop();
  Add("BAT1", {{"type", "Battery"}, {"status", "Not charging"}, {"power_now", "300000"}});
  const Discovery found = Discover();
  EXPECT_DOUBLE_EQ(Read(found).watts, 8.5);
  tree_.Write(File("BAT1", "status"), "Discharging\n");
  EXPECT_DOUBLE_EQ(Read(found).watts, 8.8);
  tree_.Write(File("BAT1", "status"), "Charging\n");
  EXPECT_EQ(Read(found).state, ReadState::kNoData) << "one battery would be counted for charging the other";
}

TEST_F(BatteryTest, OnMainsPowerItIsRefusedWithARemedy) {
  AddLaptop();
  Add("AC", {{"online", "1"}});
  const Discovery found = Discover();
  EXPECT_THAT(found.meters, IsEmpty());
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_EQ(found.findings[0].state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("mains power"));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("unplug"));
}

TEST_F(BatteryTest, AMousesBatteryIsNotTheMachines) {
  Add("hidpp_battery_0",
      {{"type", "Battery"}, {"scope", "Device"}, {"status", "Discharging"}, {"power_now", "5000"}});
  EXPECT_THAT(Discover().findings, IsEmpty());
  AddLaptop();
  EXPECT_DOUBLE_EQ(Read(Discover()).watts, 8.5);
}

TEST_F(BatteryTest, ABatteryWithoutAFigureIsRefused) {
  Add("BAT0", {{"type", "Battery"}, {"status", "Discharging"}, {"energy_now", "40000000"}});
  const Discovery found = Discover();
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_THAT(found.findings[0].reason, HasSubstr("BAT0 gives neither"));
}

TEST_F(BatteryTest, AServerHearsNothing) {
  Add("AC", {{"type", "Mains"}, {"online", "1"}});
  Add("BAT0", {{"type", "Battery"}, {"present", "0"}, {"status", "Unknown"}, {"power_now", "0"}});
  EXPECT_THAT(Discover().findings, IsEmpty()) << "an empty bay is no battery";
}

TEST_F(BatteryTest, ReadingAllocatesAndOpensNothing) {
  AddLaptop();
  const Discovery found = Discover();
  std::vector<Reading> readings(1);
  const auto allocations = testing::AllocationsOfThisThread();
  const auto opens = testing::OpensOfThisThread();
  found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

}  // namespace
}  // namespace jouleprint::meters
