// What a series answers: at a moment, over a stretch of time, where it has gaps and where it ends.
#include "jouleprint/intensity_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace jouleprint {
namespace {

using ::testing::HasSubstr;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
const UtcTime kStart{1'640'995'200'000'000};  // 2022-01-01T00:00:00Z
constexpr Seconds kHour{3600};

IntensitySeries Hours(std::vector<double> values, const std::string& zone = "FR",
                      const std::string& kind = "average") {
  return {{zone, kind, "test"}, kStart, kHour, std::move(values)};
}
UtcTime At(double hours) { return kStart + kHour * hours; }

TEST(IntensitySeries, AValueCoversTheStepThatBeginsAtItsTime) {
  const IntensitySeries series = Hours({100, 200});
  EXPECT_EQ(series.At(At(0))->value(), 100);
  EXPECT_EQ(series.At(At(0.999))->value(), 100);
  EXPECT_EQ(series.At(At(1))->value(), 200);
  EXPECT_FALSE(series.At(At(2)));
  EXPECT_FALSE(series.At(At(-0.001)));
  EXPECT_EQ(series.end(), At(2));
}

TEST(IntensitySeries, AGapIsAbsentAndNotZero) {
  const IntensitySeries series = Hours({100, kGap, 300});
  EXPECT_FALSE(series.At(At(1.5)));
  EXPECT_EQ(series.missing(), 1u);
  const IntensitySeries::Mean mean = series.MeanOver(At(0), At(3));
  EXPECT_DOUBLE_EQ(mean.intensity.value(), 200);
  EXPECT_DOUBLE_EQ(mean.covered, 2.0 / 3);
  EXPECT_EQ(series.MeanOver(At(1), At(2)).covered, 0);
}

TEST(IntensitySeries, MeansAreWeightedByTime) {
  const IntensitySeries series = Hours({100, 200});
  EXPECT_DOUBLE_EQ(series.MeanOver(At(0.5), At(1.25)).intensity.value(), (0.5 * 100 + 0.25 * 200) / 0.75);
  EXPECT_DOUBLE_EQ(series.MeanOver(At(0.5), At(1.25)).covered, 1);
  EXPECT_DOUBLE_EQ(series.MeanOver(At(-1), At(1)).covered, 0.5);
  EXPECT_EQ(series.MeanOver(At(1.5), At(1.5)).intensity.value(), 200);
}

TEST(IntensitySeries, APartHasTheStepsThatTheTimeTouches) {
  const IntensitySeries part = Hours({1, 2, 3, 4}).Part(At(0.5), At(2));
  EXPECT_THAT(part.values(), ::testing::ElementsAre(1, 2));
  EXPECT_EQ(part.start(), At(0));
  EXPECT_TRUE(Hours({1, 2}).Part(At(7), At(9)).values().empty());
  EXPECT_TRUE(Hours({1, 2}).Part(At(1), At(1)).values().empty());
}

RC_GTEST_PROP(IntensitySeriesProperty, AMeanIsTheSumOfItsMinutes, ()) {
  std::vector<double> values;
  const auto count = *rc::gen::inRange(1, 200);
  for (int i = 0; i < count; ++i) {
    values.push_back(*rc::gen::inRange(0, 10) == 0 ? kGap : *rc::gen::inRange(0, 2000));
  }
  const IntensitySeries series = Hours(values);
  const int from = *rc::gen::inRange(-120, 60 * count);
  const int to = from + *rc::gen::inRange(1, 60 * count);
  double sum = 0;
  int known = 0;
  for (int minute = from; minute < to; ++minute) {
    if (minute < 0 || minute >= 60 * count) continue;
    const double value = values[static_cast<std::size_t>(minute / 60)];
    if (std::isnan(value)) continue;
    sum += value;
    ++known;
  }
  const IntensitySeries::Mean mean = series.MeanOver(At(from / 60.0), At(to / 60.0));
  RC_ASSERT(std::abs(mean.covered - static_cast<double>(known) / (to - from)) < 1e-6);
  if (known > 0) RC_ASSERT(std::abs(mean.intensity.value() - sum / known) < 1e-3);
}

TEST(ChooseSeries, TakesTheOnlyOneAndAsksWhereThereAreSeveral) {
  const std::vector<IntensitySeries> one{Hours({1})};
  EXPECT_EQ(*ChooseSeries(one, "", "", "x.csv"), &one[0]);
  const std::vector<IntensitySeries> two{Hours({1}, "DE"), Hours({2}, "FR")};
  EXPECT_EQ(*ChooseSeries(two, "FR", "", "x.csv"), &two[1]);
  EXPECT_EQ(*ChooseSeries(two, "France", "", "x.csv"), &two[1]) << "by its name";
  const Error asked = ChooseSeries(two, "", "", "x.csv").error();
  EXPECT_EQ(asked.message, "x.csv has several zones");
  EXPECT_THAT(asked.hint, HasSubstr("--zone: DE, FR"));
  EXPECT_THAT(ChooseSeries(two, "FRA1", "", "x.csv").error().ToString(), HasSubstr("'FRA1'"));
}

TEST(ChooseSeries, AsksWhichKindIsMeant) {
  const std::vector<IntensitySeries> kinds{Hours({1}, "FR", "average"), Hours({2}, "FR", "marginal")};
  EXPECT_EQ(*ChooseSeries(kinds, "FR", "marginal", "x.csv"), &kinds[1]);
  EXPECT_THAT(ChooseSeries(kinds, "FR", "", "x.csv").error().hint, HasSubstr("average, marginal"));
  EXPECT_EQ(ChooseSeries(kinds, "FR", "market", "x.csv").error().code, ErrorCode::kNotFound);
}

TEST(SeriesCsv, IsReadBackAsTheSameSeries) {
  const std::vector<IntensitySeries> series{Hours({100.1, kGap, 1e-3}, "DE", "average-lifecycle"),
                                            Hours({0.1 + 0.2, 7}, "a, \"b\"", "marginal")};
  const Result<SeriesFile> back = ReadSeriesText(SeriesCsv(series), "back.csv");
  ASSERT_TRUE(back.ok()) << back.error().ToString();
  ASSERT_EQ(back->series.size(), 2u);
  EXPECT_EQ(back->series[0].zone(), "DE");
  EXPECT_EQ(back->series[0].kind(), "average-lifecycle");
  EXPECT_EQ(back->series[0].values()[0], 100.1);
  EXPECT_TRUE(std::isnan(back->series[0].values()[1]));
  EXPECT_EQ(back->series[1].zone(), "a, \"b\"");
  EXPECT_EQ(back->series[1].values()[0], 0.1 + 0.2);
}

TEST(IntensitySeries, AStepBeginsAtItsTimeToTheMicrosecond) {
  std::vector<double> values(40'000);
  std::iota(values.begin(), values.end(), 0.0);
  const UtcTime start = *UtcTime::Parse("2025-12-31T23:55:00Z");
  const IntensitySeries series({"DE", "average", "a test"}, start, Seconds{300}, values);
  for (std::int64_t i = 0; i < 40'000; ++i) {
    EXPECT_EQ(series.At({start.unix_us + i * 300'000'000})->value(), static_cast<double>(i));
    const auto before = series.At({start.unix_us + i * 300'000'000 - 1});
    EXPECT_EQ(before.value_or(GramsPerKwh{-1}).value(), static_cast<double>(i - 1));
  }
}

}  // namespace
}  // namespace jouleprint
