// Which intensity each stretch of a run's time is priced with, and what is never mixed.
#include "carbon/pricing/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace jouleprint::carbon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kAverage = "average-consumption-lifecycle";
constexpr const char* kMarginal = "marginal-direct";
const UtcTime kNoon = *UtcTime::Parse("2026-05-04T12:00:00Z");

UtcTime At(double hours) { return kNoon + Seconds{3600 * hours}; }

IntensityUsed Yearly() {
  return {{100, 60, 150, Basis::kModelled}, "average-production-lifecycle", "Ember, 2024"};
}

IntensitySeries Hourly(const char* kind, std::vector<double> values, UtcTime start = kNoon,
                       const char* source = "grid.csv") {
  return {{"FR", kind, source}, start, Seconds{3600}, std::move(values)};
}

std::vector<double> Values(const std::vector<PricedStretch>& stretches) {
  std::vector<double> values;
  for (const PricedStretch& stretch : stretches) values.push_back(stretch.g_per_kwh.value);
  return values;
}

TEST(TimelineTest, WithoutSeriesOneFigureHoldsForAllTimes) {
  IntensityTimeline timeline({}, Yearly());
  timeline.Settle(At(0), At(5));
  const std::vector<PricedStretch> stretches = timeline.Over(At(0), At(5));
  ASSERT_EQ(stretches.size(), 1u);
  EXPECT_EQ(stretches[0].g_per_kwh, Yearly().value);
  EXPECT_EQ(stretches[0].from, At(0));
  EXPECT_EQ(stretches[0].to, At(5));
  EXPECT_THAT(timeline.warnings(), IsEmpty());
}

TEST(TimelineTest, EachHourHasItsOwnValueAndEndsWhereTheNextBegins) {
  const IntensitySeries series = Hourly(kAverage, {10, 20, 30});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  timeline.Settle(At(0.5), At(2.25));
  const std::vector<PricedStretch> stretches = timeline.Over(At(0.5), At(2.25));
  EXPECT_THAT(Values(stretches), ElementsAre(10, 20, 30));
  EXPECT_EQ(stretches[1].from, At(1));
  EXPECT_EQ(stretches[1].to, At(2));
  EXPECT_LT(stretches[0].g_per_kwh.low, 9) << "a published value is not exact either";
  EXPECT_THAT(timeline.warnings(), IsEmpty());
}

TEST(TimelineTest, TheBetterSourceStandsWhereItKnowsAndTheNextElsewhere) {
  const IntensitySeries file = Hourly(kAverage, {10, 20});
  const IntensitySeries live = Hourly(kAverage, {99, 98, 97}, At(1), "NESO");
  IntensityTimeline timeline({{.series = &file}, {.series = &live}}, Yearly());
  timeline.Settle(At(0), At(5));
  EXPECT_THAT(Values(timeline.Over(At(0), At(5))), ElementsAre(10, 20, 98, 97, 100));
  ASSERT_EQ(timeline.warnings().size(), 1u);
  EXPECT_THAT(timeline.warnings()[0], HasSubstr("Ember, 2024"));
}

TEST(TimelineTest, AShortGapIsTheLineBetweenItsNeighboursAndLessSure) {
  const IntensitySeries series = Hourly(kAverage, {10, kNone, kNone, kNone, 50});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  timeline.Settle(At(0), At(5));
  const std::vector<PricedStretch> stretches = timeline.Over(At(0), At(5));
  EXPECT_THAT(Values(stretches), ElementsAre(10, 20, 30, 40, 50));
  EXPECT_EQ(stretches[2].origin, PriceOrigin::kBetween);
  EXPECT_GT(stretches[2].g_per_kwh.high / 30, stretches[0].g_per_kwh.high / 10);
  EXPECT_THAT(timeline.warnings(), IsEmpty());
}

TEST(TimelineTest, ALongGapIsNotBridged) {
  const IntensitySeries series = Hourly(kAverage, {10, kNone, kNone, kNone, kNone, 50});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  timeline.Settle(At(0), At(6));
  EXPECT_THAT(Values(timeline.Over(At(0), At(6))), ElementsAre(10, 100, 50));
}

TEST(TimelineTest, OnlyALiveSourcesNewestValueGoesOn) {
  const IntensitySeries series = Hourly(kAverage, {10, 20});
  for (const bool live : {false, true}) {
    FeedNews news;
    IntensityTimeline timeline({{.series = &series, .live = live ? &news : nullptr}}, Yearly());
    timeline.Settle(At(1), At(3));
    EXPECT_THAT(Values(timeline.Over(At(1), At(3))), ElementsAre(20, live ? 20 : 100));
    timeline.Settle(At(6), At(7));
    EXPECT_THAT(Values(timeline.Over(At(6), At(7))), ElementsAre(100)) << "hours ago says little of now";
  }
}

TEST(TimelineTest, ASeriesOfAnotherTimeIsNotUsedAndTheWarningSaysWhatToDo) {
  const IntensitySeries series = Hourly(kAverage, {10, 20}, *UtcTime::Parse("2022-01-01T00:00:00Z"));
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  timeline.Settle(At(0), At(1));
  EXPECT_THAT(Values(timeline.Over(At(0), At(1))), ElementsAre(100));
  ASSERT_EQ(timeline.warnings().size(), 1u);
  EXPECT_THAT(timeline.warnings()[0], HasSubstr("grid.csv"));
  EXPECT_THAT(timeline.warnings()[0], HasSubstr("ends 2022-01-01T02:00:00Z"));
  EXPECT_THAT(timeline.warnings()[0], HasSubstr("give a series"));
}

TEST(TimelineTest, MarginalHoursAreNeverCompletedWithAnAverage) {
  const IntensitySeries series = Hourly(kMarginal, {400, 500, 600, kNone, kNone, kNone, kNone});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  timeline.Settle(At(0), At(5));
  EXPECT_THAT(Values(timeline.Over(At(0), At(5))), ElementsAre(400, 500, 600, 500)) << "its own mean";
  ASSERT_EQ(timeline.warnings().size(), 1u);
  EXPECT_THAT(timeline.warnings()[0], HasSubstr("60 %"));
  timeline.Settle(At(2), At(7));
  EXPECT_THAT(Values(timeline.Over(At(2), At(7))), ElementsAre(100))
      << "too little of it to stand for the run";
  EXPECT_THAT(timeline.warnings()[0], HasSubstr("marginal"));
}

TEST(TimelineTest, TheFirstSourceThatKnowsSaysWhichKindItIs) {
  const IntensitySeries average = Hourly(kAverage, {10, 20});
  const IntensitySeries marginal = Hourly(kMarginal, {400, 500, 600, 700}, kNoon, "WattTime");
  IntensityTimeline timeline({{.series = &average}, {.series = &marginal}}, Yearly());
  timeline.Settle(At(0), At(4));
  EXPECT_THAT(Values(timeline.Over(At(0), At(4))), ElementsAre(10, 20, 100));
  timeline.Settle(At(2), At(4));
  EXPECT_THAT(Values(timeline.Over(At(2), At(4))), ElementsAre(600, 700));
}

TEST(TimelineTest, ALiveSourcesOwnIntervalsHold) {
  FeedNews news;
  news.series = Hourly(kAverage, {100, 200});
  news.estimated_steps = {false, true};
  news.settled.half_width_g_per_kwh = 10;
  news.estimated_spread.half_width_g_per_kwh = 50;
  IntensityTimeline timeline({{.series = &*news.series, .live = &news}}, Yearly());
  timeline.Settle(At(0), At(2));
  const std::vector<PricedStretch> stretches = timeline.Over(At(0), At(2));
  ASSERT_EQ(stretches.size(), 2u);
  EXPECT_EQ(stretches[0].g_per_kwh.high, 110);
  EXPECT_FALSE(stretches[0].estimated);
  EXPECT_EQ(stretches[1].g_per_kwh.high, 250);
  EXPECT_TRUE(stretches[1].estimated);
}

TEST(TimelineTest, AMomentHasAnIntensityToo) {
  const IntensitySeries series = Hourly(kAverage, {10, 20});
  IntensityTimeline timeline({{.series = &series}}, Yearly());
  timeline.Settle(At(1), At(1));
  EXPECT_THAT(Values(timeline.Over(At(1), At(1))), ElementsAre(20));
}

}  // namespace
}  // namespace jouleprint::carbon
