// What is measured of AMD GPUs by their driver's files, and what is not and why.
#include "meters/amd/amd_gpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/allocations.h"
#include "support/discovery.h"
#include "support/gpu_metrics_table.h"
#include "support/machine_tree.h"
#include "support/opens.h"

namespace jouleprint::meters {
namespace {

using testing::Domain;
using testing::DomainNames;
using testing::Dropped;
using ::testing::ElementsAre;
using testing::GpuMetricsTable;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadAll;

constexpr double kJoulesPerCount = 1.0 / 65536;

class AmdGpuTest : public ::testing::Test {
 protected:
  /// A card with a driver; `files` are its chip's.
  void AddGpu(const std::string& address, const std::string& device_id,
              const std::map<std::string, std::string>& files, const std::string& table = "") {
    const std::string device = tree_.AddPciDevice(address, "0x1002", device_id);
    chip_ = tree_.AddChip("amdgpu", device, files);
    metrics_ = device + "/gpu_metrics";
    if (!table.empty()) tree_.Write(metrics_, table);
  }
  Discovery Discover() { return DiscoverAmdGpu({.sysroot = tree_.sysroot()}); }

  testing::MachineTree tree_;
  std::string chip_;     // of the last one
  std::string metrics_;  // likewise
  os::SystemClock clock_;
};

TEST_F(AmdGpuTest, AMachineWithoutOneHearsNothing) {
  const Discovery found = Discover();
  EXPECT_THAT(found.findings, IsEmpty());
  EXPECT_THAT(found.meters, IsEmpty());
}

TEST_F(AmdGpuTest, AnMi300XIsMeasuredByItsEnergyCounter) {
  AddGpu("0000:83:00.0", "0x74a1", {{"power1_input", "150000000"}, {"power1_cap_max", "750000000"}},
         GpuMetricsTable(1, 4, 1'000'000, 150));
  const Discovery found = Discover();
  ASSERT_THAT(DomainNames(found), ElementsAre("amd-gpu-0"));
  const DomainInfo gpu = Domain(found, "amd-gpu-0");
  EXPECT_EQ(gpu.kind, ReadingKind::kCounter);
  EXPECT_EQ(gpu.basis, Basis::kCounter);
  EXPECT_EQ(gpu.scope, (Scope{.level = Level::kGpu, .device = "0000:83:00.0"}));
  EXPECT_EQ(gpu.limit, Watts{750});
  EXPECT_GT(gpu.error.relative, 0);

  const Reading before = ReadAll(found, clock_)["amd-gpu-0"];
  tree_.Write(metrics_, GpuMetricsTable(1, 4, 1'000'000 + 65536 * 42, 150));
  const Reading after = ReadAll(found, clock_)["amd-gpu-0"];
  ASSERT_EQ(after.state, ReadState::kOk);
  EXPECT_DOUBLE_EQ(static_cast<double>(after.counts - before.counts) * gpu.joules_per_count, 42);
  EXPECT_DOUBLE_EQ(gpu.joules_per_count, kJoulesPerCount);
}

TEST_F(AmdGpuTest, ATableThatIsTornOrUnknownForAMomentIsNoData) {
  AddGpu("0000:83:00.0", "0x74a1", {}, GpuMetricsTable(1, 5, 1'000'000, 150));
  const Discovery found = Discover();
  for (const std::string& table : {std::string("\x08"), GpuMetricsTable(1, 5, ~std::uint64_t{0}, 150)}) {
    tree_.Write(metrics_, table);
    EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].state, ReadState::kNoData);
  }
  tree_.Write(metrics_, GpuMetricsTable(1, 5, 2'000'000, 150));
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].counts, 2'000'000u);
}

TEST_F(AmdGpuTest, ACounterThatIsReplacedIsGoneUntilItIsReopened) {
  AddGpu("0000:83:00.0", "0x74a1", {}, GpuMetricsTable(1, 4, 1'000'000, 150));
  const Discovery found = Discover();
  ReadAll(found, clock_);
  tree_.Replace(metrics_, GpuMetricsTable(1, 4, 3'000'000, 150));
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].state, ReadState::kGone);
  EXPECT_TRUE(found.meters.at(0)->Reopen());
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].counts, 3'000'000u);
}

TEST_F(AmdGpuTest, ReadingAllocatesAndOpensNothing) {
  AddGpu("0000:83:00.0", "0x74a1", {}, GpuMetricsTable(1, 4, 1'000'000, 150));
  const Discovery found = Discover();
  std::vector<Reading> readings(1);
  const auto allocations = testing::AllocationsOfThisThread();
  const auto opens = testing::OpensOfThisThread();
  found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

TEST_F(AmdGpuTest, TheCounterOfAnMi210IsNotTrusted) {
  AddGpu("0000:83:00.0", "0x740f", {{"power1_average", "90000000"}}, GpuMetricsTable(1, 3, 1'000'000, 90));
  const Discovery found = Discover();
  const DomainInfo gpu = Domain(found, "amd-gpu-0");
  EXPECT_EQ(gpu.kind, ReadingKind::kGauge);
  EXPECT_EQ(gpu.basis, Basis::kSampled);
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["amd-gpu-0"].watts, 90);
  EXPECT_THAT(Dropped(found)["amd-gpu-0 counter"], HasSubstr("frozen and going backward"));
}

TEST_F(AmdGpuTest, ACardOfUnknownUnitIsMeasuredByItsPower) {
  AddGpu("0000:03:00.0", "0x744c", {{"power1_average", "30500000"}}, GpuMetricsTable(1, 3, 1'000'000, 30));
  const Discovery found = Discover();
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["amd-gpu-0"].watts, 30.5);
  EXPECT_THAT(Dropped(found)["amd-gpu-0 counter"], HasSubstr("unit"));
}

TEST_F(AmdGpuTest, EitherPowerFileWillDo) {
  AddGpu("0000:03:00.0", "0x744c", {{"power1_input", "41000000"}});
  AddGpu("0000:43:00.0", "0x738c", {{"power1_average", "0"}, {"power1_input", "43000000"}});
  const Discovery found = Discover();
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["amd-gpu-0"].watts, 41);
  EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["amd-gpu-1"].watts, 43) << "0 is not a card's power";
}

TEST_F(AmdGpuTest, TheSecondDieOfAnMi250IsNotCounted) {
  AddGpu("0000:c1:00.0", "0x740c", {{"power1_average", "180000000"}}, GpuMetricsTable(1, 3, 5'000'000, 180));
  AddGpu("0000:c6:00.0", "0x740c", {{"power1_average", "0"}}, GpuMetricsTable(1, 3, 0, 0));
  AddGpu("0000:c9:00.0", "0x740c", {}, GpuMetricsTable(1, 3, 0, 0));
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("amd-gpu-0"));
  EXPECT_EQ(Domain(found, "amd-gpu-0").kind, ReadingKind::kCounter);
  EXPECT_THAT(Dropped(found)["amd-gpu-1"], HasSubstr("second die"));
  EXPECT_THAT(Dropped(found)["amd-gpu-2"], HasSubstr("second die"));
}

TEST_F(AmdGpuTest, AnApuIsTheProcessorAndNoGpu) {
  AddGpu("0000:04:00.0", "0x15bf", {{"power1_average", "12000000"}, {"in1_label", "vddnb"}});
  const Discovery found = Discover();
  const DomainInfo apu = Domain(found, "apu-0");
  EXPECT_EQ(apu.scope, (Scope{.level = Level::kPackage, .socket = 0}));
  EXPECT_EQ(apu.component, Component::kCpu);
  EXPECT_THAT(apu.source, HasSubstr("includes the CPU"));
}

TEST_F(AmdGpuTest, AnApuIsKnownByItsTableToo) {
  AddGpu("0000:04:00.0", "0x1681", {{"power1_average", "12000000"}}, GpuMetricsTable(2, 1, 7, 7));
  AddGpu("0000:03:00.0", "0x744c", {{"power1_average", "50000000"}});
  const Discovery found = Discover();
  EXPECT_EQ(Domain(found, "apu-0").scope.level, Level::kPackage);
  EXPECT_EQ(Domain(found, "amd-gpu-0").scope.level, Level::kGpu);
}

TEST_F(AmdGpuTest, AnMi300AIsAWholeModule) {
  AddGpu("0000:01:00.0", "0x74a0", {{"power1_input", "200000000"}}, GpuMetricsTable(1, 4, 5'000'000, 200));
  EXPECT_EQ(Domain(Discover(), "apu-0").scope, (Scope{.level = Level::kModule, .socket = 0}));
}

TEST_F(AmdGpuTest, ACardWithoutAnyFigureIsNamed) {
  AddGpu("0000:03:00.0", "0x67df", {{"temp1_input", "40000"}});
  const Discovery found = Discover();
  EXPECT_THAT(found.meters, IsEmpty());
  EXPECT_THAT(Dropped(found)["amd-gpu-0"], HasSubstr("neither"));
}

TEST_F(AmdGpuTest, AGpuWithoutADriverHasARemedy) {
  tree_.AddPciDevice("0000:83:00.0", "0x1002", "0x74a1", "0x120000");
  const Discovery found = Discover();
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].state, MeterState::kNotPresent);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("0000:83:00.0"));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("modprobe amdgpu"));
}

}  // namespace
}  // namespace jouleprint::meters
