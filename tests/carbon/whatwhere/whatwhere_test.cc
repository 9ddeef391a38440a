// A run at other times and in other zones: its prices are those of its own steps, and nothing is mixed.
#include "jouleprint/whatwhere.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <sstream>

#include "os/gzip.h"

namespace jouleprint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kAverage = "average-consumption-lifecycle";
constexpr Seconds kHour{3600};
const UtcTime kNewYear = *UtcTime::Parse("2022-01-01T00:00:00Z");

IntensitySeries Hourly(const std::string& zone, std::vector<double> values, const char* kind = kAverage,
                       Seconds step = kHour) {
  return {{zone, kind, "grid.csv"}, kNewYear, step, std::move(values)};
}

/// A run in France on another day, with as many kWh in each hour.
RunRecord RunOf(const std::vector<double>& kwh_by_hour) {
  RunRecord run;
  run.run_id = "01HF7YAT00M78PW9T8R5J6QZ3C";
  run.zone = "FR";
  run.start = *UtcTime::Parse("2026-05-04T12:00:00Z");
  run.duration_s = 3600 * static_cast<double>(kwh_by_hour.size());
  run.end = run.start + Seconds{run.duration_s};
  run.intensity = {Estimate::Exact(50, Basis::kModelled), "average-production-lifecycle", "Ember, 2024"};
  run.by_time = ByTime{};
  run.by_time->start = run.start;
  run.by_time->bin_s = 3600;
  run.by_time->energy_kwh = kwh_by_hour;
  double sum = 0;
  for (const double kwh : kwh_by_hour) sum += kwh;
  run.energy_kwh.machine = Estimate::Exact(sum, Basis::kCounter);
  run.emissions_gco2e.operational = Estimate::Exact(sum * 50, Basis::kModelled);
  return run;
}

TEST(WhatwhereTest, BestWorstAndBetween) {
  const Result<Whatwhere> answer = CompareStarts(RunOf({1, 3}), {Hourly("FR", {10, 20, 30, 20})}, kHour);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->gco2e, 200);
  ASSERT_THAT(answer->zones, SizeIs(1));
  const ZonePrices& zone = answer->zones[0];
  EXPECT_EQ(zone.starts, 3u);
  EXPECT_EQ(zone.skipped, 1u) << "the last hour's start reaches beyond the end";
  EXPECT_EQ(zone.best.start, kNewYear);
  EXPECT_DOUBLE_EQ(zone.best.gco2e, 1 * 10 + 3 * 20);
  EXPECT_EQ(zone.worst.start, kNewYear + kHour);
  EXPECT_DOUBLE_EQ(zone.worst.gco2e, 1 * 20 + 3 * 30);
  EXPECT_DOUBLE_EQ(zone.mean_gco2e, (70.0 + 110 + 90) / 3);
  EXPECT_DOUBLE_EQ(zone.p05_gco2e, 72);
  EXPECT_DOUBLE_EQ(zone.p95_gco2e, 108);
}

TEST(WhatwhereTest, ZonesStandByTheirMeanAndPueIsKept) {
  RunRecord run = RunOf({1});
  run.pue = 1.5;
  const auto answer =
      CompareStarts(run, {Hourly("PL", {700, 600}), Hourly("NO", {30, 30}), Hourly("FR", {40, 60})}, kHour);
  ASSERT_TRUE(answer.ok());
  std::vector<std::string> zones;
  for (const ZonePrices& zone : answer->zones) zones.push_back(zone.zone);
  EXPECT_THAT(zones, ElementsAre("NO", "FR", "PL"));
  EXPECT_DOUBLE_EQ(answer->zones[0].best.gco2e, 45);
}

TEST(WhatwhereTest, StartsThatTouchAGapAreLeftOut) {
  const auto answer = CompareStarts(
      RunOf({1, 1}), {Hourly("FR", {10, 10, kNone, 50, 50, 50}), Hourly("XX", {kNone, kNone, kNone})}, kHour);
  ASSERT_TRUE(answer.ok());
  ASSERT_THAT(answer->zones, SizeIs(1));
  EXPECT_EQ(answer->zones[0].starts, 3u);
  EXPECT_EQ(answer->zones[0].skipped, 3u);
  EXPECT_DOUBLE_EQ(answer->zones[0].mean_gco2e, (20.0 + 100 + 100) / 3);
  ASSERT_THAT(answer->notes, SizeIs(1));
  EXPECT_THAT(answer->notes[0], HasSubstr("XX"));
}

TEST(WhatwhereTest, MonthsAreThoseOfTheStart) {
  std::vector<double> values(24 * 45, 100);
  std::fill(values.begin() + 24 * 31, values.end(), 200);
  values[24 * 40] = 5;
  const auto answer = CompareStarts(RunOf({1}), {Hourly("FR", values)}, kHour);
  ASSERT_TRUE(answer.ok());
  const std::vector<MonthPrices>& months = answer->zones[0].months;
  ASSERT_THAT(months, SizeIs(2));
  EXPECT_EQ(months[0].month, 1);
  EXPECT_DOUBLE_EQ(months[0].mean_gco2e, 100);
  EXPECT_EQ(months[1].month, 2);
  EXPECT_EQ(months[1].best.start, kNewYear + kHour * (24 * 40));
}

TEST(WhatwhereTest, AverageAndMarginalAreNotCompared) {
  const auto mixed = CompareStarts(
      RunOf({1}),
      {Hourly("FR", {1}, "unspecified"), Hourly("FR", {1}), Hourly("CAISO", {1}, "marginal-direct")}, kHour);
  ASSERT_FALSE(mixed.ok());
  EXPECT_EQ(mixed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(mixed.error().ToString(), HasSubstr("--kind"));
  EXPECT_THAT(mixed.error().message, HasSubstr("marginal"));
}

TEST(WhatwhereTest, TheRunsOwnFigureIsOfTheSameKindOrAbsent) {
  RunRecord run = RunOf({1, 2});
  const std::vector<IntensitySeries> marginal{Hourly("FR", {400, 500, 600}, "marginal-direct")};
  const auto elsewhen = CompareStarts(run, marginal, kHour);
  ASSERT_TRUE(elsewhen.ok());
  EXPECT_FALSE(elsewhen->gco2e.has_value());
  EXPECT_THAT(elsewhen->notes, SizeIs(1));
  run.start = run.by_time->start = kNewYear + kHour;
  run.end = run.start + Seconds{run.duration_s};
  const auto within = CompareStarts(run, marginal, kHour);
  ASSERT_TRUE(within.ok());
  EXPECT_DOUBLE_EQ(within->gco2e.value_or(0), 500 + 2 * 600);
  EXPECT_THAT(within->notes, IsEmpty());
}

TEST(WhatwhereTest, WhatCannotBeAnsweredIsRefused) {
  EXPECT_THAT(CompareStarts(RunOf({0}), {Hourly("FR", {1})}, kHour).error().message, HasSubstr("energy"));
  EXPECT_THAT(CompareStarts(RunOf({1}), {}, kHour).error().hint, HasSubstr("--series"));
  EXPECT_THAT(CompareStarts(RunOf({1, 1, 1}), {Hourly("FR", {1, 1})}, kHour).error().message,
              HasSubstr("3 h"));
}

TEST(WhatwhereTest, ARecordWithoutTimesIsOfEvenPower) {
  RunRecord run = RunOf({1, 3});
  run.by_time.reset();
  const auto answer = CompareStarts(run, {Hourly("FR", {10, 20})}, kHour);
  ASSERT_TRUE(answer.ok());
  EXPECT_DOUBLE_EQ(answer->zones[0].best.gco2e, 2 * 10 + 2 * 20);
}

TEST(WhatwhereTest, Savings) {
  EXPECT_DOUBLE_EQ(SavingPercent(200, 50), 75);
  EXPECT_DOUBLE_EQ(SavingPercent(200, 300), -50);
  EXPECT_EQ(SavingPercent(0, 1), 0);
}

// Each start's price against the mean intensity of each of the run's own bins, one by one.
RC_GTEST_PROP(WhatwherePropertyTest, EveryStartHasThePriceOfItsOwnMinutes, ()) {
  const auto step = Seconds{*rc::gen::element(300.0, 900.0, 1800.0, 3600.0)};
  const auto every = Seconds{*rc::gen::element(300.0, 600.0, 1800.0, 3600.0, 7200.0)};
  const auto whole = *rc::gen::container<std::vector<int>>(40, rc::gen::inRange(-50, 900));
  std::vector<double> values;
  for (const int value : whole) values.push_back(value < 0 ? kNone : value);
  const IntensitySeries series = Hourly("FR", values, kAverage, step);
  RunRecord run = RunOf({1});
  run.by_time->bin_s = 300;
  run.by_time->energy_kwh.clear();
  const auto bins = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100)));
  const int lead_s = *rc::gen::inRange(0, 300);
  double kwh = 1;
  run.by_time->energy_kwh.push_back(1);
  for (const int bin : bins) {
    run.by_time->energy_kwh.push_back(bin);
    kwh += bin;
  }
  run.start = run.by_time->start + Seconds{static_cast<double>(lead_s)};
  run.duration_s = 300.0 * static_cast<double>(run.by_time->energy_kwh.size()) - lead_s;
  run.energy_kwh.machine = Estimate::Exact(kwh, Basis::kCounter);
  double best = std::numeric_limits<double>::infinity();
  double sum = 0;
  std::size_t count = 0;
  for (UtcTime start = kNewYear; start < series.end(); start = start + every) {
    if (series.MeanOver(start, start + Seconds{run.duration_s}).covered < 1 - 1e-9) continue;
    double grams = 0;
    for (std::size_t i = 0; i < run.by_time->energy_kwh.size(); ++i) {
      const double from = std::max(0.0, 300.0 * static_cast<double>(i) - lead_s);
      const double to = 300.0 * static_cast<double>(i + 1) - lead_s;
      grams += run.by_time->energy_kwh[i] *
               series.MeanOver(start + Seconds{from}, start + Seconds{to}).intensity.value();
    }
    best = std::min(best, grams);
    sum += grams;
    ++count;
  }
  const Result<Whatwhere> answer = CompareStarts(run, {series}, every);
  RC_ASSERT(answer.ok() == (count > 0));
  if (count == 0) return;
  RC_ASSERT(answer->zones[0].starts == count);
  RC_ASSERT(std::abs(answer->zones[0].best.gco2e - best) <= 1e-9 * (1 + best));
  const double mean = sum / static_cast<double>(count);
  RC_ASSERT(std::abs(answer->zones[0].mean_gco2e - mean) <= 1e-9 * (1 + mean));
}

std::string Unpacked(const std::string& path) {
  Result<os::GzipInput> input = os::GzipInput::Open(path);
  std::string text;
  std::vector<char> chunk(1 << 16);
  for (; input.ok();) {
    const Result<std::size_t> size = input->Read(chunk);
    if (!size.ok() || *size == 0) break;
    text.append(chunk.data(), *size);
  }
  return text;
}

// Sukprasert et al., "On the Limitations of Carbon-Aware Temporal and Spatial Workload Shifting in the Cloud"
// (EuroSys 2024): the mean over all start hours of 2022 of jobs that are not shifted.
TEST(WhatwhereTest, MeansOverAYearAreThoseOfEurosys24) {
  const std::string folder = std::string(JOULEPRINT_SOURCE_DIR) + "/../shared/data/carbon-intensity/";
  const std::string table = Unpacked(folder + "eurosys24-expected/means.csv.gz");
  if (table.empty()) GTEST_SKIP() << "skipped: the published results are not here";
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "eurosys24-2022-hourly")) {
    const std::string name = entry.path().filename().string();
    files[name.substr(0, name.find('_'))] = entry.path().string();
  }
  std::istringstream rows(table);
  std::string row;
  std::getline(rows, row);
  std::size_t compared = 0;
  std::map<std::string, SeriesFile> read;
  while (std::getline(rows, row)) {
    std::istringstream cells(row);
    std::string zone, hours, slack, starts, mean;
    std::getline(cells, zone, ',');
    std::getline(cells, hours, ',');
    std::getline(cells, slack, ',');
    std::getline(cells, starts, ',');
    std::getline(cells, mean, ',');
    if (slack != "24") continue;
    if (!read.contains(zone)) read[zone] = *ReadSeriesFile(files.at(zone));
    const IntensitySeries& year = read.at(zone).series.front();
    const std::size_t length = std::stoul(starts) + std::stoul(hours) - 1;
    const IntensitySeries part = year.Part(year.start(), year.start() + kHour * static_cast<double>(length));
    const auto answer = CompareStarts(RunOf(std::vector<double>(std::stoul(hours), 1)), {part}, kHour);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->zones[0].starts, std::stoul(starts)) << row;
    EXPECT_NEAR(answer->zones[0].mean_gco2e, std::stod(mean), 1e-5 * std::stod(mean)) << row;
    ++compared;
  }
  EXPECT_GT(compared, 400u);
}

}  // namespace
}  // namespace jouleprint
