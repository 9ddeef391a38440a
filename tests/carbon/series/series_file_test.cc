// Series files: what is read, what is mended and said, what is refused and how.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "carbon/series/minutes.h"
#include "jouleprint/intensity_series.h"
#include "support/temporary_folder.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TemporaryFolder;

constexpr const char* kHeader = "timestamp_utc,zone,gco2_per_kwh\n";

Result<SeriesFile> Read(const std::string& text, const SeriesFileOptions& options = {}) {
  return ReadSeriesText(text, "grid.csv", options);
}
Result<SeriesFile> ReadRows(const std::string& rows, const SeriesFileOptions& options = {}) {
  return Read(kHeader + rows, options);
}
// The only series, which must be there.
IntensitySeries Only(const Result<SeriesFile>& file) {
  EXPECT_TRUE(file.ok()) << file.error().ToString();
  EXPECT_EQ(file->series.size(), 1u);
  return file->series.front();
}
std::string Refusal(const Result<SeriesFile>& file) {
  if (file.ok()) return "it was read";
  EXPECT_FALSE(file.error().hint.empty()) << file.error().message << " has no remedy";
  return file.error().ToString();
}
UtcTime At(const std::string& time) { return *UtcTime::Parse(time); }

// So many rows of FR, so many minutes apart, each one more than the last (up to 999).
std::string Rows(int count, int minutes, const std::string& zone = "FR") {
  std::string rows;
  const carbon::Minute start = *carbon::ParseMinute("2022-01-01T00:00Z");
  for (int i = 0; i < count; ++i) {
    rows += carbon::MinuteText(start + i * minutes) + "," + zone + "," + std::to_string(100 + i % 900) + "\n";
  }
  return rows;
}

TEST(SeriesFile, ReadsTimesZonesAndValues) {
  const IntensitySeries series = Only(ReadRows("2022-01-01T00:00Z,FR,56.5\n2022-01-01T01:00Z,FR,60\n"));
  EXPECT_EQ(series.zone(), "FR");
  EXPECT_EQ(series.kind(), "unspecified");
  EXPECT_EQ(series.source(), "grid.csv");
  EXPECT_EQ(series.start(), At("2022-01-01T00:00:00Z"));
  EXPECT_EQ(series.step(), Seconds{3600});
  EXPECT_THAT(series.values(), ElementsAre(56.5, 60));
}

TEST(SeriesFile, TakesWhatProgramsWrite) {
  const std::string text =
      "\xEF\xBB\xBF\"zone\",note,\"gco2_per_kwh\" ,timestamp_utc\r\n"
      "\"FR\",\"a \"\"note\"\", with a comma\",5.65e1,2022-01-01T00:00:00Z\r\n"
      "FR,, 60 ,2022-01-01T02:00+01:00\r\n"
      "\r\n"
      "FR,x,61,2022-01-01 02:00:00Z";
  EXPECT_THAT(Only(Read(text)).values(), ElementsAre(56.5, 60, 61));
}

TEST(SeriesFile, EachZoneAndKindIsASeriesOfItsOwnStep) {
  const Result<SeriesFile> file = Read(
      "timestamp_utc,zone,gco2_per_kwh,kind\n"
      "2022-01-01T00:00Z,FR,50,average\n2022-01-01T00:00Z,DE,400,average\n2022-01-01T00:00Z,FR,600,marginal\n"
      "2022-01-01T00:05Z,FR,51,average\n2022-01-01T01:00Z,DE,410,average\n2022-01-01T00:15Z,FR,610,"
      "marginal\n");
  ASSERT_TRUE(file.ok()) << file.error().ToString();
  ASSERT_EQ(file->series.size(), 3u);
  EXPECT_EQ(file->series[0].zone(), "DE");
  EXPECT_EQ(file->series[0].step(), Seconds{3600});
  EXPECT_EQ(file->series[1].kind(), "average");
  EXPECT_EQ(file->series[1].step(), Seconds{300});
  EXPECT_EQ(file->series[2].kind(), "marginal");
  EXPECT_EQ(file->series[2].step(), Seconds{900});
  EXPECT_THAT(file->notes, IsEmpty());
}

TEST(SeriesFile, OneZoneAndOneKindCanBeAskedFor) {
  const std::string rows = "2022-01-01T00:00Z,FR,50\n2022-01-01T00:00Z,DE,nonsense\n";
  EXPECT_THAT(Only(ReadRows(rows, {.zone = "FR"})).values(), ElementsAre(50));
  EXPECT_EQ(Only(ReadRows(rows, {.zone = "France"})).zone(), "FR");
  EXPECT_EQ(Only(ReadRows(rows, {.zone = "FR", .kind = "marginal"})).kind(), "marginal");
  const std::string kinds =
      "timestamp_utc,zone,gco2_per_kwh,kind\n2022-01-01T00:00Z,FR,50,average\n"
      "2022-01-01T00:00Z,FR,600,marginal\n";
  EXPECT_THAT(Only(Read(kinds, {.kind = "marginal"})).values(), ElementsAre(600));
}

TEST(SeriesFile, AFileWithoutZonesIsOfTheZoneThatIsSaid) {
  const std::string text = "timestamp_utc,gco2_per_kwh\n2022-01-01T00:00Z,50\n";
  EXPECT_EQ(Only(Read(text, {.zone = "FR"})).zone(), "FR");
  EXPECT_THAT(Refusal(Read(text)), AllOf(HasSubstr("no column 'zone'"), HasSubstr("--zone")));
}

TEST(SeriesFile, RowsInAnyOrderAreSortedAndThatIsSaid) {
  const Result<SeriesFile> file =
      ReadRows("2022-01-01T02:00Z,FR,3\n2022-01-01T00:00Z,FR,1\n2022-01-01T01:00Z,FR,2\n");
  EXPECT_THAT(Only(file).values(), ElementsAre(1, 2, 3));
  EXPECT_THAT(file->notes, ElementsAre(HasSubstr("sorted")));
}

TEST(SeriesFile, ARowThatIsThereTwiceCountsOnce) {
  const Result<SeriesFile> file =
      ReadRows(Rows(3, 60) + "2022-01-01T01:00Z,FR,101\n2022-01-01T03:00+02:00,FR,101\n");
  EXPECT_THAT(Only(file).values(), ElementsAre(100, 101, 102));
  EXPECT_THAT(file->notes, ::testing::Contains(HasSubstr("2 rows are there more than once")));
}

TEST(SeriesFile, ATimeWithTwoValuesIsRefused) {
  EXPECT_THAT(Refusal(ReadRows("2022-10-30T00:00Z,FR,1\n2022-10-30T01:00Z,FR,2\n2022-10-30T01:00Z,FR,3\n")),
              AllOf(HasSubstr("grid.csv lines 3 and 4"), HasSubstr("two values at 2022-10-30T01:00Z"),
                    HasSubstr("in UTC")));
}

TEST(SeriesFile, GapsStayGapsAndAreCounted) {
  const Result<SeriesFile> file = ReadRows(
      "2022-01-01T00:00Z,FR,1\n2022-01-01T01:00Z,FR,2\n2022-01-01T02:00Z,FR,\n2022-01-01T05:00Z,FR,3\n");
  const IntensitySeries series = Only(file);
  EXPECT_EQ(series.values().size(), 6u);
  EXPECT_EQ(series.missing(), 3u);
  EXPECT_FALSE(series.At(At("2022-01-01T02:30:00Z")));
  EXPECT_THAT(file->notes, ElementsAre(HasSubstr("3 steps have no value and stay gaps (FR 3)")));
}

TEST(SeriesFile, AnEmptyValueIsAGapThatTellsTheStep) {
  const IntensitySeries series = Only(ReadRows(
      "2022-01-01T00:00Z,FR,1\n2022-01-01T00:10Z,FR,\n2022-01-01T00:20Z,FR,3\n2022-01-01T00:20Z,FR,\n"));
  EXPECT_EQ(series.step(), Seconds{600});
  EXPECT_EQ(series.missing(), 1u);
  EXPECT_EQ(series.At(At("2022-01-01T00:20:00Z"))->value(), 3);
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00Z,FR,\n")), HasSubstr("and no value"));
}

TEST(SeriesFile, YearsAndLeapDaysAreJustTimes) {
  const Result<SeriesFile> file = ReadRows(
      "2020-02-28T23:00Z,FR,1\n2020-02-29T00:00Z,FR,2\n2020-02-29T23:00Z,FR,3\n2020-03-01T00:00Z,FR,4\n"
      "2020-12-31T23:00Z,FR,5\n2021-01-01T00:00Z,FR,6\n");
  const IntensitySeries series = Only(file);
  EXPECT_EQ(series.At(At("2020-02-29T23:30:00Z"))->value(), 3);
  EXPECT_EQ(series.At(At("2021-01-01T00:30:00Z"))->value(), 6);
  EXPECT_EQ(series.values().size(), 24u * (1 + 1 + 31 + 30 + 31 + 30 + 31 + 31 + 30 + 31 + 30 + 31) - 23 + 1);
  EXPECT_THAT(Refusal(ReadRows("2021-02-29T00:00Z,FR,1\n")), HasSubstr("'2021-02-29T00:00Z' is not a time"));
}

TEST(SeriesStep, AnyThatDividesAnHour) {
  for (const int minutes : {1, 2, 3, 5, 10, 15, 20, 30, 60}) {
    EXPECT_EQ(Only(ReadRows(Rows(8, minutes))).step(), Seconds{60.0 * minutes}) << minutes;
  }
  EXPECT_EQ(Only(ReadRows(Rows(1, 60))).step(), Seconds{3600}) << "a single row";
}

TEST(SeriesStep, OthersAreRefused) {
  EXPECT_THAT(Refusal(ReadRows(Rows(8, 61))),
              AllOf(HasSubstr("61 minutes apart"), HasSubstr("1 minute to 1 hour")));
  EXPECT_THAT(Refusal(ReadRows(Rows(8, 1440))), HasSubstr("1440 minutes apart"));
  EXPECT_THAT(Refusal(ReadRows(Rows(8, 45))), HasSubstr("45 minutes apart, which does not divide an hour"));
}

TEST(SeriesStep, ATimeBetweenStepsIsRefusedWithItsLine) {
  EXPECT_THAT(Refusal(ReadRows(Rows(4, 60) + "2022-01-01T02:07Z,FR,5\n")),
              AllOf(HasSubstr("line 6"), HasSubstr("2022-01-01T02:07Z lies between the steps")));
  EXPECT_THAT(Refusal(ReadRows(Rows(9, 60) + "2022-01-01T02:30Z,FR,5\n")), HasSubstr("line 11"));
  EXPECT_THAT(Refusal(ReadRows("2021-12-31T23:59Z,FR,5\n" + Rows(4, 60))), HasSubstr("line 2"));
}

TEST(SeriesStep, GoingFromHoursToQuartersTakesTheQuarters) {
  std::string rows = Rows(24, 60);
  for (int i = 0; i < 8; ++i) {
    rows += carbon::MinuteText(*carbon::ParseMinute("2022-01-02T00:00Z") + 15 * i) + ",FR,7\n";
  }
  const Result<SeriesFile> file = ReadRows(rows);
  const IntensitySeries series = Only(file);
  EXPECT_EQ(series.step(), Seconds{900});
  EXPECT_FALSE(series.At(At("2022-01-01T00:20:00Z"))) << "an hour's value says nothing of its second quarter";
  EXPECT_THAT(file->notes, ::testing::Contains(HasSubstr("goes from one step to another")));
}

TEST(SeriesStep, RowsMissingByChanceAreGapsAndNoOtherStep) {
  std::string rows;
  const carbon::Minute start = *carbon::ParseMinute("2022-01-01T00:00Z");
  for (int i = 0; i < 300; ++i) {
    const bool missing = i == 100 || i == 102 || i == 104;
    if (!missing) rows += carbon::MinuteText(start + i) + ",FR,70\n";
  }
  const Result<SeriesFile> file = ReadRows(rows);
  EXPECT_EQ(Only(file).missing(), 3u);
  EXPECT_THAT(file->notes, ElementsAre(HasSubstr("3 steps have no value")));
}

TEST(SeriesFile, AYearWithoutAnythingBetweenIsAWrongTime) {
  EXPECT_THAT(Refusal(ReadRows(Rows(12, 1) + "1990-01-01T00:00Z,FR,1\n")),
              AllOf(HasSubstr("1990-01-01T00:00Z"), HasSubstr("2022-01-01T00:00Z")));
}

TEST(SeriesTime, ATimeWithoutItsZoneIsRefused) {
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00,FR,1\n")),
              AllOf(HasSubstr("grid.csv line 2, timestamp_utc"), HasSubstr("does not say its time zone"),
                    HasSubstr("2026-11-22T13:00Z")));
}

TEST(SeriesTime, WhatIsNoWholeMinuteOrNoTimeIsRefused) {
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00:30Z,FR,1\n")), HasSubstr("whole minute"));
  for (const char* time : {"2022-13-01T00:00Z", "2022-01-01T24:00Z", "2022-01-01", "1640995200", "", "now",
                           "2022-1-1T00:00Z", "2022-01-01T00:60Z", "9022-01-01T00:00Z"}) {
    EXPECT_THAT(Refusal(ReadRows(std::string(time) + ",FR,1\n")), HasSubstr("grid.csv line 2, timestamp_utc"))
        << time;
  }
}

TEST(SeriesValue, WhatIsNoIntensityIsRefusedWithLineAndField) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"-3", "below 0"},        {"nan", "not a number"},  {"inf", "not a number"}, {"abc", "not a number"},
      {"12,5", "not a number"}, {"1e9", "more than"},     {"5000.1", "more than"}, {"+5", "not a number"},
      {"0x10", "not a number"}, {"1e400", "not a number"}};
  for (const auto& [value, why] : wrong) {
    EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00Z,FR,1\n2022-01-01T01:00Z,FR,\"" + value + "\"\n")),
                AllOf(HasSubstr("grid.csv line 3, gco2_per_kwh: '" + value + "'"), HasSubstr(why)));
  }
  EXPECT_THAT(
      Only(ReadRows("2022-01-01T00:00Z,FR,0\n2022-01-01T01:00Z,FR,5e3\n", {.unit = "g/kWh"})).values(),
      ElementsAre(0, 5000));
}

TEST(SeriesUnit, IsConvertedWhenItIsSaid) {
  const std::string rows = "2022-01-01T00:00Z,FR,1000\n";
  EXPECT_DOUBLE_EQ(Only(ReadRows(rows, {.unit = "lb/MWh"})).values()[0], 453.59237);
  EXPECT_DOUBLE_EQ(Only(ReadRows(rows, {.unit = "kg/MWh"})).values()[0], 1000);
  EXPECT_DOUBLE_EQ(Only(ReadRows("2022-01-01T00:00Z,FR,0.4\n", {.unit = "t/MWh"})).values()[0], 400);
  EXPECT_THAT(Refusal(ReadRows(rows, {.unit = "stone/MWh"})),
              AllOf(HasSubstr("'stone/MWh'"), HasSubstr("lb/MWh")));
}

TEST(SeriesUnit, AColumnThatSpeaksOfAnotherUnitIsAskedAbout) {
  for (const auto& [column, unit] :
       std::vector<std::pair<std::string, std::string>>{{"moer_lb_per_mwh", "lb/MWh"},
                                                        {"lbs_co2_per_mwh", "lb/MWh"},
                                                        {"CO2 (lb/MWh)", "lb/MWh"},
                                                        {"tco2_per_mwh", "t/MWh"},
                                                        {"kgCO2eq/kWh", "kg/kWh"}}) {
    const std::string text = "timestamp_utc,zone," + column + "\n2022-01-01T00:00Z,FR,1\n";
    EXPECT_THAT(Refusal(Read(text)), AllOf(HasSubstr(column), HasSubstr("--unit " + unit))) << column;
    EXPECT_TRUE(Read(text, {.unit = unit}).ok()) << column;
  }
  EXPECT_TRUE(Read("timestamp_utc,zone,kgco2_per_mwh\n2022-01-01T00:00Z,FR,50\n").ok())
      << "the same as g/kWh";
  EXPECT_TRUE(Read("timestamp_utc,zone,carbon intensity gCO2eq/kWh\n2022-01-01T00:00Z,FR,50\n").ok());
}

TEST(SeriesUnit, AColumnOfUnitsIsRead) {
  const std::string head = "timestamp_utc,zone,value,units\n2022-01-01T00:00Z,FR,900,";
  EXPECT_THAT(Refusal(Read(head + "lbs_co2_per_mwh\n")),
              AllOf(HasSubstr("line 2"), HasSubstr("--unit lb/MWh")));
  EXPECT_THAT(Only(Read(head + "gCO2/kWh\n")).values(), ElementsAre(900));
  EXPECT_THAT(Refusal(Read(head + "bananas\n")), HasSubstr("'bananas' is no unit"));
  EXPECT_THAT(Refusal(Read("timestamp_utc,zone,value\n2022-01-01T00:00Z,FR,900\n")),
              AllOf(HasSubstr("does not say the unit"), HasSubstr("--unit")));
}

TEST(SeriesUnit, ARowOfAnotherUnitThanTheFileIsRefused) {
  const std::string mixed =
      "timestamp_utc,zone,gco2_per_kwh,unit\n2022-01-01T00:00Z,FR,50,g/kWh\n2022-01-01T01:00Z,FR,51,lb/MWh\n";
  EXPECT_THAT(Refusal(Read(mixed)), AllOf(HasSubstr("line 3, unit: 'lb/MWh'"), HasSubstr("--unit lb/MWh")));
  EXPECT_THAT(Refusal(Read(mixed, {.unit = "lb/MWh"})),
              AllOf(HasSubstr("line 2, unit: 'g/kWh'"), HasSubstr("a file for each unit")));
  EXPECT_THAT(Refusal(Read(mixed, {.unit = "g/kWh"})), HasSubstr("line 3, unit: 'lb/MWh'"));
  const std::string one = "timestamp_utc,zone,value,unit\n2022-01-01T00:00Z,FR,1000,";
  EXPECT_DOUBLE_EQ(Only(Read(one + "lbs/MWh\n", {.unit = "lb/MWh"})).values()[0], 453.59237);
  EXPECT_THAT(Refusal(Read(one + "\n")), HasSubstr("line 2, unit: '' is no unit"));
}

TEST(SeriesValue, ZeroHasNoSign) {
  EXPECT_FALSE(std::signbit(Only(ReadRows("2022-01-01T00:00Z,FR,-0\n")).values()[0]));
}

TEST(SeriesUnit, ValuesThatNoGridHasAreAskedAbout) {
  const std::string pounds = "2022-01-01T00:00Z,PJM,1850\n2022-01-01T01:00Z,PJM,2010\n";
  EXPECT_THAT(Refusal(ReadRows(pounds)), AllOf(HasSubstr("mean of 1930 g/kWh"), HasSubstr("--unit lb/MWh")));
  EXPECT_TRUE(ReadRows(pounds, {.unit = "g/kWh"}).ok()) << "who says so is believed";
  const std::string tonnes = "2022-01-01T00:00Z,PL,0.71\n2022-01-01T01:00Z,PL,0.78\n";
  EXPECT_THAT(Refusal(ReadRows(tonnes)), AllOf(HasSubstr("below 1.5 g/kWh"), HasSubstr("--unit t/MWh")));
  EXPECT_TRUE(ReadRows("2022-01-01T00:00Z,CAISO-PGE,0\n", {}).ok()) << "a marginal plant may emit nothing";
}

TEST(SeriesHeader, IsNeededAndSaidIfMissing) {
  EXPECT_THAT(Refusal(Read("")), HasSubstr("grid.csv is empty"));
  EXPECT_THAT(Refusal(Read(kHeader)), HasSubstr("has a header and no value"));
  EXPECT_THAT(Refusal(Read("2022-01-01T00:00Z,FR,50\n")),
              AllOf(HasSubstr("no header"), HasSubstr("timestamp_utc,zone")));
  EXPECT_THAT(Refusal(Read("time,zone,price\n2022-01-01T00:00Z,FR,50\n")),
              AllOf(HasSubstr("no column 'gco2_per_kwh'"), HasSubstr("'price'")));
  EXPECT_THAT(Refusal(Read("zone,gco2_per_kwh\nFR,50\n")), HasSubstr("no column 'timestamp_utc'"));
  EXPECT_THAT(Refusal(Read("timestamp_utc;zone;gco2_per_kwh\n")), HasSubstr("commas"));
}

TEST(SeriesHeader, AColumnThatIsThereTwiceIsRefused) {
  EXPECT_THAT(Refusal(Read("timestamp_utc,zone,gco2_per_kwh,GCO2_per_kWh\n2022-01-01T00:00Z,FR,50,70\n")),
              AllOf(HasSubstr("'GCO2_per_kWh' more than once"), HasSubstr("keep one")));
  EXPECT_TRUE(Read(",timestamp_utc,zone,gco2_per_kwh,\n0,2022-01-01T00:00Z,FR,50,\n").ok());
}

TEST(SeriesFile, ADecimalCommaIsNoColumn) {
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00Z,FR,50,5\n")),
              AllOf(HasSubstr("line 2 has 4 columns, the header 3"), HasSubstr("decimal point")));
  EXPECT_TRUE(ReadRows("2022-01-01T00:00Z,FR,50,,\n").ok()) << "empty cells at the end say nothing";
}

TEST(SeriesHeader, WhatIsNoCsvIsNamed) {
  EXPECT_THAT(Refusal(Read(std::string("\x28\xB5\x2F\xFDxyz"))), HasSubstr("zstd"));
  EXPECT_THAT(Refusal(Read(std::string("PK\x03\x04xyz"))), HasSubstr("zip"));
  EXPECT_THAT(Refusal(Read(std::string("\xFF\xFEt\0i\0", 6))), HasSubstr("UTF-16"));
  EXPECT_THAT(Refusal(Read(std::string("\x7F"
                                       "ELF\x02\x01\x01\0\0",
                                       9))),
              HasSubstr("is no text"));
  EXPECT_THAT(Refusal(Read(std::string(1 << 20, 'x'))), HasSubstr("line 1 is longer than"));
}

TEST(SeriesFile, BrokenLinesAreNamed) {
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00Z,FR\n")), HasSubstr("line 2 has 2 of the 3 columns"));
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00Z,,5\n")), HasSubstr("line 2, zone"));
  EXPECT_THAT(Refusal(ReadRows("2022-01-01T00:00Z,\"FR,5\n")),
              HasSubstr("line 2 has a quote without an end"));
  EXPECT_THAT(Refusal(Read("timestamp_utc,zone,gco2_per_kwh,kind\n2022-01-01T00:00Z,FR,5,fancy\n")),
              AllOf(HasSubstr("line 2, kind: 'fancy'"), HasSubstr("marginal")));
  const std::string refusal = Refusal(ReadRows("\x1B[31m" + std::string(500, 'x') + ",FR,5\n"));
  EXPECT_THAT(refusal, Not(HasSubstr("\x1B")));
  EXPECT_LT(refusal.size(), 200u);
}

TEST(SeriesFile, AnUnknownZoneBringsUpTheNearMisses) {
  const std::string rows = "2022-01-01T00:00Z,US-CAL-CISO,50\n2022-01-01T00:00Z,DE,50\n";
  EXPECT_THAT(Refusal(ReadRows(rows, {.zone = "US-CAL-CIS0"})), HasSubstr("did you mean US-CAL-CISO?"));
  EXPECT_THAT(Refusal(ReadRows(rows, {.zone = "Atlantis"})),
              AllOf(HasSubstr("no zone 'Atlantis'"), HasSubstr("'DE'")));
}

class SeriesFilesTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  std::string WriteGz(const std::string& name, const std::string& content, const char* mode = "wb") const {
    gzFile file = gzopen((folder_ / name).c_str(), mode);
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return folder_ / name;
  }
  static std::string Bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
};

TEST_F(SeriesFilesTest, GzipIsReadWhateverItsName) {
  const std::string text = kHeader + Rows(20'000, 1);
  const std::string path = WriteGz("grid.csv", text);
  EXPECT_EQ(Only(ReadSeriesFile(path)).values().size(), 20'000u);
  WriteGz("grid.csv", "2022-01-15T00:00Z,FR,7\n", "ab");
  EXPECT_EQ(Only(ReadSeriesFile(path)).At(At("2022-01-15T00:00:00Z"))->value(), 7) << "the second member";
}

TEST_F(SeriesFilesTest, DamagedGzipIsRefused) {
  const std::string whole = Bytes(WriteGz("whole.gz", kHeader + Rows(2'000, 5)));
  EXPECT_THAT(Refusal(ReadSeriesFile(Write("short.gz", whole.substr(0, whole.size() / 2)))),
              HasSubstr("is cut short"));
  EXPECT_THAT(Refusal(ReadSeriesFile(Write("head.gz", whole.substr(0, 5)))), HasSubstr("is cut short"));
  std::string broken = whole;
  for (std::size_t i = 40; i < 60; ++i) broken[i] = static_cast<char>(broken[i] ^ 0x55);
  EXPECT_THAT(Refusal(ReadSeriesFile(Write("broken.gz", broken))), HasSubstr("broken.gz"));
}

TEST_F(SeriesFilesTest, FoldersAndMissingFilesAreNamed) {
  EXPECT_THAT(Refusal(ReadSeriesFile(folder_.path())), HasSubstr("is a folder"));
  const Result<SeriesFile> missing = ReadSeriesFile(folder_ / "none.csv");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("none.csv: No such file"));
  const std::string other = Write("a.csv", kHeader + Rows(2, 60));
  EXPECT_FALSE(ReadSeriesFiles({other, folder_ / "none.csv"}, {.zone = "FR"}).ok());
}

TEST_F(SeriesFilesTest, SeveralAreOneAndTheLaterOverrides) {
  const std::string old = Write("old.csv", kHeader + Rows(4, 60));
  const std::string later = Write("later.csv", std::string(kHeader) +
                                                   "2022-01-01T02:00Z,FR,7\n2022-01-01T05:00Z,FR,9\n"
                                                   "2022-01-01T06:00Z,FR,9\n2022-01-01T07:00Z,FR,9\n");
  const IntensitySeries series = Only(ReadSeriesFiles({old, later}));
  EXPECT_EQ(series.values().size(), 8u);
  EXPECT_EQ(series.values()[1], 101);
  EXPECT_EQ(series.values()[2], 7);
  EXPECT_EQ(series.missing(), 1u);
  EXPECT_THAT(series.source(), AllOf(HasSubstr("old.csv"), HasSubstr("later.csv")));
}

TEST_F(SeriesFilesTest, SeveralMayBeOfOtherZones) {
  const std::string fr = Write("fr.csv", kHeader + Rows(2, 60));
  const std::string de = Write("de.csv", kHeader + Rows(2, 15, "DE"));
  EXPECT_EQ(ReadSeriesFiles({fr, de})->series.size(), 2u);
  EXPECT_EQ(Only(ReadSeriesFiles({fr, de}, {.zone = "DE"})).zone(), "DE");
  EXPECT_THAT(Refusal(ReadSeriesFiles({fr, de}, {.zone = "PL"})), HasSubstr("no zone 'PL'"));
}

TEST_F(SeriesFilesTest, StepsAndKindsThatContradictAreRefused) {
  const std::string hours = Write("hours.csv", kHeader + Rows(4, 60));
  const std::string quarters = Write("quarters.csv", kHeader + Rows(4, 15));
  EXPECT_THAT(Refusal(ReadSeriesFiles({hours, quarters})),
              AllOf(HasSubstr("60 minutes"), HasSubstr("15 minutes")));
  const std::string marginal =
      Write("marginal.csv", "timestamp_utc,zone,gco2_per_kwh,kind\n2022-01-01T00:00Z,FR,600,marginal\n");
  EXPECT_THAT(Refusal(ReadSeriesFiles({hours, marginal}, {})),
              AllOf(HasSubstr("'unspecified'"), HasSubstr("'marginal'"), HasSubstr("--kind")));
}

}  // namespace
}  // namespace jouleprint
