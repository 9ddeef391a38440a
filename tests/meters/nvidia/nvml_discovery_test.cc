// What discovery says of NVIDIA GPUs that can, or cannot, be measured: each refusal by its own name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "fakes/nvml_fixture.h"

namespace jouleprint::meters {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NvmlDiscoveryTest : public NvmlTest {};

TEST_F(NvmlDiscoveryTest, CountsGpusThatTheJobMayNotSee) {
  Set("GPUS", "2");
  setenv("CUDA_VISIBLE_DEVICES", "1", 1);
  EXPECT_EQ(Discover().meters.at(0)->domains().size(), 2u) << "the boundary is the machine";
  unsetenv("CUDA_VISIBLE_DEVICES");
}

TEST_F(NvmlDiscoveryTest, MixedGpusAreEachMeasuredAsWellAsTheyCanBe) {
  Set("GPUS", "3");
  Set("FAULT", "no_energy_counter:1,power_unsupported:2");
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  ASSERT_EQ(found.meters.at(0)->domains().size(), 2u);
  EXPECT_EQ(found.meters.at(0)->domains()[0].kind, ReadingKind::kCounter);
  EXPECT_EQ(found.meters.at(0)->domains()[1].kind, ReadingKind::kGauge);
  EXPECT_THAT(found.findings.at(0).reason, AllOf(HasSubstr("2 of 3"), HasSubstr("gpu-2 gives neither")));
  ASSERT_EQ(found.dropped.size(), 1u) << "a GPU that is not counted is named";
  EXPECT_EQ(found.dropped[0].name, "gpu-2");
}

TEST_F(NvmlDiscoveryTest, AnOldLibraryWithPowerOnlyWillDo) {
  Discovery found = DiscoverNvml({.nvml_library = JOULEPRINT_FAKE_NVML_BARE});
  ASSERT_FALSE(found.meters.empty());
  EXPECT_EQ(found.meters.at(0)->domains().at(0).kind, ReadingKind::kGauge);
  EXPECT_EQ(found.meters.at(0)->domains()[0].limit, std::nullopt)
      << "a limit that is not known is absent, not 0 W";
  EXPECT_DOUBLE_EQ(Read(*found.meters.at(0))[0].watts, 300);
  EXPECT_THAT(GpuNames(*found.meters.at(0)), ElementsAre("NVIDIA GPU"));
}

TEST_F(NvmlDiscoveryTest, FunctionsThatAnswerAsMissingAreDoneWithout) {
  Set("FAULT", "missing_symbols");
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  EXPECT_EQ(found.meters.at(0)->domains().at(0).kind, ReadingKind::kGauge);
}

TEST_F(NvmlDiscoveryTest, ZeroWattsFromAGpuIsNotAReading) {
  Set("FAULT", "no_energy_counter,zero_power");
  Discovery found = Discover();
  EXPECT_TRUE(found.meters.empty());
  EXPECT_THAT(found.findings.at(0).reason, HasSubstr("gpu-0 gives neither"));
}

TEST_F(NvmlDiscoveryTest, MigIsMeasuredAsTheWholeBoardAndSaysSo) {
  Set("MIG", "1");
  EXPECT_THAT(Discover().meters.at(0)->domains().at(0).source, HasSubstr("MIG: the whole board"));
}

TEST_F(NvmlDiscoveryTest, GraceHopperCounterWouldCountTheCpuTwice) {
  Set("NAME", "NVIDIA GH200 480GB");
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  EXPECT_EQ(found.meters.at(0)->domains().at(0).kind, ReadingKind::kGauge);
  ASSERT_EQ(found.dropped.size(), 1u);
  EXPECT_THAT(found.dropped[0].reason, HasSubstr("CPU"));
}

struct InitCase {
  const char* fault;
  MeterState state;
  const char* reason;
  const char* remedy;
};

class NvmlInitTest : public NvmlDiscoveryTest, public ::testing::WithParamInterface<InitCase> {};

TEST_P(NvmlInitTest, EachRefusalHasItsOwnReasonAndRemedy) {
  Set("FAULT", GetParam().fault);
  Discovery found = Discover();
  EXPECT_TRUE(found.meters.empty());
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].name, "nvml");
  EXPECT_EQ(found.findings[0].state, GetParam().state);
  EXPECT_THAT(found.findings[0].reason, HasSubstr(GetParam().reason));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr(GetParam().remedy));
  EXPECT_EQ(OpenCount(), 0) << "nothing stays open";
}

INSTANTIATE_TEST_SUITE_P(
    Codes, NvmlInitTest,
    ::testing::Values(
        InitCase{"init_unsupported", MeterState::kNotPresent, "does not support this system", "driver"},
        InitCase{"no_permission", MeterState::kNotPermitted, "may not open", "/dev/nvidiactl"},
        InitCase{"driver_not_loaded", MeterState::kNotPresent, "driver is not loaded", "modprobe nvidia"},
        InitCase{"library_not_found", MeterState::kRefused, "misses another library", "reinstall"},
        InitCase{"init_lost", MeterState::kRefused, "fallen off the bus", "Xid"},
        InitCase{"version_mismatch", MeterState::kRefused, "different versions", "reboot"},
        InitCase{"init_unknown", MeterState::kRefused, "unknown error", "NVRM"},
        InitCase{"init_timeout", MeterState::kRefused, "code 10: Timeout", "nvidia-smi"}),
    [](const auto& instance) { return std::string(instance.param.fault); });

struct GpuCase {
  const char* fault;
  MeterState state;
  const char* reason;
  const char* remedy;
};

class NvmlGpuTest : public NvmlDiscoveryTest, public ::testing::WithParamInterface<GpuCase> {};

TEST_P(NvmlGpuTest, AGpuThatCannotBeReadSaysWhyAndTheOtherIsMeasured) {
  Set("GPUS", "2");
  Set("FAULT", GetParam().fault);
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  ASSERT_EQ(found.meters.at(0)->domains().size(), 1u);
  EXPECT_EQ(found.meters.at(0)->domains()[0].name, "gpu-0");
  EXPECT_THAT(found.findings.at(0).reason, HasSubstr(GetParam().reason));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr(GetParam().remedy));

  Set("GPUS", "1");
  std::string alone = GetParam().fault;
  alone.back() = '0';
  Set("FAULT", alone);
  Discovery none = Discover();
  EXPECT_TRUE(none.meters.empty());
  EXPECT_EQ(none.findings.at(0).state, GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(Codes, NvmlGpuTest,
                         ::testing::Values(GpuCase{"power_unsupported:1", MeterState::kRefused,
                                                   "gpu-1 gives neither", "at the wall"},
                                           GpuCase{"no_permission:1", MeterState::kNotPermitted,
                                                   "device file of gpu-1", "/dev/nvidia1"},
                                           GpuCase{"lost_after:0:1", MeterState::kRefused, "gpu-1 is lost",
                                                   "nvidia-smi --gpu-reset -i 1"}),
                         [](const auto& instance) {
                           const std::string fault = instance.param.fault;
                           return fault.substr(0, fault.find(':'));
                         });

TEST_F(NvmlDiscoveryTest, NoGpuInTheMachine) {
  Set("GPUS", "0");
  Discovery found = Discover();
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kNotPresent);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("sees no GPU"));
}

TEST_F(NvmlDiscoveryTest, ALibraryWithoutNvmlsFunctionsIsRefused) {
  Discovery found = DiscoverNvml({.nvml_library = JOULEPRINT_FAKE_NVML_EMPTY});
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("lacks a function"));
}

TEST_F(NvmlDiscoveryTest, AMissingLibraryIsNamed) {
  Discovery found = DiscoverNvml({.nvml_library = "/nowhere/libnvidia-ml.so.1"});
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kNotPresent);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("/nowhere/libnvidia-ml.so.1"));
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("JOULEPRINT_NVML"));
}

TEST_F(NvmlDiscoveryTest, AFileThatIsNoLibraryIsRefused) {
  Discovery found = DiscoverNvml({.nvml_library = JOULEPRINT_SOURCE_DIR "/CMakeLists.txt"});
  EXPECT_EQ(found.findings.at(0).state, MeterState::kRefused);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("CMakeLists.txt"));
  EXPECT_FALSE(found.findings[0].remedy.empty());
}

TEST_F(NvmlDiscoveryTest, WithoutAPathTheLoaderIsAskedAndTheAnswerIsWhole) {
  const Discovery found = DiscoverNvml({.nvml_library = ""});
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].state == MeterState::kUsable, !found.meters.empty());
  EXPECT_FALSE(found.findings[0].reason.empty());
  EXPECT_TRUE(!found.meters.empty() || !found.findings[0].remedy.empty());
}

}  // namespace
}  // namespace jouleprint::meters
