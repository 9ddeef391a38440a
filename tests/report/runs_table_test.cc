#include "report/runs_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "hostile_text.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RunSummary Row(const std::string& name) {
  RunSummary run;
  run.run_id = "01KAMT3Q5V8W2X4Y6Z7A9B1C2D";
  run.name = name;
  run.command = "python train.py";
  run.state = RunState::kFinished;
  run.start = UtcTime{1'795'351'200'000'000};  // 2026-11-22T12:40:00Z
  run.duration_s = 3734;
  run.energy_kwh = 1.24;
  run.basis = Basis::kCounter;
  run.emissions_gco2e = 69;
  return run;
}

TEST(RunsTable, AnEmptyListSaysHowToMakeAFirstRun) {
  EXPECT_THAT(RunsTable({}, {}), HasSubstr("jouleprint run --"));
}

TEST(RunsTable, ShowsWhatARunWas) {
  const std::string text = RunsTable({Row("resnet50")}, {});
  EXPECT_THAT(text, AllOf(HasSubstr("01KAMT3Q5V "), HasSubstr("2026 (UTC)"), HasSubstr("11-22 12:40"),
                          HasSubstr("resnet50"), HasSubstr("1 h 02 min"), HasSubstr("1.24 kWh"),
                          HasSubstr("69.0 g"), HasSubstr("done")));
}

TEST(RunsTable, ShowsWhichDistributedJobARunWasPartOf) {
  RunSummary rank = Row("train");
  rank.group = "slurm-12.0";
  rank.part = "rank 3 of 8";
  Style wide;
  wide.width = 120;
  EXPECT_THAT(RunsTable({Row("alone"), rank}, wide), HasSubstr("slurm-12.0, rank 3 of 8"));
  EXPECT_THAT(RunsTable({Row("alone")}, wide), Not(HasSubstr("job")));
  Style narrow;
  narrow.width = 60;
  EXPECT_THAT(RunsTable({rank}, narrow), Not(HasSubstr("slurm-12.0")));
  const nlohmann::json json = nlohmann::json::parse(RunsJson({rank}));
  EXPECT_EQ(json[0]["group"], "slurm-12.0");
  EXPECT_EQ(json[0]["part"], "rank 3 of 8");
}

TEST(RunsTable, ShowsTheYearPerRunWhereRunsAreOfSeveralYears) {
  RunSummary old = Row("old");
  old.start = UtcTime{1'700'000'000'000'000};
  EXPECT_THAT(RunsTable({Row("new"), old}, {}),
              AllOf(HasSubstr("2026-11-22 12:40"), HasSubstr("2023-11-14 22:13")));
}

TEST(RunsTable, WithoutANameShowsTheCommand) {
  EXPECT_THAT(RunsTable({Row("")}, {}), HasSubstr("python train.py"));
}

TEST(RunsTable, SaysHowARunEnded) {
  RunSummary failed = Row("a");
  failed.exit_status = 2;
  RunSummary running = Row("b");
  running.state = RunState::kRunning;
  RunSummary recovered = Row("c");
  recovered.state = RunState::kRecovered;
  EXPECT_THAT(
      RunsTable({failed, running, recovered}, {}),
      AllOf(HasSubstr("exit 2"), HasSubstr("running"), HasSubstr("recovered"), Not(HasSubstr("done"))));
}

TEST(RunsTable, MarksWhatWasNotMeasured) {
  RunSummary modelled = Row("a");
  modelled.basis = Basis::kModelled;
  EXPECT_THAT(RunsTable({modelled}, {}), AllOf(HasSubstr("~1.24 kWh"), HasSubstr("from a model")));
  EXPECT_THAT(RunsTable({Row("a")}, {}), Not(HasSubstr("~")));
}

TEST(RunsTable, FitsTheWidthWhateverRunsAreCalled) {
  std::mt19937 random(13);
  for (int i = 0; i < 1000; ++i) {
    std::vector<RunSummary> runs;
    for (auto n = 1 + random() % 5; n > 0; --n) {
      RunSummary run = Row(HostileText(&random));
      run.run_id = HostileText(&random);
      run.command = HostileText(&random);
      run.exit_status = static_cast<int>(random() % 256);
      run.energy_kwh = std::pow(10.0, static_cast<int>(random() % 20) - 10);
      runs.push_back(run);
    }
    Style style;
    style.width = 20 + static_cast<int>(random() % 100);
    style.color = random() % 2 == 0;
    const std::string text = RunsTable(runs, style);
    ASSERT_TRUE(IsTerminalSafe(text, style.color));
    std::stringstream stream(text);
    for (std::string line; std::getline(stream, line);) ASSERT_LE(DisplayWidth(line), style.width) << line;
  }
}

TEST(RunsJson, IsValidWhateverTheNamesHold) {
  RunSummary run = Row("bad \xFF bytes \x1b");
  run.energy_kwh = std::nan("");
  const auto list = nlohmann::json::parse(RunsJson({run, Row("b")}));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_TRUE(list[0].at("energy_kwh").is_null());
  EXPECT_EQ(list[1].at("name"), "b");
  EXPECT_EQ(list[1].at("start"), Row("").start.ToString());
  EXPECT_EQ(nlohmann::json::parse(RunsJson({})), nlohmann::json::array());
}

}  // namespace
}  // namespace jouleprint::report
