#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "hostile_text.h"
#include "report/report.h"
#include "report/text_width.h"
#include "sample_runs.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string Rendered(const std::vector<RunRecord>& runs, Format format,
                     std::optional<PowerSeries> series = {}, Style style = {}) {
  Result<std::string> text = Render(runs, {series}, format, style);
  EXPECT_TRUE(text.ok());
  return text.value_or("");
}

// A reader of RFC 4180 of its own, so that the writer is not judged by itself.
std::vector<std::vector<std::string>> ReadCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\r')) {
      rows.back().push_back(std::exchange(field, ""));
      if (c == '\r') {
        rows.emplace_back();
        ++i;
      }
    } else {
      field += c;
    }
  }
  rows.pop_back();
  return rows;
}

std::string Cell(const std::vector<std::vector<std::string>>& rows, const std::string& column,
                 std::size_t row = 1) {
  const auto at = std::find(rows[0].begin(), rows[0].end(), column);
  return at == rows[0].end() ? "no such column" : rows[row][static_cast<std::size_t>(at - rows[0].begin())];
}

PowerSeries TwoHumps() {
  PowerSeries series{UtcTime{}, 10, {"package-0"}, {{}}};
  for (int i = 0; i < 300; ++i) {
    const float power_w = (i / 75) % 2 == 0 ? 40 : 200;
    series.bins[0].push_back({power_w * 10, power_w * 1.1F});
  }
  return series;
}

TEST(Format, NamesAreThoseOfTheCommandLine) {
  EXPECT_EQ(FormatFromName("text"), Format::kText);
  EXPECT_EQ(FormatFromName("md"), Format::kMarkdown);
  EXPECT_EQ(FormatFromName("markdown"), Format::kMarkdown);
  EXPECT_EQ(FormatFromName("csv"), Format::kCsv);
  EXPECT_EQ(FormatFromName("json"), Format::kJson);
  EXPECT_EQ(FormatFromName("yaml"), std::nullopt);
}

TEST(Render, NoRunIsAnErrorWithARemedy) {
  const auto text = Render({}, {}, Format::kText, {});
  ASSERT_FALSE(text.ok());
  EXPECT_THAT(text.error().hint, HasSubstr("runs list"));
}

TEST(Text, ListsEveryDomainAndWhyOthersAreNotCounted) {
  const std::string text = Rendered({ServerRun()}, Format::kText);
  for (const DomainRecord& domain : ServerRun().domains) EXPECT_THAT(text, HasSubstr(domain.name));
  EXPECT_THAT(text, AllOf(HasSubstr("psys"), HasSubstr("it contains package-0")));
  EXPECT_THAT(text, HasSubstr("152 Wh (149 to 155)"));
}

TEST(Text, TheTotalStandsAboveItsParts) {
  const std::string text = Rendered({MeteredRun()}, Format::kText);
  const std::string domains = text.substr(text.find("Domains"));
  EXPECT_LT(domains.find("wall"), domains.find("package-0"));
  EXPECT_LT(domains.find("gpu-0"), domains.find("other"));
}

TEST(Markdown, SaysWhatEveryShareRestsOnAndBothWaysToSplitTheIdlePart) {
  const std::string text = Rendered({MeteredRun()}, Format::kMarkdown);
  EXPECT_THAT(text, AllOf(HasSubstr("| wall |"), HasSubstr("GPU time by process"), HasSubstr("its parts")));
  EXPECT_THAT(text, AllOf(HasSubstr("of what is above idle"), HasSubstr("300 Wh (297 to 303)"),
                          HasSubstr("and of what is idle, as reserved"), HasSubstr("400 Wh (396 to 404)")));
}

TEST(Csv, TheTotalIsTheWallsColumn) {
  const auto rows = ReadCsv(Rendered({MeteredRun(), LaptopRun()}, Format::kCsv));
  EXPECT_EQ(Cell(rows, "total"), "wall");
  EXPECT_EQ(Cell(rows, "wall_kwh"), "0.5");
  EXPECT_EQ(Cell(rows, "other_kwh"), "0.1");
  EXPECT_EQ(Cell(rows, "idle_split"), "reservation");
  EXPECT_EQ(Cell(rows, "share_without_idle_kwh"), "0.3");
  EXPECT_EQ(Cell(rows, "total", 2), "");
  EXPECT_EQ(Cell(rows, "share_with_idle_kwh", 2), "") << "not known, which is not 0";
}

TEST(Text, DrawsPowerOverTime) {
  const std::string text = Rendered({ServerRun()}, Format::kText, TwoHumps());
  EXPECT_THAT(text, AllOf(HasSubstr("▂▂▂▂▂▂"), HasSubstr("██████"), HasSubstr("peak 220 W"),
                          HasSubstr("50 min 00 s")));
  EXPECT_THAT(Rendered({ServerRun()}, Format::kText), Not(HasSubstr("Power over time")));
}

TEST(Text, ManyEpochsAreCutInTheMiddle) {
  RunRecord run = ServerRun();
  run.epochs.clear();
  for (int i = 1; i <= 300; ++i) run.epochs.push_back({i, "train", 10.0 * (i - 1), 10.0 * i, 0.01});
  const std::string text = Rendered({run}, Format::kText);
  EXPECT_THAT(text, AllOf(HasSubstr("\n      1  train"), HasSubstr("\n    300  train"),
                          Not(HasSubstr("\n    150  train")), HasSubstr("280 in the middle")));
}

TEST(Text, SeveralRunsAreComparedWithTheFirst) {
  RunRecord twice = LaptopRun();
  twice.name = "twice";
  twice.energy_kwh.machine = Scale(twice.energy_kwh.machine, 2);
  const std::string text = Rendered({LaptopRun(), twice}, Format::kText);
  EXPECT_THAT(text, AllOf(HasSubstr("factor"), HasSubstr("1.00"), HasSubstr("2.00")));
}

TEST(Text, FitsAnyWidth) {
  std::mt19937 random(5);
  for (int i = 0; i < 100; ++i) {
    RunRecord run = ServerRun();
    run.name = HostileText(&random);
    run.domains[0].name = HostileText(&random);
    run.domains[0].source = HostileText(&random);
    run.dropped[0].reason = HostileText(&random);
    Style style;
    style.width = 50 + static_cast<int>(random() % 60);
    PowerSeries series = TwoHumps();
    series.domains[0] = HostileText(&random);
    const std::string text = Rendered({run, LaptopRun()}, Format::kText, series, style);
    ASSERT_TRUE(IsTerminalSafe(text));
    std::stringstream stream(text);
    for (std::string line; std::getline(stream, line);) ASSERT_LE(DisplayWidth(line), style.width) << line;
  }
}

TEST(Markdown, IsASectionWithTables) {
  const std::string text = Rendered({ServerRun()}, Format::kMarkdown);
  EXPECT_THAT(text, AllOf(testing::StartsWith("## resnet50-imagenet\n"),
                          HasSubstr("| energy | 3.17 kWh (3.12 to 3.22)"), HasSubstr("| gpu-7 | gpu |"),
                          HasSubstr("8 × NVIDIA A100")));
}

TEST(Markdown, MarkupInNamesStaysText) {
  RunRecord run = LaptopRun();
  run.name = "a|b_c*d`e<script>";
  run.command = {"echo", "``x"};
  run.warnings = {"see [here](x)\n# not a heading"};
  const std::string text = Rendered({run}, Format::kMarkdown);
  EXPECT_THAT(text, AllOf(HasSubstr("## a\\|b\\_c\\*d\\`e\\<script\\>\n"), HasSubstr("``` echo '``x' ```"),
                          HasSubstr("- see \\[here\\](x) \\# not a heading\n")));
}

TEST(Markdown, EveryRowHasAsManyCellsAsItsHeading) {
  RunRecord run = ServerRun();
  run.domains[0].name = "a|b";
  std::stringstream stream(Rendered({run, LaptopRun()}, Format::kMarkdown));
  std::size_t columns = 0;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("|")) {
      columns = 0;
      continue;
    }
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && line[i - (i > 0)] != '\\';
    if (columns == 0) columns = bars;
    EXPECT_EQ(bars, columns) << line;
  }
}

TEST(Csv, OneRowPerRunThatReadsBack) {
  RunRecord run = ServerRun();
  run.name = "a, \"quoted\"\nname";
  const auto rows = ReadCsv(Rendered({run, VirtualMachineRun()}, Format::kCsv));
  ASSERT_THAT(rows, SizeIs(3));
  for (const auto& row : rows) EXPECT_THAT(row, SizeIs(rows[0].size()));
  EXPECT_EQ(Cell(rows, "name"), "a, \"quoted\" name");
  EXPECT_EQ(std::stod(Cell(rows, "energy_kwh")), run.energy_kwh.machine.value);
  EXPECT_EQ(std::stod(Cell(rows, "energy_kwh_low")), run.energy_kwh.machine.low);
  EXPECT_EQ(Cell(rows, "energy_kwh_basis"), "counter");
  EXPECT_EQ(Cell(rows, "start"), run.start.ToString());
}

TEST(Csv, WhatIsNotKnownIsEmpty) {
  const auto rows = ReadCsv(Rendered({VirtualMachineRun()}, Format::kCsv));
  for (const char* column : {"marginal_kwh", "marginal_kwh_basis", "embodied_gco2e", "gpu_kwh", "zone"}) {
    EXPECT_EQ(Cell(rows, column), "") << column;
  }
  EXPECT_NE(Cell(rows, "cpu_kwh"), "");
}

TEST(Csv, ColumnsAreThoseOfTheManual) {
  const auto rows = ReadCsv(Rendered({ServerRun()}, Format::kCsv));
  std::ifstream manual(JOULEPRINT_SOURCE_DIR "/docs/report.md");
  const std::string text((std::istreambuf_iterator<char>(manual)), {});
  for (const std::string& column : rows[0]) {
    std::string documented = column;
    for (const char* suffix : {"_low", "_high", "_basis"}) {
      if (documented.ends_with(suffix)) documented.erase(documented.rfind(suffix));
    }
    EXPECT_THAT(text, HasSubstr("`" + documented + "`"));
  }
}

TEST(Json, OneRunIsAnObjectAndSeveralAreAnArray) {
  const auto one = nlohmann::json::parse(Rendered({ServerRun()}, Format::kJson));
  EXPECT_EQ(one.at("name"), "resnet50-imagenet");
  const auto two = nlohmann::json::parse(Rendered({ServerRun(), LaptopRun()}, Format::kJson));
  ASSERT_THAT(two, SizeIs(2));
  EXPECT_EQ(two[1].at("duration_s"), 0.312);
}

}  // namespace
}  // namespace jouleprint::report
