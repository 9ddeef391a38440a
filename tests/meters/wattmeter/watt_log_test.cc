// Lines of power logs as loggers, spreadsheets and analysers write them, and as nobody should.
#include "meters/wattmeter/watt_log.h"

#include <gmock/gmock.h>
#include <stdio.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace jouleprint::meters {
namespace {

using Kind = LogLine::Kind;
using ::testing::HasSubstr;

constexpr const char* kTime = "2026-11-22T13:00:00Z";

UtcTime Utc(const std::string& text) { return *UtcTime::Parse(text); }

LogLine Parse(const std::string& line, const std::string& zone = "") { return CsvLog(zone).Parse(line); }

struct Good {
  const char* line;
  double watts;
  const char* at;  // "" for none
};

class GoodLineTest : public ::testing::TestWithParam<Good> {};

TEST_P(GoodLineTest, IsASample) {
  const LogLine line = Parse(GetParam().line);
  ASSERT_EQ(line.kind, Kind::kSample) << line.problem;
  EXPECT_DOUBLE_EQ(line.sample.power.value(), GetParam().watts);
  const std::string at = GetParam().at;
  EXPECT_EQ(line.sample.at ? line.sample.at->ToString() : "", at);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, GoodLineTest,
    ::testing::Values(Good{"2026-11-22T13:00:00Z,231.5", 231.5, kTime},
                      Good{"2026-11-22 14:00:00+01:00, 231.5 W\r", 231.5, kTime},
                      Good{"\"2026-11-22T13:00:00Z\";\"7\"", 7, kTime}, Good{"1795352400,12", 12, kTime},
                      Good{"1795352400.5\t12", 12, "2026-11-22T13:00:00.500000Z"},
                      Good{"1795352400000,12", 12, kTime}, Good{"1795352400000000,12", 12, kTime},
                      Good{"1795352400000000000,12", 12, kTime}, Good{"1795352400 12", 12, kTime},
                      Good{"2026-11-22 13:00:00Z 12", 12, kTime},
                      Good{"\xEF\xBB\xBF"
                           "2026-11-22T13:00:00Z,12,230.1,ignored",
                           12, kTime},
                      Good{"99.5", 99.5, ""}, Good{" 1e2 ", 100, ""}, Good{"0", 0, ""}));

TEST(WattLogTest, SaysWhatIsWrongWithGarbage) {
  for (const auto& [line, says] :
       std::vector<std::pair<std::string, std::string>>{{"hello", "watts"},
                                                        {"2026-11-22T13:00:00Z,", "watts"},
                                                        {"2026-11-22T13:00:00Z,nan", "watts"},
                                                        {"2026-11-22T13:00:00Z,12 kW", "watts"},
                                                        {"yesterday,12", "no time"},
                                                        {"-5,12", "no time"},
                                                        {"2026-11-22T13:00:00,12", "without a zone"},
                                                        {std::string("\0\x01\xff", 3), "watts"}}) {
    const LogLine parsed = Parse(line);
    EXPECT_EQ(parsed.kind, Kind::kGarbage) << line;
    EXPECT_THAT(parsed.problem, HasSubstr(says)) << line;
  }
}

TEST(WattLogTest, PassesOverBlanksAndComments) {
  for (const char* line : {"", "   ", "\r", "# started", "  # indented"})
    EXPECT_EQ(Parse(line).kind, Kind::kNothing);
}

TEST(WattLogTest, AHeaderNamesTheColumns) {
  CsvLog log("");
  EXPECT_EQ(log.Parse("Volts,Power,Timestamp").kind, Kind::kNothing);
  const LogLine line = log.Parse("230.1,55,2026-11-22T13:00:00Z");
  ASSERT_EQ(line.kind, Kind::kSample) << line.problem;
  EXPECT_EQ(line.sample.power, Watts{55});
  EXPECT_EQ(line.sample.at, Utc(kTime));
  EXPECT_EQ(log.Parse("230.1").kind, Kind::kGarbage);
  // Another one, after a rotation, without a time.
  EXPECT_EQ(log.Parse("watts,volts").kind, Kind::kNothing);
  EXPECT_EQ(log.Parse("56,230.1").sample.power, Watts{56});
}

TEST(WattLogTest, TheUsersZoneIsForTimesWithoutOne) {
  EXPECT_EQ(Parse("2026-11-22T15:00:00,12", "+02:00").sample.at, Utc(kTime));
  EXPECT_EQ(Parse("2026-11-22T13:00:00Z,12", "+02:00").sample.at, Utc(kTime));
}

TEST(WattLogTest, ReadsPtdaemonsSumAndNotItsChannels) {
  const LogLine line = ParsePtdaemonLine(
      "Time,11-22-2026 "
      "15:00:00.250,Watts,1477.000000,Volts,-1.000000,Amps,-1.000000,PF,-1.000000,Mark,run_1,Ch1,"
      "Watts,445.700000,Volts,209.040000",
      "+02:00");
  ASSERT_EQ(line.kind, Kind::kSample) << line.problem;
  EXPECT_EQ(line.sample.power, Watts{1477});
  EXPECT_EQ(line.sample.at, Utc("2026-11-22T13:00:00.250Z"));
}

TEST(WattLogTest, RefusesWhatPtdaemonDoesNotWrite) {
  for (const char* line : {"Time,2026-11-22 15:00:00,Watts,1", "Time,11-22-2026 15:00:00,Volts,1",
                           "Time,11-22-2026 15:00:00,Watts,", "Time,11-22-2026",
                           "Time,13-40-2026 15:00:00,Watts,1", "1477.0", "Time,,Watts,1"}) {
    EXPECT_EQ(ParsePtdaemonLine(line, "Z").kind, Kind::kGarbage) << line;
  }
  EXPECT_EQ(ParsePtdaemonLine("", "Z").kind, Kind::kNothing);
}

// Logs that analysers wrote in MLPerf's rounds.
TEST(WattLogTest, ReadsEveryLineOfRealAnalysers) {
  const std::filesystem::path folder =
      JOULEPRINT_SOURCE_DIR "/../shared/data/power-traces/mlperf-inference-wall";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no shared data";
  int logs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".gz") continue;
    ++logs;
    FILE* log = popen(("zcat '" + entry.path().string() + "'").c_str(), "r");
    ASSERT_NE(log, nullptr);
    std::array<char, 4096> line;
    int lines = 0;
    UtcTime last;
    while (fgets(line.data(), line.size(), log) != nullptr) {
      const LogLine parsed = ParsePtdaemonLine(line.data(), "Z");
      ASSERT_EQ(parsed.kind, Kind::kSample) << entry.path() << ": " << line.data() << parsed.problem;
      EXPECT_GT(parsed.sample.power, Watts{1});
      EXPECT_GT(*parsed.sample.at, last);
      last = *parsed.sample.at;
      ++lines;
    }
    pclose(log);
    EXPECT_GT(lines, 100) << entry.path();
  }
  EXPECT_GT(logs, 0);
}

}  // namespace
}  // namespace jouleprint::meters
