// The traces that ship (tests/traces/make.py) give the figures that their runs had, to the last bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "jouleprint/trace.h"
#include "os/file.h"
#include "record/json.h"

namespace jouleprint {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using Json = nlohmann::json;

std::string PathOf(const std::string& file) {
  return std::string(JOULEPRINT_SOURCE_DIR) + "/tests/traces/" + file;
}

class ShippedTraceTest : public ::testing::TestWithParam<const char*> {
 protected:
  const std::string trace_ = PathOf(std::string(GetParam()) + ".trace");
  const Json expected_ =
      Json::parse(os::ReadFile(PathOf(std::string(GetParam()) + ".json")).value_or("{}"), nullptr, false);
};

INSTANTIATE_TEST_SUITE_P(All, ShippedTraceTest, ::testing::Values("steady", "square", "faults"),
                         [](const auto& scene) { return std::string(scene.param); });

TEST_P(ShippedTraceTest, ReplaysToTheFiguresOfItsRun) {
  ASSERT_TRUE(expected_.is_object() && !expected_.empty());
  const Result<TraceReplay> replay = ReplayTrace(trace_);
  ASSERT_TRUE(replay.ok()) << replay.error().ToString();
  EXPECT_EQ(replay->problem, "");
  const Json figures = Json::parse(record::ToJson(replay->record, 0));
  // Doubles are written so that each reads back as the very same bits.
  for (const auto& [key, value] : expected_.items()) EXPECT_EQ(figures.value(key, Json()), value) << key;
  EXPECT_GT(replay->record.energy_kwh.machine.value, 0);
}

TEST_P(ShippedTraceTest, HoldsWhatItSays) {
  const Result<TraceFacts> facts = InspectTrace(trace_);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->problem, "");
  EXPECT_LT(facts->bytes, 100 * 1024);
  EXPECT_EQ(facts->host.hostname, "");
  EXPECT_NEAR(facts->duration.value(), 12, 1);
  EXPECT_GE(facts->meters.size(), 2u);
  for (const TraceFacts::Meter& meter : facts->meters) EXPECT_GT(meter.ticks, 5) << meter.name;
}

TEST_P(ShippedTraceTest, CutAnywhereItStillGivesWhatLiesBefore) {
  const std::string whole = os::ReadFile(trace_).value_or("");
  const std::string path = ::testing::TempDir() + "/cut_" + GetParam() + ".trace";
  double last = 0;
  for (const std::size_t tenths : {5u, 7u, 9u}) {
    ASSERT_TRUE(
        os::WriteFileAtomically(path, std::string_view(whole).substr(0, whole.size() * tenths / 10)).ok());
    const Result<TraceReplay> replay = ReplayTrace(path);
    ASSERT_TRUE(replay.ok()) << replay.error().ToString();
    EXPECT_THAT(replay->problem, HasSubstr("the trace is cut"));
    EXPECT_EQ(replay->record.state, RunState::kRecovered);
    EXPECT_GT(replay->record.energy_kwh.machine.value, last);
    last = replay->record.energy_kwh.machine.value;
  }
  const Result<TraceReplay> all = ReplayTrace(trace_);
  ASSERT_TRUE(all.ok());
  EXPECT_GT(all->record.energy_kwh.machine.value, last);
}

TEST(ReplayTest, OfATraceThatHasNoRunSaysSo) {
  const std::string whole = os::ReadFile(PathOf("steady.trace")).value_or("");
  const std::string path = ::testing::TempDir() + "/headonly.trace";
  for (std::size_t size = 12; size < whole.size(); size += 97) {
    ASSERT_TRUE(os::WriteFileAtomically(path, std::string_view(whole).substr(0, size)).ok());
    const Result<TraceReplay> replay = ReplayTrace(path);
    if (replay.ok()) break;
    EXPECT_EQ(replay.error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(replay.error().hint.empty());
  }
}

}  // namespace
}  // namespace jouleprint
