// What summaries and reports say of predictions, budgets and tasks.
#include "report/outlook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "report/live_line.h"
#include "report/report.h"
#include "sample_runs.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

PredictionRecord NinetyEpochs() {
  PredictionRecord prediction;
  prediction.epochs_seen = 12;
  prediction.epochs_total = 90;
  prediction.duration_s = {25800, 25000, 27000, Basis::kModelled};
  prediction.energy_kwh = {2.1, 1.9, 2.4, Basis::kModelled};
  prediction.emissions_gco2e = {3100, 2700, 3600, Basis::kModelled};
  return prediction;
}

// A run of 12 epochs that a budget of 500 g has stopped.
RunRecord StoppedRun() {
  RunRecord run = SampleRun("train", {"python3", "train.py"}, 3440);
  run.domains = {SampleDomain("package-0", Component::kCpu, Basis::kCounter, "powercap", 0.28, 0.02, 290)};
  Complete(&run, 0.9);
  run.emissions_gco2e.total = Estimate::Relative(500.4, 0.1, Basis::kAssumed);
  for (int i = 1; i <= 12; ++i) run.epochs.push_back({i, "train", 280.0 * i, 280.0 * (i + 1), 0.023});
  run.epochs_expected = 90;
  run.prediction = NinetyEpochs();
  BudgetRecord budget{"gCO2e", 500, 0.9, "stop", "will be passed", 3400, "SIGUSR1 was sent"};
  budget.saved = Estimate{2599.6, 2199, 3099, Basis::kModelled};
  run.budgets = {budget};
  return run;
}

std::string SummaryOf(const RunRecord& run) {
  Style style;
  style.width = 100;
  std::string text = Summary(run, style, "", "");
  // As one line, however it was wrapped.
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    const std::size_t next = text.find_first_not_of("\n ", at);
    text.replace(at, (next == std::string::npos ? text.size() : next) - at, " ");
  }
  return text;
}

TEST(OutlookTest, AnEarlyStopSaysWhatWasNotEmitted) {
  EXPECT_THAT(SummaryOf(StoppedRun()), HasSubstr("stopped at epoch 12 of 90 by the budget of 500 g: 3.10 kg "
                                                 "were predicted, about 2.60 kg not emitted"));
}

TEST(OutlookTest, ARunThatEndsEarlyByItselfStillSaysWhatWasAhead) {
  RunRecord run = StoppedRun();
  run.budgets.clear();
  EXPECT_THAT(SummaryOf(run),
              HasSubstr("after 12 of 90 epochs, all are predicted to take 2.10 kWh (1.90 to 2.40)"));
  run.prediction->epochs_total = 12;
  EXPECT_THAT(SummaryOf(run), Not(HasSubstr("predicted")));
}

TEST(OutlookTest, ABudgetThatDidNothingIsInTheReportOnly) {
  RunRecord run = StoppedRun();
  run.budgets = {{"kWh", 2, 0.9, "stop", "kept"}};
  EXPECT_THAT(SummaryOf(run), Not(HasSubstr("budget")));
  EXPECT_THAT(*Render({run}, {}, Format::kText, {}), AllOf(HasSubstr("Budgets"), HasSubstr("kept")));
}

TEST(OutlookTest, BudgetsStandWithTheirStates) {
  RunRecord run = StoppedRun();
  run.budgets.push_back({"s", 10800, 0.9, "warn", "kept"});
  const Table table = BudgetTable(run, true);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[0], ::testing::ElementsAre("500 g", "500 g", "will be passed", "stop", "2.60 kg",
                                                    "SIGUSR1 was sent"));
  EXPECT_THAT(table.rows[1],
              ::testing::ElementsAre("3 h 00 min", "57 min 20 s", "kept", "warn", "-", "nothing"));
}

TEST(OutlookTest, OtherUnitsHaveTheirOwnWords) {
  RunRecord run = StoppedRun();
  BudgetRecord& budget = run.budgets.front();
  budget.unit = "kWh";
  budget.limit = 0.3;
  budget.saved = Estimate::Exact(1.82, Basis::kModelled);
  EXPECT_THAT(BudgetLine(run, budget, true),
              AllOf(HasSubstr("300 Wh"), HasSubstr("2.10 kWh"), HasSubstr("not used")));
  budget.unit = "s";
  budget.limit = 5400;
  budget.saved = Estimate::Exact(22360, Basis::kModelled);
  EXPECT_THAT(BudgetLine(run, budget, true), AllOf(HasSubstr("1 h 30 min"), HasSubstr("not taken")));
}

TEST(OutlookTest, TasksAreNestedByIndentation) {
  RunRecord run = StoppedRun();
  run.tasks = {{"outer", std::nullopt, 0, 100, Estimate::Exact(0.2, Basis::kCounter)},
               {"inner", 0, 10, 60, Estimate::Exact(0.1, Basis::kCounter)},
               {"innermost", 1, 20, 30, Estimate::Exact(0.02, Basis::kCounter)},
               {"next", std::nullopt, 100, 110, Estimate::Exact(0.01, Basis::kCounter)}};
  const TaskTable tasks = TasksOf(run, true, "  ");
  ASSERT_EQ(tasks.table.rows.size(), 4u);
  EXPECT_EQ(tasks.table.rows[0][0], "outer");
  EXPECT_EQ(tasks.table.rows[1][0], "  inner");
  EXPECT_EQ(tasks.table.rows[2][0], "    innermost");
  EXPECT_EQ(tasks.table.rows[3][0], "next");
  EXPECT_EQ(tasks.table.rows[1][2], "50.0 s");
  EXPECT_EQ(tasks.table.rows[1][3], "100 Wh");
  EXPECT_THAT(*Render({run}, {}, Format::kText, {}), HasSubstr("\n      innermost"));
  EXPECT_THAT(*Render({run}, {}, Format::kMarkdown, {}), HasSubstr("| \u00a0\u00a0inner |"));
}

TEST(OutlookTest, TasksOfARecordThatMakesNoSenseEndSomewhere) {
  RunRecord run = StoppedRun();
  run.tasks.assign(100, {"t", 5, 0, 1, {}});
  run.tasks[5].parent = 5;
  run.tasks[6].parent = -3;
  run.tasks[7].parent = 1000;
  const TaskTable tasks = TasksOf(run, true, "  ");
  EXPECT_EQ(tasks.table.rows.size() + tasks.left_out, 100u);
  EXPECT_LT(tasks.table.rows.size(), 100u);
}

TEST(OutlookTest, TheLiveLineSaysWhatAllWillTakeWhereThereIsRoom) {
  LiveSnapshot snapshot;
  snapshot.elapsed_s = 860;
  snapshot.domains = {{"package-0", 290}};
  snapshot.energy_kwh = Estimate::Exact(0.07, Basis::kCounter);
  snapshot.emissions_gco2e = Estimate::Exact(33, Basis::kAssumed);
  snapshot.epoch = 3;
  snapshot.epochs_expected = 90;
  snapshot.prediction = NinetyEpochs();
  Style style;
  style.width = 120;
  EXPECT_THAT(LiveLine(snapshot, style),
              HasSubstr("epoch 3/90, all 90: 2.10 kWh (1.90 to 2.40), 7 h 10 min"));
  style.width = 50;
  EXPECT_THAT(LiveLine(snapshot, style), AllOf(HasSubstr("epoch 3/90"), Not(HasSubstr("all 90"))));
}

}  // namespace
}  // namespace jouleprint::report
