// What is measured of Intel graphics cards.
#include "meters/sysfs/intel_gpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/discovery.h"
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

class IntelGpuTest : public ::testing::Test {
 protected:
  static std::string DeviceAt(const std::string& address) { return "sys/devices/pci0000:00/" + address; }
  Discovery Discover() { return DiscoverIntelGpu({.sysroot = tree_.sysroot()}); }

  testing::MachineTree tree_;
  os::SystemClock clock_;
};

TEST_F(IntelGpuTest, ACardOfI915IsACounterOfMicrojoules) {
  const std::string chip = tree_.AddChip("i915", DeviceAt("0000:03:00.0"),
                                         {{"energy1_input", "5000000"}, {"power1_rated_max", "225000000"}});
  const Discovery found = Discover();
  const DomainInfo gpu = Domain(found, "intel-gpu-0");
  EXPECT_EQ(gpu.scope, (Scope{.level = Level::kGpu, .device = "0000:03:00.0"}));
  EXPECT_EQ(gpu.component, Component::kGpu);
  EXPECT_EQ(gpu.basis, Basis::kCounter);
  EXPECT_EQ(gpu.limit, Watts{225});
  tree_.Write(chip + "/energy1_input", "9000000\n");
  EXPECT_DOUBLE_EQ(static_cast<double>(ReadAll(found, clock_)["intel-gpu-0"].counts) * gpu.joules_per_count,
                   9);
}

TEST_F(IntelGpuTest, IsReadOftenEnoughForADriverThatCountsOnlyWhenRead) {
  tree_.AddChip("xe", DeviceAt("0000:03:00.0"), {{"energy1_input", "5000000"}});
  EXPECT_LT(Discover().meters.at(0)->period(), Seconds{60});
}

TEST_F(IntelGpuTest, PackageAndTilesAreInsideTheCard) {
  tree_.AddChip("xe", DeviceAt("0000:03:00.0"), {{"energy1_input", "50"}, {"energy2_input", "40"}});
  tree_.AddChip("i915", DeviceAt("0000:43:00.0"), {{"energy1_input", "50"}});
  tree_.AddChip("i915_gt0", DeviceAt("0000:43:00.0"), {{"energy1_input", "20"}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("intel-gpu-0", "intel-gpu-1"));
  EXPECT_THAT(Dropped(found)["intel-gpu-0 package, without its memory"], HasSubstr("part of intel-gpu-0"));
  EXPECT_THAT(Dropped(found)["intel-gpu-1 tile 0"], HasSubstr("part of intel-gpu-1"));
}

TEST_F(IntelGpuTest, WithoutTheCardItsPackageIsTheBestThereIs) {
  tree_.AddChip("xe", DeviceAt("0000:03:00.0"), {{"energy2_input", "40"}});
  EXPECT_THAT(Domain(Discover(), "intel-gpu-0").source, HasSubstr("without its memory"));
}

TEST_F(IntelGpuTest, TilesAloneAreCountedEach) {
  tree_.AddChip("i915_gt0", DeviceAt("0000:43:00.0"), {{"energy1_input", "20"}});
  tree_.AddChip("i915_gt1", DeviceAt("0000:43:00.0"), {{"energy1_input", "21"}});
  const Discovery found = Discover();
  EXPECT_THAT(DomainNames(found), ElementsAre("intel-gpu-0 tile 0", "intel-gpu-0 tile 1"));
  EXPECT_NE(Domain(found, "intel-gpu-0 tile 0").scope, Domain(found, "intel-gpu-0 tile 1").scope);
}

TEST_F(IntelGpuTest, GraphicsInTheProcessorIsAPartOfIt) {
  tree_.AddChip("i915", DeviceAt("0000:00:02.0"), {{"energy1_input", "20"}});
  const Scope scope = Domain(Discover(), "intel-gpu-0").scope;
  EXPECT_TRUE(Contains({.level = Level::kPackage, .socket = 0}, scope));
}

TEST_F(IntelGpuTest, AFileWithoutANumberIsNoCounter) {
  tree_.AddChip("i915", DeviceAt("0000:03:00.0"), {{"energy1_input", ""}});
  const Discovery found = Discover();
  EXPECT_THAT(found.meters, IsEmpty());
  EXPECT_THAT(Dropped(found)["intel-gpu-0"], HasSubstr("no number"));
}

TEST_F(IntelGpuTest, OnlyACardOfItsOwnMissesADriver) {
  tree_.AddPciDevice("0000:00:02.0", "0x8086", "0x9a49");
  EXPECT_THAT(Discover().findings, IsEmpty()) << "the processor's graphics never has a chip";
  tree_.AddPciDevice("0000:03:00.0", "0x8086", "0x56a0");
  const Discovery found = Discover();
  ASSERT_THAT(found.findings, ::testing::SizeIs(1));
  EXPECT_EQ(found.findings[0].state, MeterState::kNotPresent);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("0000:03:00.0"));
  EXPECT_FALSE(found.findings[0].remedy.empty());
}

}  // namespace
}  // namespace jouleprint::meters
