// The boundary: which meters stand, which stand by, and what is said of the rest.
#include "meters/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "meters/model/model_machines.h"
#include "support/powercap_tree.h"

namespace jouleprint::meters {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using testing::PowercapTree;
using ::testing::UnorderedElementsAre;

class CatalogTest : public ::testing::Test {
 protected:
  CatalogTest() {
    tree_.Write("proc/cpuinfo", X86Cpu(0, "GenuineIntel", "Intel(R) Xeon(R) Platinum 8480+", 0, 0));
    tree_.Write("proc/stat", "cpu  100 0 0 900 0 0 0 0 0 0\n");
    tree_.Write("proc/meminfo", "MemTotal:       16777216 kB\n");
  }

  /// No GPU, whatever this machine has.
  Catalog Discover(Boundary boundary = Boundary::kCounted) {
    return DiscoverMeters(
        {.machine = {.sysroot = tree_.sysroot(), .nvml_library = "/no/such/library"}, .boundary = boundary});
  }

  /// The names of the domains that count as long as nothing fails.
  static std::vector<std::string> Counted(const Catalog& catalog) {
    std::vector<std::string> names;
    for (const auto& meter : catalog.meters) {
      for (const DomainInfo& domain : meter->domains()) {
        const bool stands_by =
            meter->name() == "model" &&
            std::find(catalog.standby.begin(), catalog.standby.end(), domain.name) != catalog.standby.end();
        if (!stands_by) names.push_back(domain.name);
      }
    }
    return names;
  }

  static std::vector<std::string> Reasons(const Catalog& catalog, const std::string& name) {
    std::vector<std::string> reasons;
    for (const DroppedDomain& domain : catalog.dropped) {
      if (domain.name == name) reasons.push_back(domain.reason);
    }
    return reasons;
  }

  PowercapTree tree_;
};

TEST_F(CatalogTest, WithoutACounterTheModelCounts) {
  const Catalog catalog = Discover();
  EXPECT_THAT(Counted(catalog), ElementsAre("cpu", "memory"));
  EXPECT_THAT(catalog.standby, IsEmpty());
  EXPECT_EQ(catalog.cpu.vendor, "GenuineIntel");
}

TEST_F(CatalogTest, CountersStandAndTheModelStandsBy) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:0:0", .name = "dram"});
  const Catalog catalog = Discover();
  EXPECT_THAT(Counted(catalog), ElementsAre("package-0", "dram-0"));
  EXPECT_THAT(catalog.standby, UnorderedElementsAre("cpu", "memory"));
}

TEST_F(CatalogTest, MemoryThatNoCounterCoversIsModelledOnlyWhereAllIsAskedFor) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"});
  const Catalog counted = Discover();
  EXPECT_THAT(Counted(counted), ElementsAre("package-0"));
  EXPECT_EQ(Reasons(counted, "memory").size(), 1u) << "what is left out is said";
  const Catalog all = Discover(Boundary::kAll);
  EXPECT_THAT(Counted(all), ElementsAre("package-0", "memory"));
  EXPECT_THAT(Reasons(all, "memory"), IsEmpty());
}

TEST_F(CatalogTest, ThePlatformCounterCoversProcessorAndMemory) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"}).Add({.id = "intel-rapl:1", .name = "psys"});
  const Catalog catalog = Discover(Boundary::kPlatform);
  EXPECT_THAT(Counted(catalog), ElementsAre("psys"));
  EXPECT_EQ(Reasons(catalog, "package-0").size(), 1u);
}

TEST_F(CatalogTest, ThePlatformBoundaryIsTheUsualOneWhereThereIsNoSuchCounter) {
  tree_.Add({.id = "intel-rapl:0", .name = "package-0"});
  EXPECT_THAT(Counted(Discover(Boundary::kPlatform)), ElementsAre("package-0"));
}

TEST_F(CatalogTest, EveryMeterIsSpokenOf) {
  const Catalog catalog = Discover();
  for (const char* name : {"powercap", "nvml", "model"}) {
    EXPECT_THAT(catalog.findings, Contains(Field(&MeterFinding::name, name)));
  }
  for (const MeterFinding& finding : catalog.findings) EXPECT_FALSE(finding.reason.empty()) << finding.name;
}

TEST_F(CatalogTest, NothingAtAllIsNoMeter) {
  const PowercapTree empty;
  const Catalog catalog =
      DiscoverMeters({.machine = {.sysroot = empty.sysroot(), .nvml_library = "/no/such/library"}});
  EXPECT_THAT(catalog.meters, IsEmpty());
}

}  // namespace
}  // namespace jouleprint::meters
