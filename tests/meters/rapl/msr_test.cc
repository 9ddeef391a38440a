// The processor's energy registers: which are read, what a count of each is, and what is said where none is.
// A register file is faked by a sparse file: what stands at a register's address is its value.
#include "meters/rapl/msr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "meters/rapl/count_meter.h"
#include "meters/rapl/msr_registers.h"
#include "os/clock.h"
#include "support/allocations.h"
#include "support/discovery.h"
#include "support/opens.h"
#include "support/powercap_tree.h"

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint32_t kUnit = 0x606;
constexpr std::uint32_t kPackage = 0x611;
constexpr std::uint32_t kPlatform = 0x64d;
// Energy in bits 12:8, 14; power and time beside it, as on most Intel processors.
constexpr std::uint64_t kUnitOf14 = 0xa0e03;
constexpr double kJoulesOf14 = 1.0 / 16384;

CpuIdentity Cpu(const std::string& vendor, int family, int model) {
  CpuIdentity cpu;
  cpu.vendor = vendor;
  cpu.family = family;
  cpu.model = model;
  return cpu;
}

CpuIdentity Intel(int model) { return Cpu("GenuineIntel", 6, model); }

class MsrTest : public ::testing::Test {
 protected:
  MsrTest() {
    machine_.cpu = Intel(0x9e);
    tree_.Write("sys/devices/system/cpu/online", "0\n");
  }

  void SetRegister(int cpu, std::uint32_t address, std::uint64_t value) {
    const std::string path = "dev/cpu/" + std::to_string(cpu) + "/msr";
    if (!os::Exists(tree_.sysroot().Path(path))) tree_.Write(path, "");
    std::fstream file(tree_.sysroot().Path(path), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(address).write(reinterpret_cast<const char*>(&value), sizeof value);
  }

  std::vector<Reading> Read(Meter& meter) {
    std::vector<Reading> readings(meter.domains().size());
    meter.Read(clock_, readings);
    return readings;
  }

  testing::PowercapTree tree_;
  Machine machine_{.sysroot = tree_.sysroot()};
  os::SystemClock clock_;
};

TEST_F(MsrTest, ARegistersLow32BitsAreTheCounter) {
  SetRegister(0, kUnit, kUnitOf14);
  SetRegister(0, kPackage, 0xabcdef0112345678);
  const Discovery found = DiscoverMsr(machine_);
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
  const DomainInfo& package = found.meters.at(0)->domains()[0];
  EXPECT_EQ(package.source, "MSR 0x611 of CPU 0 (unit 2^-14 J)");
  EXPECT_EQ(package.joules_per_count, kJoulesOf14);
  EXPECT_EQ(package.counter_values, 4294967296u);
  EXPECT_EQ(package.scope, (Scope{.level = Level::kPackage, .socket = 0}));
  EXPECT_EQ(Read(*found.meters.at(0))[0].counts, 0x12345678u);
  SetRegister(0, kPackage, 0x100000005);
  EXPECT_EQ(Read(*found.meters.at(0))[0].counts, 5u);
}

TEST_F(MsrTest, EachPackageIsReadOnItsFirstCpu) {
  tree_.Write("sys/devices/system/cpu/online", "0-3\n");
  for (const int cpu : {0, 1, 2, 3}) {
    tree_.Write("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/physical_package_id",
                std::to_string(cpu / 2) + "\n");
    SetRegister(cpu, kUnit, kUnitOf14);
    SetRegister(cpu, kPackage, 100u + static_cast<unsigned>(cpu));
  }
  const Discovery found = DiscoverMsr(machine_);
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("package-0", "package-1"));
  EXPECT_EQ(Read(*found.meters.at(0))[1].counts, 102u);
}

TEST_F(MsrTest, ARegisterThatStandsAtZeroIsNotThere) {
  SetRegister(0, kUnit, kUnitOf14);
  SetRegister(0, kPackage, 7);
  SetRegister(0, kPlatform, 0);
  EXPECT_THAT(testing::DomainNames(DiscoverMsr(machine_)), ElementsAre("package-0"));
  SetRegister(0, kPackage, 0);
  const Discovery none = DiscoverMsr(machine_);
  EXPECT_TRUE(none.meters.empty());
  EXPECT_EQ(none.findings.at(0).state, MeterState::kRefused);
}

TEST_F(MsrTest, AmdHasRegistersOfItsOwn) {
  machine_.cpu = Cpu("AuthenticAMD", 0x19, 0x01);
  SetRegister(0, 0xc0010299, 0xa1003);
  SetRegister(0, 0xc001029b, 99);
  const Discovery found = DiscoverMsr(machine_);
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
  EXPECT_EQ(found.meters.at(0)->domains()[0].joules_per_count, 1.0 / 65536);
}

TEST_F(MsrTest, AMissingModuleIsNamedAsALastResort) {
  const Discovery found = DiscoverMsr(machine_);
  EXPECT_EQ(found.findings.at(0).state, MeterState::kNotPresent);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("module msr"));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("last resort"));
}

TEST_F(MsrTest, NothingIsReadUnderAHypervisor) {
  SetRegister(0, kUnit, kUnitOf14);
  SetRegister(0, kPackage, 7);
  machine_.cpu.hypervisor = true;
  const Discovery found = DiscoverMsr(machine_);
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
}

TEST_F(MsrTest, OtherProcessorsAreNotSpokenOf) {
  for (const CpuIdentity& cpu : {Cpu("ARM", 0, 0xd0c), Cpu("AuthenticAMD", 0x15, 2), Cpu("", 0, 0)}) {
    machine_.cpu = cpu;
    EXPECT_THAT(DiscoverMsr(machine_).findings, IsEmpty()) << cpu.vendor;
  }
}

TEST_F(MsrTest, AFileThatEndsBeforeTheUnitIsRefused) {
  tree_.Write("dev/cpu/0/msr", "short");
  EXPECT_EQ(DiscoverMsr(machine_).findings.at(0).state, MeterState::kRefused);
}

TEST_F(MsrTest, ReadingAllocatesAndOpensNothing) {
  SetRegister(0, kUnit, kUnitOf14);
  SetRegister(0, kPackage, 7);
  const Discovery found = DiscoverMsr(machine_);
  std::vector<Reading> readings(1);
  const std::uint64_t allocations = testing::AllocationsOfThisThread();
  const std::uint64_t opens = testing::OpensOfThisThread();
  for (int i = 0; i < 100; ++i) found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

double JoulesOf(const CpuIdentity& cpu, RaplPart part, std::uint64_t unit_register = kUnitOf14) {
  for (const EnergyRegister& counter : EnergyRegistersOf(cpu, unit_register)) {
    if (counter.part == part) return counter.joules_per_count;
  }
  return 0;
}

TEST(MsrUnits, MemoryOfServersHasAUnitOfItsOwnUpToIceLake) {
  for (const int model : {0x3f, 0x4f, 0x56, 0x55, 0x57, 0x85, 0x6a, 0x6c}) {
    EXPECT_EQ(JoulesOf(Intel(model), RaplPart::kDram), 1.0 / 65536) << model;
    EXPECT_EQ(JoulesOf(Intel(model), RaplPart::kPackage), kJoulesOf14) << model;
  }
  for (const int model : {0x9e, 0x8f, 0xcf}) {
    EXPECT_EQ(JoulesOf(Intel(model), RaplPart::kDram), kJoulesOf14) << model;
  }
}

TEST(MsrUnits, ThePlatformOfSapphireAndEmeraldRapidsCountsJoules) {
  EXPECT_EQ(JoulesOf(Intel(0x8f), RaplPart::kPlatform), 1);
  EXPECT_EQ(JoulesOf(Intel(0xcf), RaplPart::kPlatform), 1);
  EXPECT_EQ(JoulesOf(Intel(0x9e), RaplPart::kPlatform), kJoulesOf14);
}

TEST(MsrUnits, SilvermontCountsMicrojoules) {
  EXPECT_DOUBLE_EQ(JoulesOf(Intel(0x37), RaplPart::kPackage, 0x00505), 32e-6);
  EXPECT_EQ(EnergyRegistersOf(Intel(0x37), 0x00505).at(0).unit, "32 uJ");
  EXPECT_EQ(JoulesOf(Cpu("GenuineIntel", 19, 0x37), RaplPart::kPackage), kJoulesOf14)
      << "another family's 37h";
}

TEST(MsrUnits, ASourceSaysWhichUnitIsFixed) {
  EXPECT_EQ(EnergyRegistersOf(Intel(0x55), kUnitOf14).at(1).unit, "2^-16 J, fixed for this model");
}

TEST(MsrUnits, AUnitRegisterThatHoldsNothingIsNone) {
  EXPECT_THAT(EnergyRegistersOf(Intel(0x55), 0), IsEmpty());
  EXPECT_THAT(EnergyRegistersOf(Cpu("ARM", 0, 0), kUnitOf14), IsEmpty());
}

TEST(CountMeterTest, ACounterThatIsGoneIsReopened) {
  const testing::PowercapTree tree;
  const std::string path = tree.sysroot().Path("counter");
  std::vector<CountDomain> domains(2);
  for (CountDomain& domain : domains) domain.open = [path] { return os::File::OpenForReading(path); };
  CountMeter meter("test", Seconds{0.1}, std::move(domains));
  const os::SystemClock clock;
  std::vector<Reading> readings(2);
  meter.Read(clock, readings);
  EXPECT_EQ(readings[0].state, ReadState::kGone);
  EXPECT_FALSE(meter.Reopen()) << "it is not there yet";
  std::ofstream(path) << "12345678";
  EXPECT_TRUE(meter.Reopen());
  meter.Read(clock, readings);
  EXPECT_EQ(readings[1].state, ReadState::kOk);
  EXPECT_EQ(readings[1].counts, 0x3837363534333231u);
  EXPECT_FALSE(meter.Reopen()) << "nothing is gone";
}

}  // namespace
}  // namespace jouleprint::meters
