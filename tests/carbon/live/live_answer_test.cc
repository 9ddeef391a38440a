// What becomes of values that a publisher sends: which are kept, which hold on, what a run sees.
#include "carbon/live/live_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace jouleprint::carbon {
namespace {

using ::testing::HasSubstr;

constexpr Seconds kHour{3600};
const UtcTime kNow = *UtcTime::Parse("2026-01-20T12:20:00Z");

UtcTime At(const char* clock) { return *UtcTime::Parse(std::string("2026-01-20T") + clock + ":00Z"); }

LivePoint Point(const char* clock, double value, Seconds step = kHour, bool estimated = false) {
  return {At(clock), step, GramsPerKwh{value}, estimated};
}

TEST(PointCollectorTest, SortsAndTakesTheLastOfTwo) {
  PointCollector points("average", kNow);
  points.Add(Point("11:00", 1));
  points.Add(Point("10:00", 2));
  points.Add(Point("11:00", 3));
  const LiveAnswer answer = *std::move(points).Finish("X");
  ASSERT_EQ(answer.points.size(), 2u);
  EXPECT_EQ(answer.points[0].intensity.value(), 2);
  EXPECT_EQ(answer.points[1].intensity.value(), 3);
}

TEST(PointCollectorTest, LeavesOutWhatNoGridCanHaveAndSaysSoWhereNothingIsLeft) {
  PointCollector points("average", kNow);
  points.Add(Point("11:00", -1));
  points.Add(Point("11:00", 9000));
  points.Add(Point("11:00", std::numeric_limits<double>::quiet_NaN()));
  points.Add(Point("11:00", 100, Seconds{7}));
  points.Add(Point("12:30", 100));
  points.Add({*UtcTime::Parse("1970-01-01T00:00:00Z"), kHour, GramsPerKwh{100}, false});
  const Result<LiveAnswer> answer = std::move(points).Finish("The grid");
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(answer.error().message, HasSubstr("The grid answers nothing that can be used: 4 values are"));
  EXPECT_THAT(answer.error().message, HasSubstr("1 are of the future and 1 of more than a month ago"));
}

TEST(SeriesOfTest, TheFinestStepIsTheSeries) {
  const LiveSeries made = *SeriesOf({}, {Point("11:00", 300), Point("12:00", 100, Seconds{900}, true)});
  EXPECT_EQ(made.series.step(), Seconds{900});
  EXPECT_EQ(made.series.At(At("11:50"))->value(), 300);
  EXPECT_EQ(made.series.At(At("12:10"))->value(), 100);
  EXPECT_FALSE(made.estimated[3]);
  EXPECT_TRUE(made.estimated[4]);
  EXPECT_EQ(made.series.end(), At("12:15")) << "nothing is said of the future";
}

TEST(SeriesOfTest, AGapStaysAGap) {
  const LiveSeries made = *SeriesOf({}, {Point("08:00", 300), Point("12:00", 200)});
  EXPECT_FALSE(made.series.At(At("10:00")));
  EXPECT_EQ(made.series.missing(), 3u);
  EXPECT_FALSE(SeriesOf({}, {}));
}

TEST(SeriesOfTest, AValueThatBeginsBetweenTwoStepsIsNotLost) {
  const LiveSeries made = *SeriesOf({}, {Point("08:00", 300), Point("09:30", 200)});
  EXPECT_EQ(made.series.At(At("09:40"))->value(), 200);
}

}  // namespace
}  // namespace jouleprint::carbon
