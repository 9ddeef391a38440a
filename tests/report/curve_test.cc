// Pictures of a course over time.
#include "report/curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "report/text_width.h"
#include "report/time_axis.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr Seconds kHour{3600};
const UtcTime kStart = *UtcTime::Parse("2022-03-05T00:00:00Z");

Style Plain(bool unicode, int width = 40) { return {.color = false, .unicode = unicode, .width = width}; }

std::vector<double> Ramp(int count, double from, double by) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(from + i * by);
  return values;
}

std::string LabelOf(const TimeMark& mark) { return mark.label; }
std::vector<std::string> Labels(const std::vector<TimeMark>& marks) {
  std::vector<std::string> labels;
  for (const TimeMark& mark : marks) labels.push_back(LabelOf(mark));
  return labels;
}

TEST(DrawCurve, RisesFromTheLowerLeftToTheUpperRight) {
  EXPECT_THAT(DrawCurve({kStart, kHour, Ramp(24, 0, 10)}, Plain(false, 29), 4),
              ElementsAre("200+                   ...'''",  //
                          "   |            ....'''",        //
                          "   |      ...|'''",              //
                          "  0+...|'''",                    //
                          "   ++-----------+------------",  //
                          "    05 Mar      12:00"));
}

TEST(DrawCurve, FitsItsWidthAndHeight) {
  for (const bool unicode : {true, false}) {
    for (const int width : {20, 40, 100}) {
      for (const int steps : {1, 2, 7, 24, 168, 8760, 105'120}) {
        const auto lines = DrawCurve({kStart, Seconds{300}, Ramp(steps, 50, 0.01)}, Plain(unicode, width), 8);
        ASSERT_EQ(lines.size(), 10u);
        for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), width) << line;
      }
    }
  }
}

TEST(DrawCurve, IsAsciiWhereTheLocaleIs) {
  const Curve curve{kStart, kHour, Ramp(48, 0, 5), Ramp(48, -10, 5), Ramp(48, 40, 5)};
  for (const std::string& line : DrawCurve(curve, Plain(false), 8)) {
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << line;
  }
  EXPECT_THAT(DrawCurve(curve, Plain(true), 8), Contains(HasSubstr("░")));
}

TEST(DrawCurve, TheBandLiesAroundTheLine) {
  const Curve sure{kStart, kHour, std::vector<double>(24, 100)};
  Curve unsure = sure;
  unsure.low = std::vector<double>(24, 50);
  unsure.high = std::vector<double>(24, 200);
  EXPECT_THAT(DrawCurve(sure, Plain(false), 8), Not(Contains(HasSubstr(":::"))));
  const std::vector<std::string> lines = DrawCurve(unsure, Plain(false), 9);
  EXPECT_THAT(lines.front(), AllOf(StartsWith("200+"), HasSubstr(":::")));
  EXPECT_THAT(lines[8], AllOf(StartsWith("  0+"), Not(HasSubstr(":")))) << "the band ends above 0";
}

TEST(DrawCurve, AGapIsEmpty) {
  std::vector<double> values(36, 100);
  for (std::size_t i = 12; i < 24; ++i) values[i] = kGap;
  const std::vector<std::string> lines = DrawCurve({kStart, kHour, values}, Plain(false, 41), 4);
  EXPECT_THAT(lines, Contains(HasSubstr("..            ..")));
  EXPECT_THAT(DrawCurve({kStart, kHour, {kGap, kGap}}, Plain(true), 4), IsEmpty());
  EXPECT_THAT(DrawCurve({kStart, kHour, {}}, Plain(true), 4), IsEmpty());
}

TEST(DrawCurve, BeginsAtZeroUnlessAllIsFarAboveIt) {
  EXPECT_THAT(DrawCurve({kStart, kHour, Ramp(24, 30, 10)}, Plain(false), 6), Contains(StartsWith("  0+")));
  EXPECT_THAT(DrawCurve({kStart, kHour, Ramp(24, 700, 2)}, Plain(false), 6), Contains(StartsWith("700+")));
  EXPECT_THAT(DrawCurve({kStart, kHour, std::vector<double>(24, 0)}, Plain(false), 6),
              Contains(StartsWith("0.0+")));
}

TEST(TimeMarks, HoursOfADayDaysOfAWeekMonthsOfAYear) {
  EXPECT_THAT(Labels(TimeMarks(kStart, kStart + kHour * 24, 72)), Contains("06:00"));
  EXPECT_THAT(Labels(TimeMarks(kStart, kStart + kHour * 24 * 7, 72)),
              ElementsAre("05 Mar", "06 Mar", "07 Mar", "08 Mar", "09 Mar", "10 Mar", "11 Mar"));
  EXPECT_THAT(Labels(TimeMarks(kStart, kStart + kHour * 24 * 365, 40)),
              ElementsAre("Apr", "Jul", "Oct", "2023"));
}

TEST(TimeMarks, StandFarEnoughApartForTheirLabels) {
  for (const double hours : {0.5, 3.0, 24.0, 100.0, 1000.0, 10'000.0, 100'000.0}) {
    const std::vector<TimeMark> marks = TimeMarks(kStart + Seconds{1234}, kStart + kHour * hours, 70);
    for (std::size_t i = 1; i < marks.size(); ++i) {
      EXPECT_GE(marks[i].column, marks[i - 1].column + static_cast<int>(marks[i - 1].label.size())) << hours;
    }
  }
  EXPECT_THAT(TimeMarks(kStart, kStart, 70), IsEmpty());
}

}  // namespace
}  // namespace jouleprint::report
