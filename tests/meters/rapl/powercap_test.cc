// Which zones are counted, what their readings say, and what is said of those that are not.
#include "meters/rapl/powercap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <thread>

#include "support/allocations.h"
#include "support/discovery.h"
#include "support/opens.h"
#include "support/powercap_tree.h"

namespace jouleprint::meters {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PowercapTree;

class PowercapTest : public ::testing::Test {
 protected:
  static std::map<std::string, std::string> DroppedBySource(const Discovery& found) {
    std::map<std::string, std::string> dropped;
    for (const DroppedDomain& domain : found.dropped) dropped[domain.source] = domain.reason;
    return dropped;
  }

  Machine MachineOf(const std::string& vendor, const std::string& virtualization) const {
    Machine machine{.sysroot = tree_.sysroot()};
    machine.cpu.vendor = vendor;
    machine.cpu.virtualization = virtualization;
    return machine;
  }
  Discovery Discover(const std::string& vendor = "GenuineIntel", const std::string& virtualization = "") {
    return DiscoverPowercap(MachineOf(vendor, virtualization));
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
  ASSERT_EQ(testing::DomainNames(found), std::vector<std::string>{"package-0"});
  const DomainInfo& domain = found.meters.at(0)->domains()[0];
  EXPECT_EQ(domain.component, Component::kCpu);
  EXPECT_EQ(domain.kind, ReadingKind::kCounter);
  EXPECT_EQ(domain.basis, Basis::kCounter);
  EXPECT_EQ(domain.source, "powercap intel-rapl:0");
  EXPECT_DOUBLE_EQ(domain.joules_per_count, 1e-6);
  EXPECT_EQ(domain.limit, Watts{250});
  EXPECT_GT(domain.error.relative, 0);

  EXPECT_EQ(Read(*found.meters.at(0))[0].counts, 5'000'000u);
  tree_.SetEnergy("intel-rapl:0", 7'500'000);
  const Reading reading = Read(*found.meters.at(0))[0];
  EXPECT_EQ(reading.state, ReadState::kOk);
  EXPECT_EQ(reading.counts, 7'500'000u);
  EXPECT_LE(reading.before, reading.after);
}

// energy_uj is the raw 32-bit value times the unit: after the range comes one unit more, and then 0.
TEST_F(PowercapTest, TheCounterHasOneUnitMoreThanItsRange) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .max_range_uj = 262'143'328'850});
  tree_.Add({.id = "intel-rapl:1", .name = "package-1", .max_range_uj = 0});
  const Discovery found = Discover();
  EXPECT_EQ(found.meters.at(0)->domains()[0].counter_values, 262'143'328'850u + 61u)
      << "2^32 units of 2^-14 J";
  EXPECT_EQ(found.meters.at(0)->domains()[1].counter_values, 0u) << "what is not known never wraps";
}

// Which of them are counted, boundary_test.cc says.
TEST_F(PowercapTest, EveryZoneIsOfferedWithWhatItMeasures) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-1"})
      .Add({.id = "intel-rapl:0:0", .name = "core"})
      .Add({.id = "intel-rapl:0:1", .name = "dram"})
      .Add({.id = "intel-rapl:1", .name = "package-0"})
      .Add({.id = "intel-rapl:1:0", .name = "uncore"})
      .Add({.id = "intel-rapl:1:1", .name = "dram"})
      .Add({.id = "intel-rapl:2", .name = "psys"});
  const Discovery found = Discover();
  EXPECT_THAT(testing::DomainNames(found),
              ElementsAre("package-0", "package-1", "dram-0", "dram-1", "core-1", "uncore-0", "psys"));
  EXPECT_THAT(found.dropped, IsEmpty());
  const auto& domains = found.meters.at(0)->domains();
  EXPECT_EQ(domains[2].source, "powercap intel-rapl:1:1") << "the memory of package-0";
  EXPECT_EQ(domains[2].component, Component::kMemory);
  EXPECT_EQ(domains[1].scope, (Scope{.level = Level::kPackage, .socket = 1}));
  EXPECT_EQ(domains[2].scope, (Scope{.level = Level::kMemory, .socket = 0}));
  EXPECT_EQ(domains[4].scope, (Scope{.level = Level::kCores, .socket = 1}));
  EXPECT_EQ(domains[5].scope, (Scope{.level = Level::kUncore, .socket = 0}));
  EXPECT_EQ(domains[6].scope, Scope{.level = Level::kPlatform});
  EXPECT_EQ(domains[6].component, Component::kBoard);
}

TEST_F(PowercapTest, APackageThatTwoDriversShowHasOneScopeAndTheMsrDriversComesFirst) {
  tree_.Add({.id = "intel-rapl-mmio:0", .name = "package-0"})
      .Add({.id = "intel-rapl-mmio:0:0", .name = "dram"})
      .Add({.id = "intel-rapl:0", .name = "package-0"})
      .Add({.id = "intel-rapl:0:0", .name = "dram"});
  const Discovery found = Discover();
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("package-0", "package-0 (intel-rapl-mmio:0)", "dram-0",
                                                       "dram-0 (intel-rapl-mmio:0:0)"));
  const auto& domains = found.meters.at(0)->domains();
  EXPECT_EQ(domains[0].source, "powercap intel-rapl:0");
  EXPECT_EQ(domains[0].scope, domains[1].scope);
  EXPECT_EQ(domains[2].scope, domains[3].scope);
}

TEST_F(PowercapTest, DiesAreOneOnAmdAndTwoOnIntel) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0-die-0", .energy_uj = 1'000'000'000})
      .Add({.id = "intel-rapl:1", .name = "package-0-die-1", .energy_uj = 1'000'000'100})
      .Add({.id = "intel-rapl:2", .name = "package-1-die-0", .energy_uj = 3'000'000'000})
      .Add({.id = "intel-rapl:3", .name = "package-1-die-1", .energy_uj = 4'000'000'000});
  EXPECT_THAT(testing::DomainNames(Discover("AuthenticAMD")),
              ElementsAre("package-0-die-0", "package-1-die-0"));
  EXPECT_THAT(testing::DomainNames(Discover("HygonGenuine")),
              ElementsAre("package-0-die-0", "package-1-die-0"));
  EXPECT_EQ(testing::DomainNames(Discover("GenuineIntel")).size(), 4u);
  EXPECT_THAT(testing::DomainNames(Discover("")),
              ElementsAre("package-0-die-0", "package-1-die-0", "package-1-die-1"))
      << "counters that agree to a tenth of a percent are one";
}

TEST_F(PowercapTest, ADiesCounterIsThePackagesOnAmdAndItsOwnOnIntel) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0-die-1"});
  EXPECT_EQ(Discover("AuthenticAMD").meters.at(0)->domains()[0].scope,
            (Scope{.level = Level::kPackage, .socket = 0}));
  EXPECT_EQ(Discover("GenuineIntel").meters.at(0)->domains()[0].scope,
            (Scope{.level = Level::kPackage, .socket = 0, .die = 1}));
}

TEST_F(PowercapTest, TheCoreOfAmdIsOneCoreAndNotAllOfThem) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "core"});
  EXPECT_EQ(Discover("AuthenticAMD").meters.at(0)->domains()[1].scope.device, "lead core");
  EXPECT_EQ(Discover("GenuineIntel").meters.at(0)->domains()[1].scope.device, "");
}

TEST_F(PowercapTest, TheSecondPackagesPlatformIsToldFromTheFirsts) {
  tree_.Add({.id = "intel-rapl:0", .name = "psys"}).Add({.id = "intel-rapl:1", .name = "psys-1"});
  const auto found = Discover();
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("psys", "psys-1"));
  EXPECT_NE(found.meters.at(0)->domains()[0].scope, found.meters.at(0)->domains()[1].scope);
}

// arm_scmi_powercap.c: no energy, but mean power; the names are firmware's.
TEST_F(PowercapTest, WhatFirmwareReportsThroughScmiIsAGaugeOfTheZonesThatItNames) {
  const auto add = [&](const std::string& id, const std::string& name, const std::string& power_uw) {
    tree_.Write("sys/class/powercap/" + id + "/name", name + "\n");
    tree_.Write("sys/class/powercap/" + id + "/power_uw", power_uw + "\n");
  };
  add("arm-scmi:0", "SOC", "30000000");
  add("arm-scmi:0:0", "cluster0", "10000000");
  add("arm-scmi:1", "DDR", "0");
  add("arm-scmi:2", "thing", "1");
  const Discovery found = Discover("ARM");
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("SOC", "DDR"));
  const DomainInfo& soc = found.meters.at(0)->domains()[0];
  EXPECT_EQ(soc.kind, ReadingKind::kGauge);
  EXPECT_THAT(found.findings.at(0).reason, HasSubstr("firmware"));
  EXPECT_EQ(soc.basis, Basis::kSampled);
  EXPECT_EQ(soc.scope.level, Level::kPackage);
  EXPECT_EQ(found.meters.at(0)->domains()[1].component, Component::kMemory);
  EXPECT_DOUBLE_EQ(Read(*found.meters.at(0))[0].watts, 30);
  EXPECT_THAT(DroppedBySource(found).at("powercap arm-scmi:0:0"), HasSubstr("part of SOC"));
  EXPECT_THAT(DroppedBySource(found).at("powercap arm-scmi:2"), HasSubstr("'thing'"));
}

TEST_F(PowercapTest, TheClustersOfAnArmProcessorAreTwoThings) {
  for (const char* number : {"0", "1"}) {
    tree_.Write(std::string("sys/class/powercap/arm-scmi:") + number + "/name",
                std::string("cluster") + number);
    tree_.Write(std::string("sys/class/powercap/arm-scmi:") + number + "/power_uw", "5");
  }
  const Discovery found = Discover("ARM");
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("cluster0", "cluster1"));
  const auto& domains = found.meters.at(0)->domains();
  EXPECT_EQ(domains[0].scope.level, Level::kCores);
  EXPECT_NE(domains[0].scope, domains[1].scope);
}

TEST_F(PowercapTest, TheKernelsModelOfPowerIsNoMeter) {
  tree_.Write("sys/class/powercap/dtpm:0/name", "package")
      .Write("sys/class/powercap/dtpm:0/power_uw", "5000000");
  const Discovery found = Discover("ARM");
  EXPECT_TRUE(found.meters.empty());
  EXPECT_THAT(DroppedBySource(found).at("powercap dtpm:0"), HasSubstr("not a measurement"));
}

TEST_F(PowercapTest, AZoneOfUnknownMeaningIsNotCountedAndNamed) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "mystery"});
  const Discovery found = Discover();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
  EXPECT_THAT(DroppedBySource(found).at("powercap intel-rapl:0:0"), HasSubstr("mystery"));
}

TEST_F(PowercapTest, ATreeWithoutTheClassFolderIsRead) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "dram"});
  std::filesystem::remove_all(tree_.sysroot().Path("sys/class"));
  EXPECT_THAT(testing::DomainNames(Discover()), ElementsAre("package-0", "dram-0"));
}

TEST_F(PowercapTest, CopiesOfAFlatTreeAreRead) {
  tree_.Write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
      .Write("sys/class/powercap/intel-rapl:0/energy_uj", "42\n")
      .Write("sys/class/powercap/intel-rapl:0:0/name", "dram\n")
      .Write("sys/class/powercap/intel-rapl:0:0/energy_uj", "43");
  EXPECT_THAT(testing::DomainNames(Discover()), ElementsAre("package-0", "dram-0"));
}

TEST_F(PowercapTest, SaysWhatToDoWhereThereIsNoTree) {
  const auto remedy = [&](const std::string& virtualization) {
    const Discovery found = Discover("GenuineIntel", virtualization);
    EXPECT_TRUE(found.meters.empty());
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
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("psys"));
}

TEST_F(PowercapTest, ACounterThatIsAtZeroAndMovesIsCounted) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 0});
  std::thread driver([&] { tree_.SetEnergy("intel-rapl:0", 5); });
  const Discovery found = Discover();
  driver.join();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
}

TEST_F(PowercapTest, ACounterThatHoldsNoNumberIsRefused) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"});
  std::ofstream(tree_.EnergyPath("intel-rapl:0")) << "many\n";
  const Discovery found = Discover();
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("'many'"));
}

TEST_F(PowercapTest, CountersForRootOnlyAreSaidToBeAndOthersAreCounted) {
  if (geteuid() == 0) GTEST_SKIP() << "skipped: root may read everything";
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:1", .name = "package-1"});
  chmod(tree_.EnergyPath("intel-rapl:0").c_str(), 0);
  const Discovery found = Discover();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-1"));
  ASSERT_EQ(found.findings.size(), 2u);
  EXPECT_EQ(found.findings[1].state, MeterState::kNotPermitted);
  EXPECT_THAT(found.findings[1].reason, HasSubstr("package-0"));
  EXPECT_THAT(found.findings[1].remedy,
              AllOf(HasSubstr("usermod -aG jouleprint"), HasSubstr("setcap cap_perfmon+ep")));
}

TEST_F(PowercapTest, AFileThatWasReplacedIsLookedForAgain) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 100});
  const Discovery found = Discover();
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kOk);
  tree_.ReplaceEnergy("intel-rapl:0", 200);
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kGone)
      << "nobody writes into the old one any more";
  ASSERT_TRUE(found.meters.at(0)->Reopen());
  const Reading reading = Read(*found.meters.at(0))[0];
  EXPECT_EQ(reading.state, ReadState::kOk);
  EXPECT_EQ(reading.counts, 200u);
}

TEST_F(PowercapTest, AValueThatIsReplacedAllTheTimeIsGoodStraightAfterItWasOpened) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 100});
  const Discovery found = Discover();
  ASSERT_TRUE(found.meters.at(0)->Reopen());
  tree_.ReplaceEnergy("intel-rapl:0", 200);
  const Reading reading = Read(*found.meters.at(0))[0];
  EXPECT_EQ(reading.state, ReadState::kStale);
  EXPECT_EQ(reading.counts, 100u);
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kGone);
}

TEST_F(PowercapTest, AZoneThatIsRemovedIsGoneAndOthersGoOn) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:1", .name = "package-1"});
  const Discovery found = Discover();
  Read(*found.meters.at(0));
  tree_.Remove("intel-rapl:0");
  tree_.SetEnergy("intel-rapl:1", 9);
  found.meters.at(0)->Reopen();
  const auto readings = Read(*found.meters.at(0));
  EXPECT_EQ(readings[0].state, ReadState::kGone);
  EXPECT_EQ(readings[1].counts, 9u);
  tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 77});
  ASSERT_TRUE(found.meters.at(0)->Reopen());
  EXPECT_EQ(Read(*found.meters.at(0))[0].counts, 77u);
}

TEST_F(PowercapTest, AReadThatHoldsNoNumberIsNoReading) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"});
  const Discovery found = Discover();
  for (const char* torn : {"", "\n", "12x", "-5", "99999999999999999999999"}) {
    std::ofstream(tree_.EnergyPath("intel-rapl:0")) << torn;
    EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kNoData) << torn;
  }
}

TEST_F(PowercapTest, ReadingAllocatesAndOpensNothing) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "dram"});
  const Discovery found = Discover();
  std::vector<Reading> readings(2);
  found.meters.at(0)->Read(clock_, readings);
  const std::uint64_t allocations = testing::AllocationsOfThisThread();
  const std::uint64_t opens = testing::OpensOfThisThread();
  for (int i = 0; i < 100; ++i) found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

}  // namespace
}  // namespace jouleprint::meters
