// Which zones are counted, what their readings say, and what is said of those that are not.
#include "meters/powercap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <thread>

#include "support/allocations.h"
#include "support/opens.h"
#include "support/powercap_tree.h"

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PowercapTree;
using ::testing::UnorderedElementsAre;

class PowercapTest : public ::testing::Test {
 protected:
  Discovery Discover(const std::string& vendor = "GenuineIntel",
                     PowercapScope scope = PowercapScope::kComponents,
                     const std::string& virtualization = "") {
    return DiscoverPowercap(tree_.sysroot(), vendor, virtualization, scope);
  }

  static std::vector<std::string> Names(const Discovery& found) {
    std::vector<std::string> names;
    if (found.meter == nullptr) return names;
    for (const DomainInfo& domain : found.meter->domains()) names.push_back(domain.name);
    return names;
  }

  static std::map<std::string, std::string> Dropped(const Discovery& found) {
    std::map<std::string, std::string> dropped;
    for (const DroppedDomain& domain : found.dropped) dropped[domain.source] = domain.reason;
    return dropped;
  }

  std::vector<Reading> Read(Meter& meter) {
    std::vector<Reading> readings(meter.domains().size());
    meter.Read(clock_, readings);
    return readings;
  }

  PowercapTree tree_;
  os::SystemClock clock_;
};

TEST_F(PowercapTest, APackageIsACounterOfMicrojoules) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 5'000'000, .limit_uw = 250'000'000});
  const Discovery found = Discover();
  ASSERT_EQ(Names(found), std::vector<std::string>{"package-0"});
  const DomainInfo& domain = found.meter->domains()[0];
  EXPECT_EQ(domain.component, Component::kCpu);
  EXPECT_EQ(domain.kind, ReadingKind::kCounter);
  EXPECT_EQ(domain.basis, Basis::kCounter);
  EXPECT_EQ(domain.source, "powercap intel-rapl:0");
  EXPECT_DOUBLE_EQ(domain.joules_per_count, 1e-6);
  EXPECT_EQ(domain.limit, Watts{250});
  EXPECT_GT(domain.error.relative, 0);

  EXPECT_EQ(Read(*found.meter)[0].counts, 5'000'000u);
  tree_.SetEnergy("intel-rapl:0", 7'500'000);
  const Reading reading = Read(*found.meter)[0];
  EXPECT_EQ(reading.state, ReadState::kOk);
  EXPECT_EQ(reading.counts, 7'500'000u);
  EXPECT_LE(reading.before, reading.after);
}

// energy_uj is the raw 32-bit value times the unit: after the range comes one unit more, and then 0.
TEST_F(PowercapTest, TheCounterHasOneUnitMoreThanItsRange) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .max_range_uj = 262'143'328'850});
  tree_.Add({.id = "intel-rapl:1", .name = "package-1", .max_range_uj = 0});
  const Discovery found = Discover();
  EXPECT_EQ(found.meter->domains()[0].counter_values, 262'143'328'850u + 61u) << "2^32 units of 2^-14 J";
  EXPECT_EQ(found.meter->domains()[1].counter_values, 0u) << "what is not known never wraps";
}

TEST_F(PowercapTest, PackagesAndTheirMemoryAreCountedAndTheirPartsAreNot) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-1"})
      .Add({.id = "intel-rapl:0:0", .name = "core"})
      .Add({.id = "intel-rapl:0:1", .name = "dram"})
      .Add({.id = "intel-rapl:1", .name = "package-0"})
      .Add({.id = "intel-rapl:1:0", .name = "uncore"})
      .Add({.id = "intel-rapl:1:1", .name = "dram"});
  const Discovery found = Discover();
  EXPECT_THAT(Names(found), ElementsAre("package-0", "package-1", "dram-0", "dram-1"));
  EXPECT_EQ(found.meter->domains()[2].source, "powercap intel-rapl:1:1") << "the memory of package-0";
  EXPECT_EQ(found.meter->domains()[2].component, Component::kMemory);
  const auto dropped = Dropped(found);
  EXPECT_EQ(dropped.size(), 2u);
  EXPECT_THAT(dropped.at("powercap intel-rapl:0:0"), HasSubstr("part of the processor package"));
  EXPECT_THAT(dropped.at("powercap intel-rapl:1:0"), HasSubstr("part of the processor package"));
}

TEST_F(PowercapTest, APackageThatIsSeenTwiceIsCountedOnce) {
  tree_.Add({.id = "intel-rapl-mmio:0", .name = "package-0"})
      .Add({.id = "intel-rapl-mmio:0:0", .name = "dram"})
      .Add({.id = "intel-rapl:0", .name = "package-0"})
      .Add({.id = "intel-rapl:0:0", .name = "dram"});
  const Discovery found = Discover();
  ASSERT_THAT(Names(found), ElementsAre("package-0", "dram-0"));
  EXPECT_EQ(found.meter->domains()[0].source, "powercap intel-rapl:0");
  EXPECT_EQ(found.meter->domains()[1].source, "powercap intel-rapl:0:0");
  EXPECT_THAT(Dropped(found).at("powercap intel-rapl-mmio:0"), HasSubstr("second time"));
  EXPECT_THAT(Dropped(found).at("powercap intel-rapl-mmio:0:0"), HasSubstr("MSR driver"));
}

TEST_F(PowercapTest, DiesAreOneOnAmdAndTwoOnIntel) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0-die-0", .energy_uj = 1'000'000'000})
      .Add({.id = "intel-rapl:1", .name = "package-0-die-1", .energy_uj = 1'000'000'100})
      .Add({.id = "intel-rapl:2", .name = "package-1-die-0", .energy_uj = 3'000'000'000})
      .Add({.id = "intel-rapl:3", .name = "package-1-die-1", .energy_uj = 4'000'000'000});
  EXPECT_THAT(Names(Discover("AuthenticAMD")), ElementsAre("package-0-die-0", "package-1-die-0"));
  EXPECT_THAT(Names(Discover("HygonGenuine")), ElementsAre("package-0-die-0", "package-1-die-0"));
  EXPECT_EQ(Names(Discover("GenuineIntel")).size(), 4u);
  EXPECT_THAT(Names(Discover("")), ElementsAre("package-0-die-0", "package-1-die-0", "package-1-die-1"))
      << "counters that agree to a tenth of a percent are one";
}

TEST_F(PowercapTest, ThePlatformZoneIsCountedInsteadWhereItIsAskedForOrIsAllThereIs) {
  tree_.Add({.id = "intel-rapl:0", .name = "psys"});
  EXPECT_THAT(Names(Discover()), ElementsAre("psys"));
  tree_.Add({.id = "intel-rapl:1", .name = "package-0"}).Add({.id = "intel-rapl:1:0", .name = "dram"});
  EXPECT_THAT(Names(Discover()), ElementsAre("package-0", "dram-0"));
  const Discovery platform = Discover("GenuineIntel", PowercapScope::kPlatform);
  ASSERT_THAT(Names(platform), ElementsAre("psys"));
  EXPECT_EQ(platform.meter->domains()[0].component, Component::kBoard);
  EXPECT_EQ(Dropped(platform).size(), 2u);
}

TEST_F(PowercapTest, AZoneOfUnknownMeaningIsNotCountedAndNamed) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "mystery"});
  const Discovery found = Discover();
  EXPECT_THAT(Names(found), ElementsAre("package-0"));
  EXPECT_THAT(Dropped(found).at("powercap intel-rapl:0:0"), HasSubstr("mystery"));
}

TEST_F(PowercapTest, ATreeWithoutTheClassFolderIsRead) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "dram"});
  std::filesystem::remove_all(tree_.sysroot().Path("sys/class"));
  EXPECT_THAT(Names(Discover()), ElementsAre("package-0", "dram-0"));
}

TEST_F(PowercapTest, CopiesOfAFlatTreeAreRead) {
  tree_.Write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
      .Write("sys/class/powercap/intel-rapl:0/energy_uj", "42\n")
      .Write("sys/class/powercap/intel-rapl:0:0/name", "dram\n")
      .Write("sys/class/powercap/intel-rapl:0:0/energy_uj", "43");
  EXPECT_THAT(Names(Discover()), ElementsAre("package-0", "dram-0"));
}

TEST_F(PowercapTest, SaysWhatToDoWhereThereIsNoTree) {
  const auto remedy = [&](const std::string& virtualization) {
    const Discovery found = Discover("GenuineIntel", PowercapScope::kComponents, virtualization);
    EXPECT_EQ(found.meter, nullptr);
    EXPECT_EQ(found.findings.at(0).state, MeterState::kNotPresent);
    return found.findings[0].remedy;
  };
  EXPECT_THAT(remedy(""), HasSubstr("modprobe"));
  EXPECT_THAT(remedy("container"), HasSubstr("/sys/class/powercap"));
  EXPECT_THAT(remedy("kvm"), HasSubstr("on the host"));
}

TEST_F(PowercapTest, SaysThatAnEmptyTreeIsEmpty) {
  std::filesystem::create_directories(tree_.sysroot().Path("sys/class/powercap/intel-rapl"));
  EXPECT_THAT(Discover().findings.at(0).reason, HasSubstr("empty"));
}

TEST_F(PowercapTest, ACounterThatReadsZeroForEverIsRefused) {
  tree_.Add({.id = "intel-rapl:0", .name = "psys", .energy_uj = 0});
  const Discovery found = Discover();
  EXPECT_EQ(found.meter, nullptr);
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("psys"));
}

TEST_F(PowercapTest, ACounterThatIsAtZeroAndMovesIsCounted) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 0});
  std::thread driver([&] { tree_.SetEnergy("intel-rapl:0", 5); });
  const Discovery found = Discover();
  driver.join();
  EXPECT_THAT(Names(found), ElementsAre("package-0"));
}

TEST_F(PowercapTest, ACounterThatHoldsNoNumberIsRefused) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"});
  std::ofstream(tree_.EnergyPath("intel-rapl:0")) << "many\n";
  const Discovery found = Discover();
  EXPECT_EQ(found.meter, nullptr);
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("'many'"));
}

TEST_F(PowercapTest, CountersForRootOnlyAreSaidToBeAndOthersAreCounted) {
  if (geteuid() == 0) GTEST_SKIP() << "skipped: root may read everything";
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:1", .name = "package-1"});
  chmod(tree_.EnergyPath("intel-rapl:0").c_str(), 0);
  const Discovery found = Discover();
  EXPECT_THAT(Names(found), ElementsAre("package-1"));
  ASSERT_EQ(found.findings.size(), 2u);
  EXPECT_EQ(found.findings[1].state, MeterState::kNotPermitted);
  EXPECT_THAT(found.findings[1].remedy, HasSubstr(tree_.EnergyPath("intel-rapl:0")));
}

TEST_F(PowercapTest, AFileThatWasReplacedIsLookedForAgain) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 100});
  const Discovery found = Discover();
  EXPECT_EQ(Read(*found.meter)[0].state, ReadState::kOk);
  tree_.ReplaceEnergy("intel-rapl:0", 200);
  EXPECT_EQ(Read(*found.meter)[0].state, ReadState::kGone) << "nobody writes into the old one any more";
  ASSERT_TRUE(found.meter->Reopen());
  const Reading reading = Read(*found.meter)[0];
  EXPECT_EQ(reading.state, ReadState::kOk);
  EXPECT_EQ(reading.counts, 200u);
}

TEST_F(PowercapTest, AValueThatIsReplacedAllTheTimeIsGoodStraightAfterItWasOpened) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 100});
  const Discovery found = Discover();
  ASSERT_TRUE(found.meter->Reopen());
  tree_.ReplaceEnergy("intel-rapl:0", 200);
  const Reading reading = Read(*found.meter)[0];
  EXPECT_EQ(reading.state, ReadState::kStale);
  EXPECT_EQ(reading.counts, 100u);
  EXPECT_EQ(Read(*found.meter)[0].state, ReadState::kGone);
}

TEST_F(PowercapTest, AZoneThatIsRemovedIsGoneAndOthersGoOn) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:1", .name = "package-1"});
  const Discovery found = Discover();
  Read(*found.meter);
  tree_.Remove("intel-rapl:0");
  tree_.SetEnergy("intel-rapl:1", 9);
  found.meter->Reopen();
  const auto readings = Read(*found.meter);
  EXPECT_EQ(readings[0].state, ReadState::kGone);
  EXPECT_EQ(readings[1].counts, 9u);
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 77});
  ASSERT_TRUE(found.meter->Reopen());
  EXPECT_EQ(Read(*found.meter)[0].counts, 77u);
}

TEST_F(PowercapTest, AReadThatHoldsNoNumberIsNoReading) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"});
  const Discovery found = Discover();
  for (const char* torn : {"", "\n", "12x", "-5", "99999999999999999999999"}) {
    std::ofstream(tree_.EnergyPath("intel-rapl:0")) << torn;
    EXPECT_EQ(Read(*found.meter)[0].state, ReadState::kNoData) << torn;
  }
}

TEST_F(PowercapTest, ReadingAllocatesAndOpensNothing) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "dram"});
  const Discovery found = Discover();
  std::vector<Reading> readings(2);
  found.meter->Read(clock_, readings);
  const std::uint64_t allocations = testing::AllocationsOfThisThread();
  const std::uint64_t opens = testing::OpensOfThisThread();
  for (int i = 0; i < 100; ++i) found.meter->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

}  // namespace
}  // namespace jouleprint::meters
