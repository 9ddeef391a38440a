// The processor's energy through perf: what is opened where, what a count is, and what is said where it
// cannot be.
#include "meters/rapl/perf_power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "meters/rapl/cpu_place.h"
#include "meters/rapl/perf_power_event.h"
#include "os/clock.h"
#include "support/allocations.h"
#include "support/discovery.h"
#include "support/opens.h"
#include "support/powercap_tree.h"
#include "support/temporary_folder.h"

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

// As the kernel writes it: exactly 2^-32.
const std::string kScale = "2.3283064365386962890625e-10";
constexpr double kJoulesPerCount = 1.0 / 4294967296.0;
const std::string kUnit = "sys/bus/event_source/devices/power/";

class PerfPowerTest : public ::testing::Test {
 protected:
  PerfPowerTest() { machine_.cpu.vendor = "GenuineIntel"; }

  void AddUnit(const std::string& cpumask) {
    tree_.Write(kUnit + "type", "24\n").Write(kUnit + "cpumask", cpumask + "\n");
  }
  void AddEvent(const std::string& name, const std::string& terms, const std::string& unit = "Joules",
                const std::string& scale = kScale) {
    tree_.Write(kUnit + "events/" + name, terms + "\n")
        .Write(kUnit + "events/" + name + ".unit", unit + "\n")
        .Write(kUnit + "events/" + name + ".scale", scale + "\n");
  }
  void PlaceCpu(int cpu, int socket, int die) {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    tree_.Write(folder + "physical_package_id", std::to_string(socket) + "\n")
        .Write(folder + "die_id", std::to_string(die) + "\n");
  }

  std::string CounterPath(std::uint64_t config, int cpu) const {
    return counters_ / (std::to_string(config) + "@" + std::to_string(cpu));
  }
  void SetCount(std::uint64_t config, int cpu, std::uint64_t count) {
    std::ofstream(CounterPath(config, cpu), std::ios::binary)
        .write(reinterpret_cast<const char*>(&count), sizeof count);
  }

  /// With files for counters, of 1000 each where the test sets none.
  Discovery Discover() {
    return DiscoverPerfPower(machine_, [this](const os::PerfEvent& event) {
      opened_.push_back(event);
      const std::string path = CounterPath(event.config, event.cpu);
      if (!os::Exists(path)) SetCount(event.config, event.cpu, 1000);
      return os::File::OpenForReading(path);
    });
  }
  Discovery DiscoverRefused(ErrorCode code) {
    return DiscoverPerfPower(machine_, [this, code](const os::PerfEvent& event) -> Result<os::File> {
      opened_.push_back(event);
      return Error{code, "cannot open it", {}};
    });
  }

  std::vector<Reading> Read(Meter& meter) {
    std::vector<Reading> readings(meter.domains().size());
    meter.Read(clock_, readings);
    return readings;
  }

  testing::PowercapTree tree_;
  testing::TemporaryFolder counters_;
  Machine machine_{.sysroot = tree_.sysroot()};
  std::vector<os::PerfEvent> opened_;
  os::SystemClock clock_;
};

TEST_F(PerfPowerTest, EveryPackageHasACounterOfEachEventOnTheCpuThatTheMaskNames) {
  AddUnit("0,28");
  AddEvent("energy-pkg", "event=0x02");
  AddEvent("energy-ram", "event=0x03");
  PlaceCpu(0, 0, 0);
  PlaceCpu(28, 1, 0);
  const Discovery found = Discover();
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("package-0", "package-1", "dram-0", "dram-1"));
  ASSERT_EQ(opened_.size(), 4u);
  EXPECT_EQ(opened_[1].type, 24u);
  EXPECT_EQ(opened_[1].config, 2u);
  EXPECT_EQ(opened_[1].cpu, 28);
  EXPECT_EQ(found.findings.at(0).state, MeterState::kUsable);
  const DomainInfo& package = found.meters.at(0)->domains()[1];
  EXPECT_EQ(package.scope, (Scope{.level = Level::kPackage, .socket = 1})) << "powercap's package-1";
  EXPECT_EQ(package.source, "perf power/energy-pkg/ on CPU 28");
  EXPECT_EQ(package.component, Component::kCpu);
  EXPECT_EQ(package.basis, Basis::kCounter);
  EXPECT_EQ(package.joules_per_count, kJoulesPerCount);
  EXPECT_EQ(package.counter_values, 0u) << "it never wraps: what goes backward is lost";
  EXPECT_GT(package.error.relative, 0);
}

TEST_F(PerfPowerTest, AReadingIsTheCounterNow) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  const Discovery found = Discover();
  SetCount(2, 0, 5'000'000'000'000);
  const Reading reading = Read(*found.meters.at(0))[0];
  EXPECT_EQ(reading.state, ReadState::kOk);
  EXPECT_EQ(reading.counts, 5'000'000'000'000u) << "more than 32 bits";
  EXPECT_LE(reading.before, reading.after);
}

TEST_F(PerfPowerTest, EveryEventMeasuresWhatPowercapsZoneOfThatNameDoes) {
  AddUnit("0");
  AddEvent("energy-cores", "event=0x01");
  AddEvent("energy-gpu", "event=0x04");
  AddEvent("energy-psys", "event=0x05");
  const Discovery found = Discover();
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("core-0", "uncore-0", "psys"));
  EXPECT_EQ(found.meters.at(0)->domains()[0].scope, (Scope{.level = Level::kCores, .socket = 0}));
  EXPECT_EQ(found.meters.at(0)->domains()[1].scope, (Scope{.level = Level::kUncore, .socket = 0}));
  EXPECT_EQ(found.meters.at(0)->domains()[2].scope, Scope{.level = Level::kPlatform});
}

TEST_F(PerfPowerTest, DiesAreToldApartOnlyWhereAPackageHasSeveral) {
  AddUnit("0-2");
  AddEvent("energy-pkg", "event=0x02");
  PlaceCpu(0, 0, 0);
  PlaceCpu(1, 0, 1);
  PlaceCpu(2, 1, 0);
  const Discovery found = Discover();
  ASSERT_THAT(testing::DomainNames(found), ElementsAre("package-0-die-0", "package-0-die-1", "package-1"));
  EXPECT_EQ(found.meters.at(0)->domains()[1].scope, (Scope{.level = Level::kPackage, .socket = 0, .die = 1}));
}

TEST_F(PerfPowerTest, OnAmdDiesShareOneCounterAndThereIsNoOtherThanThePackages) {
  machine_.cpu.vendor = "AuthenticAMD";
  AddUnit("0-1");
  AddEvent("energy-pkg", "event=0x02");
  AddEvent("energy-cores", "event=0x01");
  PlaceCpu(0, 0, 0);
  PlaceCpu(1, 0, 1);
  const Discovery found = Discover();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
  ASSERT_EQ(found.dropped.size(), 1u);
  EXPECT_EQ(found.dropped[0].name, "energy-cores");
}

TEST_F(PerfPowerTest, AnEventThatIsNotUnderstoodIsLeftOutAndNamed) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  AddEvent("energy-ram", "event=0x03", "mJ");
  AddEvent("energy-gpu", "event=0x04", "Joules", "much");
  AddEvent("energy-new", "event=0x06");
  const Discovery found = Discover();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
  std::map<std::string, std::string> reasons;
  for (const DroppedDomain& domain : found.dropped) reasons[domain.name] = domain.reason;
  EXPECT_THAT(reasons.at("energy-ram"), HasSubstr("'mJ'"));
  EXPECT_THAT(reasons.at("energy-gpu"), HasSubstr("'much'"));
  EXPECT_THAT(reasons.at("energy-new"), HasSubstr("not known"));
}

TEST_F(PerfPowerTest, ACounterThatDoesNotMoveIsRefusedAndOthersGoOn) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  AddEvent("energy-psys", "event=0x05");
  SetCount(5, 0, 0);
  const Discovery found = Discover();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
  ASSERT_EQ(found.findings.size(), 2u);
  EXPECT_EQ(found.findings[1].state, MeterState::kRefused);
  EXPECT_THAT(found.findings[1].reason, HasSubstr("psys"));
}

TEST_F(PerfPowerTest, GraphicsThatRestAreNoReasonToRefuseThem) {
  AddUnit("0");
  AddEvent("energy-gpu", "event=0x04");
  SetCount(4, 0, 0);
  EXPECT_THAT(testing::DomainNames(Discover()), ElementsAre("uncore-0"));
}

TEST_F(PerfPowerTest, ACounterThatBeginsAtZeroHasTimeToMove) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  SetCount(2, 0, 0);
  std::thread processor([&] { SetCount(2, 0, 3); });
  const Discovery found = Discover();
  processor.join();
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("package-0"));
}

// In a Firecracker guest the counter opens, reads 0 for ever and leaves a stack trace in the kernel's log.
TEST_F(PerfPowerTest, NothingIsOpenedUnderAHypervisor) {
  AddUnit("0");
  AddEvent("energy-psys", "event=0x05");
  machine_.cpu.hypervisor = true;
  const Discovery found = Discover();
  EXPECT_THAT(opened_, IsEmpty());
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("on the host"));
}

TEST_F(PerfPowerTest, ARecordedMachineIsNotCountedByTheKernelThatRunsHere) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  const Discovery found = DiscoverPerfPower(machine_);
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("recorded machine"));
}

TEST_F(PerfPowerTest, SaysWhichPrivilegeIsMissingAndHowToGiveIt) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  tree_.Write("proc/sys/kernel/perf_event_paranoid", "2\n");
  const Discovery found = DiscoverRefused(ErrorCode::kNotPermitted);
  EXPECT_TRUE(found.meters.empty());
  ASSERT_EQ(found.findings.at(0).state, MeterState::kNotPermitted);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("package-0"));
  EXPECT_THAT(found.findings[0].reason, HasSubstr("CAP_PERFMON"));
  EXPECT_THAT(found.findings[0].reason, HasSubstr("it is 2"));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("setcap cap_perfmon+ep"));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("kernel.perf_event_paranoid=0"));
  machine_.cpu.virtualization = "container";
  EXPECT_THAT(DiscoverRefused(ErrorCode::kNotPermitted).findings.at(0).remedy,
              HasSubstr("--cap-add PERFMON"));
}

TEST_F(PerfPowerTest, AKernelThatDoesNotWantToIsQuoted) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  const Discovery found = DiscoverRefused(ErrorCode::kIo);
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("cannot open it"));
}

TEST_F(PerfPowerTest, AProcessorThatCannotHaveItIsNotSpokenOf) {
  machine_.cpu.vendor = "ARM";
  EXPECT_THAT(Discover().findings, IsEmpty());
  machine_.cpu.vendor = "GenuineIntel";
  EXPECT_EQ(Discover().findings.at(0).state, MeterState::kNotPresent);
  EXPECT_THAT(Discover().findings.at(0).remedy, HasSubstr("modprobe rapl"));
}

TEST_F(PerfPowerTest, AUnitWithoutAPlausibleMaskOrTypeIsRefused) {
  AddUnit("none");
  EXPECT_THAT(Discover().findings.at(0).reason, HasSubstr("cpumask"));
  tree_.Write(kUnit + "type", "power\n");
  EXPECT_THAT(Discover().findings.at(0).reason, HasSubstr("type"));
  EXPECT_EQ(Discover().findings.at(0).state, MeterState::kRefused);
}

TEST_F(PerfPowerTest, WhatIsNotKeptIsNotRead) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  AddEvent("energy-ram", "event=0x03");
  const Discovery found = Discover();
  SetCount(3, 0, 77);
  found.meters.at(0)->Keep({false, true});
  EXPECT_THAT(testing::DomainNames(found), ElementsAre("dram-0"));
  EXPECT_EQ(Read(*found.meters.at(0)).at(0).counts, 77u);
}

TEST_F(PerfPowerTest, ReadingAllocatesAndOpensNothing) {
  AddUnit("0");
  AddEvent("energy-pkg", "event=0x02");
  const Discovery found = Discover();
  std::vector<Reading> readings(1);
  found.meters.at(0)->Read(clock_, readings);
  const std::uint64_t allocations = testing::AllocationsOfThisThread();
  const std::uint64_t opens = testing::OpensOfThisThread();
  for (int i = 0; i < 100; ++i) found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

TEST(CpuList, IsReadAsTheKernelWritesIt) {
  EXPECT_THAT(ParseCpuList("0\n"), Optional(ElementsAre(0)));
  EXPECT_THAT(ParseCpuList("0,28"), Optional(ElementsAre(0, 28)));
  EXPECT_THAT(ParseCpuList("0-1,4-5"), Optional(ElementsAre(0, 1, 4, 5)));
  EXPECT_THAT(ParseCpuList("3,1,3"), Optional(ElementsAre(1, 3)));
}

TEST(CpuList, WhatIsNoneIsRefused) {
  for (const char* text : {"", "\n", ",", "0,", ",0", "1-", "-1", "2-1", "a", "0x1", "0 1", "0-99999999",
                           "18446744073709551616", "0--1", "+1"}) {
    EXPECT_FALSE(ParseCpuList(text).has_value()) << "'" << text << "'";
  }
}

TEST(PerfPowerEvent, IsReadFromItsText) {
  const auto event = ParsePerfPowerEvent("energy-pkg", "event=0x02\n", "Joules\n", kScale + "\n");
  ASSERT_TRUE(event.ok()) << event.error().message;
  EXPECT_EQ(event->config, 2u);
  EXPECT_EQ(event->joules_per_count, kJoulesPerCount);
  EXPECT_EQ(ParsePerfPowerEvent("energy-pkg", "event=3", "Joules", "1")->config, 3u);
}

TEST(PerfPowerEvent, TermsAndScalesThatSayNothingAreRefused) {
  for (const char* terms :
       {"", "event=", "event=0x", "event=0", "event=0x100", "event=0x02,umask=1", "config=2"}) {
    EXPECT_FALSE(ParsePerfPowerEvent("energy-pkg", terms, "Joules", kScale).ok()) << terms;
  }
  for (const char* scale : {"", "0", "-1", "2", "inf", "nan", "1e", "x"}) {
    EXPECT_FALSE(ParsePerfPowerEvent("energy-pkg", "event=2", "Joules", scale).ok()) << scale;
  }
}

}  // namespace
}  // namespace jouleprint::meters
