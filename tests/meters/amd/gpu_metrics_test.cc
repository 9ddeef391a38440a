// What is read out of amdgpu's table, and what is not.
#include "meters/amd/gpu_metrics.h"

#include <gtest/gtest.h>

#include "support/gpu_metrics_table.h"

namespace jouleprint::meters {
namespace {

using testing::GpuMetricsTable;

TEST(GpuMetrics, EveryKnownLayoutGivesItsEnergyAndPower) {
  for (const unsigned content : {0u, 1u, 2u, 3u, 4u, 5u}) {
    const auto metrics = ParseGpuMetrics(GpuMetricsTable(1, content, 123'456'789, 350));
    ASSERT_TRUE(metrics) << content;
    EXPECT_EQ(metrics->energy, 123'456'789u) << content;
    EXPECT_EQ(metrics->power_w, 350u) << content;
    EXPECT_FALSE(metrics->IsApu());
  }
}

TEST(GpuMetrics, AllOnesMeansNotKnown) {
  const auto metrics = ParseGpuMetrics(GpuMetricsTable(1, 3, ~std::uint64_t{0}, 0xffff));
  ASSERT_TRUE(metrics);
  EXPECT_FALSE(metrics->energy);
  EXPECT_FALSE(metrics->power_w);
}

TEST(GpuMetrics, ALayoutThatIsNotKnownGivesNoNumber) {
  for (const unsigned content : {6u, 7u, 255u}) {
    const auto metrics = ParseGpuMetrics(GpuMetricsTable(1, content, 5, 5));
    ASSERT_TRUE(metrics);
    EXPECT_FALSE(metrics->energy) << content;
  }
}

TEST(GpuMetrics, FormatsTwoAndThreeAreOfAnApu) {
  for (const unsigned format : {2u, 3u}) {
    const auto metrics = ParseGpuMetrics(GpuMetricsTable(format, 1, 5, 5));
    ASSERT_TRUE(metrics);
    EXPECT_TRUE(metrics->IsApu());
    EXPECT_FALSE(metrics->energy);
  }
}

TEST(GpuMetrics, ATornTableIsNone) {
  const std::string table = GpuMetricsTable(1, 5, 5, 5);
  for (const std::size_t size : {0u, 3u, 4u, 24u, 95u})
    EXPECT_FALSE(ParseGpuMetrics(table.substr(0, size))) << size;
  EXPECT_TRUE(ParseGpuMetrics(table.substr(0, kGpuMetricsBytes))) << "what is beyond is not looked at";
}

TEST(GpuMetrics, ATableThatSaysItIsShorterIsNotReadBeyondItsEnd) {
  std::string table = GpuMetricsTable(1, 5, 5, 5);
  table[0] = 40;
  table[1] = 0;
  const auto metrics = ParseGpuMetrics(table);
  ASSERT_TRUE(metrics);
  EXPECT_FALSE(metrics->energy);
}

}  // namespace
}  // namespace jouleprint::meters
