// What a report shows of a run that was priced by the clock, and of one in other places and at other times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/by_time_tables.h"
#include "report/report.h"
#include "report/text_width.h"
#include "report/whatwhere_page.h"

namespace jouleprint::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const UtcTime kNoon = *UtcTime::Parse("2026-05-04T12:00:00Z");

RunRecord HourlyRun() {
  RunRecord run;
  run.run_id = "01HF7YAT00M78PW9T8R5J6QZ3C";
  run.name = "hourly";
  run.zone = "FR";
  run.start = kNoon;
  run.end = kNoon + Seconds{600};
  run.duration_s = 600;
  run.energy_kwh.machine = {2, 1.9, 2.1, Basis::kCounter};
  run.intensity = {{75, 60, 90, Basis::kModelled}, "average-lifecycle", "2 sources, see by_time"};
  run.emissions_gco2e.operational = run.emissions_gco2e.total = {150, 120, 180, Basis::kModelled};
  IntensityUsed yearly{{60, 30, 120, Basis::kModelled}, "average-production-lifecycle", "Ember, 2024"};
  run.by_time = ByTime{
      kNoon,
      300,
      {1, 1},
      {50, 100},
      {50, 100},
      {0, 1},
      {{"grid.csv", "average-lifecycle", Basis::kModelled, kNoon, kNoon + Seconds{300}, 0.5, false, ""},
       {"NESO, live", "average-lifecycle", Basis::kModelled, kNoon + Seconds{300}, kNoon + Seconds{600}, 0.5,
        true, "2026-05-04T12:06:00Z"}},
      {{"yearly average", yearly, 120, -20}}};
  return run;
}

std::string Rendered(const RunRecord& run, Format format) {
  return Render({run}, {}, format, {.color = false, .unicode = true, .width = 100}).value_or("");
}

TEST(ByTimeReportTest, TextNamesSourcesCourseAndTheAverage) {
  const std::string text = Rendered(HourlyRun(), Format::kText);
  EXPECT_THAT(text, HasSubstr("grid.csv"));
  EXPECT_THAT(text, HasSubstr("NESO, live"));
  EXPECT_THAT(text, HasSubstr("peak 100 g/kWh"));
  EXPECT_THAT(text, HasSubstr("20 % less"));
}

TEST(ByTimeReportTest, MarkdownHasBothTables) {
  const std::string text = Rendered(HourlyRun(), Format::kMarkdown);
  EXPECT_THAT(text, HasSubstr("| grid.csv |"));
  EXPECT_THAT(text, HasSubstr("| yearly average |"));
}

TEST(ByTimeReportTest, CsvSaysHowFarOffOneAverageIs) {
  const std::string text = Rendered(HourlyRun(), Format::kCsv);
  EXPECT_THAT(text, HasSubstr("yearly_average_gco2e,yearly_average_error_percent"));
  EXPECT_THAT(text, HasSubstr(",120,-20,,"));
}

TEST(ByTimeReportTest, ARunOfOneFigureShowsNoneOfIt) {
  RunRecord run = HourlyRun();
  run.by_time->parts.resize(1);
  run.by_time->part = {0, 0};
  run.by_time->single_averages.clear();
  EXPECT_FALSE(PricedByTime(run));
  EXPECT_THAT(AverageLine(run), IsEmpty());
  EXPECT_THAT(Rendered(run, Format::kText), Not(HasSubstr("The grid over time")));
  run.by_time.reset();
  EXPECT_THAT(Rendered(run, Format::kMarkdown), Not(HasSubstr("one number")));
}

TEST(ByTimeReportTest, AnHostileSourceSteersNoTerminal) {
  RunRecord run = HourlyRun();
  run.by_time->parts[0].source = "a\x1b[31m|b";
  run.by_time->single_averages[0].what = "\x1b]0;x\a";
  for (const Format format : {Format::kText, Format::kMarkdown, Format::kCsv}) {
    EXPECT_THAT(Rendered(run, format), Not(HasSubstr("\x1b")));
  }
}

Whatwhere Answer() {
  Whatwhere answer;
  answer.run_id = "01HF7YAT00M78PW9T8R5J6QZ3C";
  answer.energy_kwh = 2;
  answer.duration_s = 600;
  answer.zone = "FR";
  answer.gco2e = 100;
  for (const auto& [zone, mean] : {std::pair{"NO", 40.0}, std::pair{"FR", 90.0}, std::pair{"PL", 400.0}}) {
    answer.zones.push_back({zone,
                            "average-lifecycle",
                            "grid.csv",
                            8760,
                            0,
                            {kNoon, mean / 2},
                            {kNoon + Seconds{3600}, mean * 2},
                            mean,
                            mean * 0.75,
                            mean * 1.5,
                            {{2026, 5, mean, {kNoon, mean / 2}}}});
  }
  return answer;
}

TEST(WhatwherePageTest, SaysWhatWaitingAndMovingWouldSave) {
  const std::string page = WhatwherePage(Answer(), "job", 0, {.color = false, .unicode = true, .width = 100});
  EXPECT_THAT(page, HasSubstr("waiting  45.0 g in FR, from 2026-05-04 12:00 UTC, 55 % less"));
  EXPECT_THAT(page, HasSubstr("moving   40.0 g in NO, on average, 60 % less"));
  EXPECT_THAT(page, HasSubstr("worst    800 g in PL, from 2026-05-04 13:00 UTC, 700 % more"));
  EXPECT_THAT(page, HasSubstr("FR *"));
}

TEST(WhatwherePageTest, TheBoxGoesFromBestToWorstWithAMarkAtThisRun) {
  const ZonePrices zone{"PL", "", "", 1, 0, {kNoon, 20}, {kNoon, 99}, 60, 40, 79, {}};
  EXPECT_EQ(RangeBox(zone, 10.0, 100, 10, false), " x--====--");
  EXPECT_EQ(RangeBox(zone, std::nullopt, 100, 10, true), "  ┄┄━━━━┄┄");
  EXPECT_EQ(RangeBox(zone, 55.0, 100, 10, false), "  --=x==--");
}

TEST(WhatwherePageTest, TopKeepsTheRunsOwnZone) {
  const std::string page = WhatwherePage(Answer(), "job", 1, {.color = false, .unicode = false, .width = 80});
  EXPECT_THAT(page, HasSubstr("\nFR *"));
  EXPECT_THAT(page, Not(HasSubstr("\nPL")));
  EXPECT_THAT(page, HasSubstr("and 1 more"));
}

TEST(WhatwherePageTest, FitsTheWidth) {
  for (const int width : {40, 60, 80, 100}) {
    const std::string page =
        WhatwherePage(Answer(), "job", 0, {.color = false, .unicode = true, .width = width});
    std::size_t start = 0;
    for (std::size_t end = page.find('\n'); end != std::string::npos; end = page.find('\n', start)) {
      EXPECT_LE(DisplayWidth(page.substr(start, end - start)), width);
      start = end + 1;
    }
  }
}

TEST(WhatwherePageTest, WithoutAFigureOfThisRunNothingIsCompared) {
  Whatwhere answer = Answer();
  answer.gco2e.reset();
  answer.notes = {"this run's own figure is left out: because"};
  const std::string page = WhatwherePage(answer, "job", 0, {.color = false, .unicode = true, .width = 80});
  EXPECT_THAT(page, Not(HasSubstr("this run  ")));
  EXPECT_THAT(page, Not(HasSubstr("% less")));
  EXPECT_THAT(page, HasSubstr("left out: because"));
}

}  // namespace
}  // namespace jouleprint::report
