// NVIDIA GPUs in their machines: many boards, boards that come and go, a Grace module around one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fakes/nvml_fixture.h"
#include "meters/boundary.h"
#include "meters/model/model_machines.h"

namespace jouleprint::meters {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NvmlServerTest : public NvmlTest {
 protected:
  // A GPU at 0009:01:00.0 beside the second of two Grace sockets.
  std::string GraceTree() {
    machine_.Add("sys/bus/pci/devices/0009:01:00.0/numa_node", "1\n");
    machine_.Add("sys/devices/system/node/node1/cpulist", "72-143\n");
    return machine_.sysroot().root();
  }
  void BeAGraceModule(const std::string& name) {
    Set("NAME", name);
    Set("PCI", "00000009:01:00.0");
    Set("MODULE_W", "900");
    Set("WATTS", "600");
  }

  MachineFiles machine_;
};

TEST_F(NvmlServerTest, GpusAreToldApartByTheirAddressAsLinuxWritesIt) {
  Set("GPUS", "3");
  Set("PCI", "00000000:17:00.0,00000000:CA:00.0,00010000:3B:00.0");
  const Discovery found = Discover();
  const auto& domains = found.meters.at(0)->domains();
  EXPECT_EQ(domains.at(0).scope, (Scope{.level = Level::kGpu, .device = "0000:17:00.0"}));
  EXPECT_EQ(domains.at(1).scope.device, "0000:ca:00.0");
  EXPECT_EQ(domains.at(2).scope.device, "10000:3b:00.0") << "as many digits as it takes";
}

TEST_F(NvmlServerTest, WithoutAnAddressTheNameTellsThemApart) {
  Set("FAULT", "missing_symbols");
  EXPECT_EQ(Discover().meters.at(0)->domains().at(0).scope.device, "gpu-0");
}

TEST_F(NvmlServerTest, EightGpusAreReadWithOneCallEach) {
  Set("GPUS", "8");
  Set("WATTS", "100,200,300,400,500,600,650,700");
  Discovery found = Discover();
  Meter& meter = *found.meters.at(0);
  ASSERT_EQ(meter.domains().size(), 8u);
  const auto before = Read(meter);
  const int calls = ReadCount();
  Advance(2);
  const auto after = Read(meter);
  EXPECT_EQ(ReadCount() - calls, 8);
  double joules = 0;
  for (std::size_t i = 0; i < 8; ++i) joules += JoulesBetween(meter.domains()[i], before[i], after[i]);
  EXPECT_NEAR(joules, 2 * 3450, 0.02);
}

TEST_F(NvmlServerTest, KeptDomainsStayWithTheirGpus) {
  Set("GPUS", "4");
  Set("WATTS", "100,200,300,400");
  Discovery found = Discover();
  Meter& meter = *found.meters.at(0);
  meter.Keep({false, true, false, true});
  ASSERT_EQ(meter.domains().size(), 2u);
  const auto before = Read(meter);
  Advance(10);
  const auto after = Read(meter);
  EXPECT_EQ(meter.domains()[0].name, "gpu-1");
  EXPECT_NEAR(JoulesBetween(meter.domains()[0], before[0], after[0]), 2000, 2e-3);
  EXPECT_NEAR(JoulesBetween(meter.domains()[1], before[1], after[1]), 4000, 2e-3);
}

TEST_F(NvmlServerTest, ABoardThatIsPulledOutAndPutBackGoesOnUnderItsName) {
  Set("GPUS", "3");
  Set("WATTS", "100,200,300");
  Discovery found = Discover();
  Meter& meter = *found.meters.at(0);
  const auto before = Read(meter);
  Set("UNPLUGGED", "0,1");
  Fault("none");
  Advance(5);
  const auto without = Read(meter);
  EXPECT_EQ(without[0].state, ReadState::kGone);
  EXPECT_EQ(without[1].state, ReadState::kGone);
  EXPECT_EQ(without[2].state, ReadState::kOk);
  Set("UNPLUGGED", "0");  // gpu-1 is back, and first in NVML's list now
  Fault("none");
  EXPECT_TRUE(meter.Reopen());
  Advance(5);
  const auto after = Read(meter);
  EXPECT_EQ(after[0].state, ReadState::kGone) << "gpu-1's joules are not gpu-0's";
  ASSERT_EQ(after[1].state, ReadState::kOk);
  EXPECT_NEAR(JoulesBetween(meter.domains()[1], before[1], after[1]), 2000, 2e-3);
  EXPECT_NEAR(JoulesBetween(meter.domains()[2], before[2], after[2]), 3000, 2e-3);
}

TEST_F(NvmlServerTest, TheEnergyFieldStandsInForItsFunction) {
  Set("FAULT", "no_energy_function");
  Discovery found = Discover();
  const DomainInfo& gpu = found.meters.at(0)->domains().at(0);
  EXPECT_EQ(gpu.kind, ReadingKind::kCounter);
  const Reading before = Read(*found.meters.at(0))[0];
  Advance(10);
  EXPECT_NEAR(JoulesBetween(gpu, before, Read(*found.meters.at(0))[0]), 3000, 2e-3);
}

TEST_F(NvmlServerTest, AHopperGaugeIsTheMeanThatSeesAllOfTheTime) {
  Set("FAULT", "no_energy_counter");
  Set("ARCH", "9");
  Set("AVERAGE_S", "1");
  Set("WATTS", "square:400:0:0.1");
  Discovery found = Discover();
  const DomainInfo& gpu = found.meters.at(0)->domains().at(0);
  EXPECT_EQ(gpu.kind, ReadingKind::kGauge);
  EXPECT_EQ(gpu.error.averaging_window, Seconds{1});
  EXPECT_DOUBLE_EQ(gpu.error.seen_fraction, 1);
  Advance(5);
  EXPECT_NEAR(Read(*found.meters.at(0))[0].watts, 200, 0.01);
}

TEST_F(NvmlServerTest, AnA100SeesAQuarterOfTheTimeWhateverIsRead) {
  Set("GPUS", "2");
  Set("NAME", "NVIDIA A100-SXM4-80GB");
  Set("ARCH", "7");
  Set("FAULT", "no_energy_counter:1");
  const Discovery found = Discover();
  for (const DomainInfo& gpu : found.meters.at(0)->domains()) {
    EXPECT_NEAR(gpu.error.seen_fraction, 0.25, 1e-9) << gpu.source;
    EXPECT_EQ(gpu.error.update_period, Seconds{0.1});
    EXPECT_DOUBLE_EQ(gpu.error.resolution, 0.001);
  }
  EXPECT_EQ(found.meters[0]->domains()[1].error.averaging_window, Seconds{0.025});
}

TEST_F(NvmlServerTest, AVoltaGaugeIsRenewedFiveTimesAsOften) {
  Set("NAME", "Tesla V100-SXM3-32GB");
  Set("FAULT", "no_energy_counter");
  const DomainInfo gpu = Discover().meters.at(0)->domains().at(0);
  EXPECT_EQ(gpu.error.update_period, Seconds{0.02});
  EXPECT_EQ(gpu.error.averaging_window, Seconds{0.01});
}

TEST_F(NvmlServerTest, AGraceHopperModuleIsOfferedBesideItsGpu) {
  BeAGraceModule("NVIDIA GH200 480GB");
  Discovery found = Discover(GraceTree());
  Meter& meter = *found.meters.at(0);
  const auto& domains = meter.domains();
  ASSERT_EQ(domains.size(), 2u);
  EXPECT_EQ(domains[0].scope, (Scope{.level = Level::kGpu, .socket = 1, .device = "0009:01:00.0"}));
  EXPECT_EQ(domains[1].name, "module-1");
  EXPECT_EQ(domains[1].kind, ReadingKind::kCounter);
  EXPECT_EQ(domains[1].scope, (Scope{.level = Level::kModule, .socket = 1}));
  EXPECT_THAT(found.dropped, IsEmpty()) << "the catalog says which is counted";

  const int calls = ReadCount();
  const auto before = Read(meter);
  EXPECT_EQ(ReadCount() - calls, 1) << "one call for both";
  Advance(10);
  const auto after = Read(meter);
  EXPECT_DOUBLE_EQ(after[0].watts, 600);
  EXPECT_NEAR(JoulesBetween(domains[1], before[1], after[1]), 9000, 2e-3);
}

TEST_F(NvmlServerTest, AModuleWithoutACounterIsAGauge) {
  BeAGraceModule("NVIDIA GH200 480GB");
  Set("FAULT", "no_energy_counter");
  Discovery found = Discover(GraceTree());
  ASSERT_EQ(found.meters.at(0)->domains().size(), 2u);
  EXPECT_EQ(found.meters[0]->domains()[1].kind, ReadingKind::kGauge);
  const auto readings = Read(*found.meters[0]);
  EXPECT_DOUBLE_EQ(readings[0].watts, 600);
  EXPECT_DOUBLE_EQ(readings[1].watts, 900);
}

TEST_F(NvmlServerTest, TheModuleIsCountedOnlyWhereItsProcessorIsNot) {
  BeAGraceModule("NVIDIA GH200 480GB");
  const Discovery found = Discover(GraceTree());
  std::vector<const DomainInfo*> domains;
  for (const DomainInfo& domain : found.meters.at(0)->domains()) domains.push_back(&domain);
  auto verdicts = ChooseBoundary(domains, Boundary::kCounted);
  EXPECT_EQ(verdicts[0].fate, Fate::kDropped) << "the GPU is in the module";
  EXPECT_EQ(verdicts[1].fate, Fate::kCounted);

  DomainInfo cpu;
  cpu.name = "package-1";
  cpu.scope = {.level = Level::kPackage, .socket = 1};
  domains.push_back(&cpu);
  verdicts = ChooseBoundary(domains, Boundary::kCounted);
  EXPECT_EQ(verdicts[0].fate, Fate::kCounted);
  EXPECT_EQ(verdicts[1].fate, Fate::kDropped);
  EXPECT_EQ(verdicts[2].fate, Fate::kCounted);
}

TEST_F(NvmlServerTest, OnAModuleThatCannotBePlacedOnlyTheGpuIsOffered) {
  BeAGraceModule("NVIDIA GH200 480GB");
  const Discovery found = Discover(machine_.sysroot().root());
  ASSERT_EQ(found.meters.at(0)->domains().size(), 1u) << "the module would be counted beside its GPU";
  EXPECT_EQ(found.meters[0]->domains()[0].scope.socket, 0)
      << "a guess, that keeps a module from being counted beside it";
  ASSERT_EQ(found.dropped.size(), 1u);
}

TEST_F(NvmlServerTest, WhoseTheCounterOfGraceBlackwellIsNobodyKnows) {
  BeAGraceModule("NVIDIA GB200");
  const Discovery found = Discover(GraceTree());
  const auto& domains = found.meters.at(0)->domains();
  ASSERT_EQ(domains.size(), 2u);
  EXPECT_EQ(domains[0].kind, ReadingKind::kGauge);
  EXPECT_EQ(domains[1].kind, ReadingKind::kGauge) << "the module's power has a scope of its own";
  EXPECT_EQ(domains[1].scope.level, Level::kModule);
  ASSERT_EQ(found.dropped.size(), 1u);
  EXPECT_THAT(found.dropped[0].reason, HasSubstr("may count"));
}

TEST_F(NvmlServerTest, DoctorTellsWhatASurveyFoundAndAppliesNothing) {
  Set("GPUS", "3");
  Set("NAME", "NVIDIA A100-PCIE-40GB,NVIDIA A100-PCIE-40GB,NVIDIA H100 PCIe");
  Set("WATTS", "100");
  Discovery found = Discover();
  const MeterFinding& finding = found.findings.at(0);
  EXPECT_EQ(finding.state, MeterState::kUsable);
  EXPECT_THAT(finding.reason, HasSubstr("NVIDIA A100-PCIE-40GB read 5.5 % too low in a survey of one board"));
  EXPECT_THAT(finding.remedy,
              AllOf(HasSubstr("--gain gpu-0=1.058 --gain gpu-1=1.058'"), HasSubstr("wattmeter")));
  const Reading before = Read(*found.meters.at(0))[0];
  Advance(10);
  EXPECT_NEAR(JoulesBetween(found.meters[0]->domains()[0], before, Read(*found.meters[0])[0]), 1000, 2e-3);
}

TEST_F(NvmlServerTest, DoctorOffersNoFactorWhereNoneIsRight) {
  Set("NAME", "NVIDIA GeForce RTX 4090");
  const Discovery found = Discover();
  EXPECT_THAT(found.findings.at(0).reason,
              AllOf(HasSubstr("4.3 % too low"), HasSubstr("no factor corrects it")));
  EXPECT_THAT(found.findings[0].remedy, IsEmpty());
}

TEST_F(NvmlServerTest, WhatIsBrokenIsMendedBeforeGainsAreSpokenOf) {
  Set("GPUS", "2");
  Set("NAME", "NVIDIA A100-PCIE-40GB");
  Set("FAULT", "lost_after:0:1");
  EXPECT_THAT(Discover().findings.at(0).remedy, HasSubstr("gpu-reset"));
}

}  // namespace
}  // namespace jouleprint::meters
