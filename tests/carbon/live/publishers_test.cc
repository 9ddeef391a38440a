// The readers of each API's answers, in the shapes that the APIs document, and in shapes that they should not
// have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carbon/live/electricity_maps.h"
#include "carbon/live/neso.h"
#include "carbon/live/url_source.h"
#include "carbon/live/watttime.h"

namespace jouleprint::carbon {
namespace {

using ::testing::HasSubstr;

const UtcTime kNow = *UtcTime::Parse("2026-01-20T12:20:00Z");

std::string Maps(const char* datetime, const char* intensity, const char* more = "") {
  return std::string(R"({"zone":"DE","carbonIntensity":)") + intensity + R"(,"datetime":")" + datetime +
         R"(","updatedAt":"2026-01-20T11:40:00.000Z","emissionFactorType":"lifecycle","isEstimated":false)" +
         more + "}";
}

Result<LiveAnswer> ReadMaps(const std::string& text) {
  return ParseElectricityMaps(text, "DE", "lifecycle", kNow);
}

TEST(ElectricityMapsTest, LatestIsOneHour) {
  const LiveAnswer answer = *ReadMaps(
      R"({"zone":"DE","carbonIntensity":302,"datetime":"2026-01-20T12:00:00.000Z","isEstimated":true,
          "emissionFactorType":"lifecycle","estimationMethod":"TIME_SLICER_AVERAGE"})");
  EXPECT_EQ(answer.kind, "average-consumption-lifecycle");
  ASSERT_EQ(answer.points.size(), 1u);
  EXPECT_EQ(answer.points[0].intensity.value(), 302);
  EXPECT_EQ(answer.points[0].step, Seconds{3600});
  EXPECT_EQ(answer.points[0].time.ToString(), "2026-01-20T12:00:00Z");
  EXPECT_TRUE(answer.points[0].estimated);
}

TEST(ElectricityMapsTest, HistoryAndPastRangeAreLists) {
  for (const char* list : {"history", "data"}) {
    const LiveAnswer answer =
        *ReadMaps(std::string(R"({"zone":"DE",")") + list + "\":[" + Maps("2026-01-20T11:00:00.000Z", "290") +
                  "," + Maps("2026-01-20T10:00:00.000Z", "\"310.5\"") + "," +
                  Maps("2026-01-20T09:00:00.000Z", "null") + "]}");
    ASSERT_EQ(answer.points.size(), 2u) << list;
    EXPECT_EQ(answer.points[0].intensity.value(), 310.5) << "a text that is a number is one";
    EXPECT_FALSE(answer.points[1].estimated);
  }
}

TEST(ElectricityMapsTest, FactorsAreInTheKind) {
  EXPECT_EQ(ParseElectricityMaps(R"({"carbonIntensity":200,"datetime":"2026-01-20T12:00:00Z"})", "DE",
                                 "direct", kNow)
                ->kind,
            "average-consumption-direct");
}

TEST(ElectricityMapsTest, AnotherZoneOrOtherFactorsAreNotTaken) {
  EXPECT_THAT(
      ParseElectricityMaps(Maps("2026-01-20T12:00:00Z", "1"), "FR", "lifecycle", kNow).error().message,
      HasSubstr("another zone"));
  EXPECT_THAT(ParseElectricityMaps(Maps("2026-01-20T12:00:00Z", "1"), "DE", "direct", kNow).error().message,
              HasSubstr("other factors"));
}

TEST(ElectricityMapsTest, WhatMakesNoSenseIsASentence) {
  EXPECT_THAT(ReadMaps("<html>Login</html>").error().message, HasSubstr("no JSON object"));
  EXPECT_THAT(ReadMaps(R"({"zone":"DE","history":[{"carbonInt)").error().message,
              HasSubstr("no JSON object"));
  EXPECT_THAT(ReadMaps(Maps("2026-01-20T12:00:00Z", "-3")).error().message,
              HasSubstr("1 values are impossible"));
  EXPECT_THAT(ReadMaps(Maps("yesterday", "3")).error().message, HasSubstr("have no time"));
  EXPECT_THAT(ReadMaps(Maps("2027-01-20T12:00:00Z", "3")).error().message, HasSubstr("1 are of the future"));
  EXPECT_THAT(ReadMaps(R"({"zone":"DE","history":[]})").error().message, HasSubstr("has no values"));
}

std::string WattTime(const char* unit, const char* rows) {
  return std::string(R"({"data":[)") + rows + R"(],"meta":{"region":"CAISO_NORTH","signal_type":"co2_moer",
      "model":{"date":"2023-03-01"},"units":")" +
         unit + R"(","data_point_period_seconds":300}})";
}

TEST(WattTimeTest, PoundsBecomeGramsAndTheKindIsMarginal) {
  const LiveAnswer answer =
      *ParseWattTime(WattTime("lbs_co2_per_mwh",
                              R"({"point_time":"2026-01-20T12:15:00+00:00","value":870.0,"version":"3.2"},
                                 {"point_time":"2026-01-20T12:10:00+00:00","value":0.0,"version":"3.2"})"),
                     "CAISO_NORTH", /*forecast=*/true, kNow);
  EXPECT_EQ(answer.kind, "marginal-direct");
  ASSERT_EQ(answer.points.size(), 2u);
  EXPECT_EQ(answer.points[0].intensity.value(), 0) << "nothing is marginal but sun and wind: a value";
  EXPECT_DOUBLE_EQ(answer.points[1].intensity.value(), 870 * 0.45359237);
  EXPECT_EQ(answer.points[1].step, Seconds{300});
  EXPECT_TRUE(answer.points[1].estimated);
}

TEST(WattTimeTest, AnotherUnitIsNotTaken) {
  const char* row = R"({"point_time":"2026-01-20T12:15:00Z","value":870})";
  EXPECT_THAT(ParseWattTime(WattTime("kg_co2_per_mwh", row), "CAISO_NORTH", false, kNow).error().message,
              HasSubstr("another unit"));
  EXPECT_FALSE(ParseWattTime(R"({"data":[{"point_time":"2026-01-20T12:15:00Z","value":870}]})", "CAISO_NORTH",
                             false, kNow)
                   .ok());
  EXPECT_THAT(ParseWattTime(WattTime("lbs_co2_per_mwh", row), "PJM", false, kNow).error().message,
              HasSubstr("another region"));
}

TEST(WattTimeTest, TheTokenIsATextOrASentence) {
  EXPECT_EQ(*ParseWattTimeToken(R"({"token":"abc"})"), "abc");
  for (const char* text : {R"({"token":5})", "{}", "[]", "welcome"})
    EXPECT_FALSE(ParseWattTimeToken(text).ok()) << text;
}

TEST(NesoTest, ActualCountsAndWhereThereIsNoneTheForecastDoes) {
  const LiveAnswer answer = *ParseNeso(
      R"({"data":[{"from":"2026-01-20T11:30Z","to":"2026-01-20T12:00Z",
                   "intensity":{"forecast":266,"actual":263,"index":"moderate"}},
                  {"from":"2026-01-20T12:00Z","to":"2026-01-20T12:30Z",
                   "intensity":{"forecast":250,"actual":null,"index":"moderate"}},
                  {"from":"2026-01-20T12:30Z","to":"2026-01-20T13:00Z",
                   "intensity":{"forecast":240,"actual":null,"index":"moderate"}}]})",
      kNow);
  EXPECT_EQ(answer.kind, "average-direct");
  ASSERT_EQ(answer.points.size(), 2u) << "what is to come is not asked of it";
  EXPECT_EQ(answer.points[0].intensity.value(), 263);
  EXPECT_FALSE(answer.points[0].estimated);
  EXPECT_EQ(answer.points[1].intensity.value(), 250);
  EXPECT_TRUE(answer.points[1].estimated);
  EXPECT_EQ(answer.points[1].step, Seconds{1800});
}

TEST(NesoTest, RegionsLieOneLevelDeeper) {
  const std::string inner =
      R"({"regionid":13,"shortname":"London","data":[{"from":"2026-01-20T12:00Z","to":"2026-01-20T12:30Z",
          "intensity":{"forecast":90,"index":"low"},"generationmix":[{"fuel":"gas","perc":20}]}]})";
  for (const std::string& text : {"{\"data\":" + inner + "}", "{\"data\":[" + inner + "]}"}) {
    const LiveAnswer answer = *ParseNeso(text, kNow);
    ASSERT_EQ(answer.points.size(), 1u);
    EXPECT_EQ(answer.points[0].intensity.value(), 90);
    EXPECT_TRUE(answer.points[0].estimated);
  }
}

TEST(NesoTest, ItsOwnErrorsAreSentences) {
  EXPECT_FALSE(ParseNeso(R"({"error":{"code":"400 Bad Request","message":"no"}})", kNow).ok());
  EXPECT_FALSE(
      ParseNeso(R"({"data":[{"from":"2026-01-20T12:00Z","intensity":{"forecast":null}}]})", kNow).ok());
}

TEST(UrlTest, ThePointerAndTheUnitDecide) {
  SourceName name{
      .base_url = "https://grid.example/now?key=s3cret", .pointer = "/data/0/ci", .unit = "lb/MWh"};
  const LiveAnswer answer = *ParseUrlAnswer(R"({"data":[{"ci":"1000"}]})", name, kNow);
  EXPECT_DOUBLE_EQ(answer.points.at(0).intensity.value(), 453.59237);
  EXPECT_EQ(answer.points.at(0).time.ToString(), "2026-01-20T12:20:00Z");
  EXPECT_EQ(answer.kind, "unspecified");
  EXPECT_EQ(ParseUrlAnswer("311", {.base_url = "http://x/"}, kNow)->points.at(0).intensity.value(), 311)
      << "no pointer is the document itself";
  for (const char* text : {R"({"data":[]})", R"({"data":[{"ci":null}]})", R"({"data":[{"ci":"high"}]})",
                           R"({"data":[{"ci":-4}]})", "<html>", ""}) {
    const Result<LiveAnswer> wrong = ParseUrlAnswer(text, name, kNow);
    ASSERT_FALSE(wrong.ok()) << text;
    EXPECT_THAT(wrong.error().ToString(), ::testing::Not(HasSubstr("s3cret")));
  }
}

TEST(UrlTest, AValueThatNoGridHasIsTakenForAnotherUnit) {
  for (const char* much : {"300000", "1500"}) {
    EXPECT_THAT(ParseUrlAnswer(much, {.base_url = "http://x/y"}, kNow).error().ToString(),
                HasSubstr(";unit="));
  }
  const SourceName said{.base_url = "http://x/y", .unit_said = true};
  EXPECT_EQ(ParseUrlAnswer("1500", said, kNow)->points.at(0).intensity.value(), 1500);
}

}  // namespace
}  // namespace jouleprint::carbon
