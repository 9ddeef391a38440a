// Files of what is known ahead.
#include "jouleprint/outlook_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Outlook> Read(const std::string& text) { return ReadOutlookText(text, "wind.csv", "DE"); }

TEST(OutlookFile, HasASeriesPerColumn) {
  const Result<Outlook> outlook = Read(
      "timestamp_utc,wind_mw,solar_mw\n2022-01-01T01:00Z,-2.5,\n2022-01-01T00:00Z,1,5\n2022-01-01T03:00Z,4,"
      "6\n");
  ASSERT_TRUE(outlook.ok()) << outlook.error().ToString();
  EXPECT_EQ(outlook->start.ToString(), "2022-01-01T00:00:00Z");
  EXPECT_EQ(outlook->step, Seconds{3600});
  EXPECT_THAT(outlook->names, ElementsAre("wind_mw", "solar_mw"));
  EXPECT_THAT(outlook->values[0], ElementsAre(1, -2.5, ::testing::IsNan(), 4));
  EXPECT_TRUE(std::isnan(outlook->values[1][1]));
}

TEST(OutlookFile, OnlyTheZonesOwnRowsCount) {
  const std::string head = "timestamp_utc,zone,wind\n2022-01-01T00:00Z,FR,9\n";
  EXPECT_THAT(Read(head + "2022-01-01T00:00Z,DE,4\n")->values[0], ElementsAre(4));
  EXPECT_THAT(Read(head).error().message, HasSubstr("no row of zone 'DE'"));
}

TEST(OutlookFile, ADecimalCommaIsNoColumn) {
  const Result<Outlook> outlook = Read("timestamp_utc,wind\n2022-01-01T00:00Z,4,5\n");
  ASSERT_FALSE(outlook.ok());
  EXPECT_THAT(outlook.error().ToString(), HasSubstr("line 2 has other columns"));
  EXPECT_THAT(outlook.error().hint, HasSubstr("decimal point"));
}

TEST(OutlookFile, TheLastIssueCountsAndEarlierOnesAreKept) {
  const std::string text =
      "issued_utc,timestamp_utc,wind\n"
      "2022-01-02T00:00Z,2022-01-02T00:00Z,5\n2022-01-02T00:00Z,2022-01-02T01:00Z,6\n"
      "2022-01-01T23:00Z,2022-01-01T23:00Z,1\n2022-01-01T23:00Z,2022-01-02T00:00Z,2\n"
      "2022-01-02T01:00Z,2022-01-02T01:00Z,9\n2022-01-02T01:00Z,2022-01-02T02:00Z,9\n";
  const auto at = UtcTime::Parse("2022-01-02T00:30Z");
  const Result<Outlook> outlook = ReadOutlookText(text, "wind.csv", "DE", *at);
  ASSERT_TRUE(outlook.ok()) << outlook.error().ToString();
  EXPECT_EQ(outlook->start.ToString(), "2022-01-01T23:00:00Z");
  EXPECT_THAT(outlook->values[0], ElementsAre(1, 5, 6)) << "what was issued at 01:00 is not known yet";
  ASSERT_EQ(outlook->earlier.size(), 1u);
  EXPECT_THAT(outlook->earlier[0].values[0], ElementsAre(1, 2));
  const auto too_early = UtcTime::Parse("2021-12-31T00:00Z");
  EXPECT_THAT(ReadOutlookText(text, "wind.csv", "DE", *too_early).error().message,
              HasSubstr("issued by 2021-12-31T00:00:00Z"));
  EXPECT_THAT(Read("issued_utc,timestamp_utc,wind\nyesterday,2022-01-02T00:00Z,5\n").error().message,
              HasSubstr("line 2, 'issued_utc'"));
}

TEST(OutlookFile, WhatIsWrongIsNamed) {
  EXPECT_THAT(Read("").error().message, HasSubstr("wind.csv is empty"));
  EXPECT_THAT(Read("time,wind\n").error().message, HasSubstr("no column 'timestamp_utc'"));
  EXPECT_THAT(Read("timestamp_utc\n").error().message, HasSubstr("no series"));
  EXPECT_THAT(Read("timestamp_utc,wind\n2022-01-01T00:00Z,strong\n").error().message,
              AllOf(HasSubstr("line 2, 'wind'"), HasSubstr("'strong' is not a number")));
  EXPECT_THAT(Read("timestamp_utc,wind\n2022-01-01T00:00,1\n").error().message, HasSubstr("time zone"));
  EXPECT_THAT(Read("timestamp_utc,wind\n2022-01-01T00:00Z\n").error().message, HasSubstr("line 2"));
  EXPECT_THAT(Read("timestamp_utc,wind\n2022-01-01T00:00Z,1\n2022-01-01T00:00Z,1\n").error().message,
              HasSubstr("lines 2 and 3"));
}

}  // namespace
}  // namespace jouleprint
