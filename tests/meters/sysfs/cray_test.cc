// What is measured by the counters of an HPE Cray node.
#include "meters/sysfs/cray.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/allocations.h"
#include "support/discovery.h"
#include "support/machine_tree.h"
#include "support/opens.h"

namespace jouleprint::meters {
namespace {

using testing::Domain;
using testing::DomainNames;
using testing::Dropped;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadAll;

class CrayTest : public ::testing::Test {
 protected:
  void Write(const std::string& file, const std::string& content) {
    tree_.Write("sys/cray/pm_counters/" + file, content + "\n");
  }
  void AddNode() {
    Write("freshness", "100");
    Write("power", "245 W 1699022612341234 us");
    Write("energy", "8462391 J 1699022612341234 us");
    Write("cpu_energy", "1234567 J 1699022612341234 us");
    Write("memory_energy", "234567 J 1699022612341234 us");
  }
  Discovery Discover() { return DiscoverCray({.sysroot = tree_.sysroot()}); }

  testing::MachineTree tree_;
  os::FakeClock clock_;
};

TEST_F(CrayTest, AnyOtherMachineHearsNothing) { EXPECT_THAT(Discover().findings, IsEmpty()); }

TEST_F(CrayTest, TheNodeItsSocketsAndTheirMemoryAreCounters) {
  AddNode();
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("node", "cpu-sockets", "memory-sockets"));
  EXPECT_EQ(Domain(found, "node").kind, ReadingKind::kCounter);
  EXPECT_DOUBLE_EQ(Domain(found, "node").joules_per_count, 1);
  EXPECT_TRUE(Contains(Domain(found, "cpu-sockets").scope, {.level = Level::kPackage, .socket = 1}));
  EXPECT_EQ(Domain(found, "memory-sockets").component, Component::kMemory);
  auto readings = ReadAll(found, clock_);
  EXPECT_EQ(readings["node"].counts, 8'462'391u);
  EXPECT_EQ(readings["cpu-sockets"].counts, 1'234'567u);
}

TEST_F(CrayTest, WithoutANodeCounterItsPowerIsTaken) {
  Write("power", "245 W 1699022612341234 us");
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "node").kind, ReadingKind::kGauge);
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["node"].watts, 245);
}

TEST_F(CrayTest, AControllerThatHasStoppedIsNoData) {
  AddNode();
  const Discovery found = Discover();
  EXPECT_EQ(ReadAll(found, clock_)["node"].state, ReadState::kOk);
  clock_.Advance(Seconds{1});
  EXPECT_EQ(ReadAll(found, clock_)["node"].state, ReadState::kOk) << "a scan may be late";
  clock_.Advance(Seconds{2});
  EXPECT_EQ(ReadAll(found, clock_)["node"].state, ReadState::kNoData);
  Write("freshness", "101");
  EXPECT_EQ(ReadAll(found, clock_)["node"].state, ReadState::kOk);
}

TEST_F(CrayTest, ATornLineIsNoData) {
  AddNode();
  const Discovery found = Discover();
  Write("energy", "84623");
  EXPECT_EQ(ReadAll(found, clock_)["node"].state, ReadState::kNoData);
  EXPECT_EQ(ReadAll(found, clock_)["cpu-sockets"].state, ReadState::kOk) << "and concerns nobody else";
}

TEST_F(CrayTest, AcceleratorsAreTheNodesCards) {
  AddNode();
  Write("accel0_energy", "1000 J 1699022612341234 us");
  Write("accel1_energy", "2000 J 1699022612341234 us");
  tree_.AddPciDevice("0000:03:00.0", "0x10de", "0x2330", "0x030200");
  tree_.AddPciDevice("0000:43:00.0", "0x10de", "0x2330", "0x030200");
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "accelerator-0").scope, (Scope{.level = Level::kGpu, .device = "0000:03:00.0"}));
  EXPECT_EQ(Domain(found, "accelerator-1").scope, (Scope{.level = Level::kGpu, .device = "0000:43:00.0"}));
  EXPECT_EQ(ReadAll(found, clock_)["accelerator-1"].counts, 2000u);
}

TEST_F(CrayTest, AcceleratorsThatMightBeCountedTwiceAreNot) {
  AddNode();
  Write("accel0_energy", "1000 J 1699022612341234 us");
  tree_.AddPciDevice("0000:03:00.0", "0x10de", "0x2330", "0x030200");
  tree_.AddPciDevice("0000:43:00.0", "0x10de", "0x2330", "0x030200");
  const Discovery found = Discover();
  EXPECT_THAT(Dropped(found)["accelerator-0"], HasSubstr("counted twice"));
}

TEST_F(CrayTest, ReadingAllocatesAndOpensNothing) {
  AddNode();
  const Discovery found = Discover();
  std::vector<Reading> readings(3);
  const auto allocations = testing::AllocationsOfThisThread();
  const auto opens = testing::OpensOfThisThread();
  found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

TEST(CrayLine, ValueUnitAndTime) {
  EXPECT_EQ(ParseCrayLine("245 W", CrayUnit::kWatts), 245u);
  EXPECT_EQ(ParseCrayLine("8462391 J 1699022612341234 us\n", CrayUnit::kJoules), 8'462'391u);
  for (const char* line :
       {"", "245", "245 J", "W 245", "-3 W", "245 W 1699", "245 W x us", "245 W 1 us more"})
    EXPECT_EQ(ParseCrayLine(line, CrayUnit::kWatts), std::nullopt) << line;
}

}  // namespace
}  // namespace jouleprint::meters
