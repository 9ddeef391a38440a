// What AMD's libraries add to the driver's files, against ones with the same ABI; see fakes/fake_rocm_smi.c.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "meters/amd/amd_gpu.h"
#include "os/library.h"
#include "support/discovery.h"
#include "support/gpu_metrics_table.h"
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

// Both libraries: the parameter is the path.
class AmdSmiTest : public ::testing::TestWithParam<const char*> {
 protected:
  AmdSmiTest() : library_(*os::Library::Open(GetParam())) {}
  ~AmdSmiTest() override {
    for (const char* name : {"GPUS", "COUNTS", "MICROWATTS", "FAULT"}) Set(name, "");
  }
  static void Set(const std::string& name, const std::string& value) {
    setenv(("JP_FAKE_AMD_" + name).c_str(), value.c_str(), 1);
  }
  Discovery Discover() { return DiscoverAmdGpu({.sysroot = tree_.sysroot(), .amd_smi_library = GetParam()}); }
  static bool IsRocm() { return std::string(GetParam()) == JOULEPRINT_FAKE_ROCM_SMI; }
  int Starts() { return reinterpret_cast<int (*)()>(library_.Symbol("jp_fake_amd_starts"))(); }

  testing::MachineTree tree_;
  os::SystemClock clock_;

 private:
  os::Library library_;
};

INSTANTIATE_TEST_SUITE_P(Libraries, AmdSmiTest,
                         ::testing::Values(JOULEPRINT_FAKE_ROCM_SMI, JOULEPRINT_FAKE_AMD_SMI),
                         [](const auto& library) { return library.index == 0 ? "RocmSmi" : "AmdSmi"; });

TEST_P(AmdSmiTest, GivesTheEnergyOfACardThatNoFileShows) {
  tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  const Discovery found = Discover();
  ASSERT_THAT(DomainNames(found), ElementsAre("amd-gpu-0"));
  const DomainInfo gpu = Domain(found, "amd-gpu-0");
  EXPECT_EQ(gpu.kind, ReadingKind::kCounter);
  EXPECT_EQ(gpu.scope, (Scope{.level = Level::kGpu, .device = "0000:03:00.0"}));
  EXPECT_NEAR(gpu.joules_per_count, 15.3e-6, 1e-9);
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].counts, 1'000'000u);
  Set("COUNTS", "1500000");
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].counts, 1'500'000u);
}

TEST_P(AmdSmiTest, PartitionsOfACardAreOneCard) {
  tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  tree_.AddPciDevice("0000:43:00.0", "0x1002", "0x74a1", "0x120000");
  Set("GPUS", "03:74a1,03:74a1,43:74a1,43:74a1");
  EXPECT_THAT(DomainNames(Discover()), ElementsAre("amd-gpu-0", "amd-gpu-1"));
}

TEST_P(AmdSmiTest, ACounterThatTheFilesGiveIsNotTakenTwice) {
  const std::string device = tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  tree_.AddChip("amdgpu", device, {{"power1_input", "150000000"}});
  tree_.Write(device + "/gpu_metrics", testing::GpuMetricsTable(1, 4, 7, 150));
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("amd-gpu-0"));
  EXPECT_EQ(found.meters.at(0)->name(), "amdgpu");
}

TEST_P(AmdSmiTest, ACounterStandsBesideThePowerOfTheFiles) {
  const std::string device = tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  tree_.AddChip("amdgpu", device, {{"power1_input", "150000000"}});
  tree_.Write(device + "/gpu_metrics", testing::GpuMetricsTable(1, 8, 7, 150));
  const Discovery found = Discover();
  ASSERT_EQ(found.meters.size(), 2u);
  const DomainInfo& by_file = found.meters[0]->domains().at(0);
  const DomainInfo& by_library = found.meters[1]->domains().at(0);
  EXPECT_EQ(by_file.scope, by_library.scope) << "so that the boundary counts one of them";
  EXPECT_LT(by_library.basis, by_file.basis) << "and that it is the counter";
}

TEST_P(AmdSmiTest, AnUntrustedCounterIsLeftAlone) {
  tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x738c", "0x038000");
  Set("GPUS", "03:738c");
  const Discovery found = Discover();
  EXPECT_THAT(Dropped(found)["amd-gpu-0 counter"], HasSubstr("MI100"));
  if (IsRocm()) {
    EXPECT_EQ(Domain(found, "amd-gpu-0").kind, ReadingKind::kGauge);
    EXPECT_DOUBLE_EQ(ReadAll(found, clock_)["amd-gpu-0"].watts, 300);
  } else {
    EXPECT_THAT(found.meters, IsEmpty());
  }
}

TEST_P(AmdSmiTest, ALibraryThatIsBusyHasNoDataAndIsAskedAgain) {
  tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  const Discovery found = Discover();
  Set("FAULT", "busy");
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].state, ReadState::kNoData);
  Set("FAULT", "no_energy");
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].state, ReadState::kGone);
  Set("FAULT", "none");
  EXPECT_EQ(ReadAll(found, clock_)["amd-gpu-0"].state, ReadState::kOk);
}

TEST_P(AmdSmiTest, ALibraryThatDoesNotStartSaysSo) {
  Set("FAULT", "init");
  const Discovery found = Discover();
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_EQ(found.findings[0].state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("/dev/kfd"));
}

TEST_P(AmdSmiTest, TheLibraryIsShutDownWithItsMeter) {
  tree_.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  {
    const Discovery found = Discover();
    EXPECT_EQ(Starts(), 1);
  }
  EXPECT_EQ(Starts(), 0);
}

TEST(AmdSmi, ALibraryThatIsNotThereOrIsAnother) {
  const testing::MachineTree tree;
  const Discovery absent =
      DiscoverAmdGpu({.sysroot = tree.sysroot(), .amd_smi_library = tree.At("libamd_smi.so")});
  ASSERT_THAT(absent.findings, ::testing::SizeIs(1));
  EXPECT_EQ(absent.findings[0].state, MeterState::kNotPresent);
  const Discovery other =
      DiscoverAmdGpu({.sysroot = tree.sysroot(), .amd_smi_library = JOULEPRINT_FAKE_NVML});
  ASSERT_THAT(other.findings, ::testing::SizeIs(1));
  EXPECT_EQ(other.findings[0].state, MeterState::kRefused);
  EXPECT_THAT(other.findings[0].remedy, HasSubstr("JOULEPRINT_AMD_SMI"));
}

TEST(AmdSmi, OnAMachineThatIsARecordingNoLibraryOfThisOneIsAsked) {
  testing::MachineTree tree;
  tree.AddPciDevice("0000:03:00.0", "0x1002", "0x74a1", "0x120000");
  const Discovery found = DiscoverAmdGpu({.sysroot = tree.sysroot()});
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_EQ(found.findings[0].name, "amdgpu");
}

}  // namespace
}  // namespace jouleprint::meters
