// What budgets do, step by step, on a job that only notes what it is sent and a clock that is a number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "job/budget/budgets.h"

namespace jouleprint::job {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr pid_t kHelper = 4711;

class NotedJob final : public JobControl {
 public:
  void SignalCommand(int number) override { done.push_back("command " + std::to_string(number)); }
  void SignalAll(int number) override { done.push_back("all " + std::to_string(number)); }
  void Pause() override { done.push_back("pause"); }
  void Resume() override { done.push_back("resume"); }
  Result<pid_t> Start(const std::vector<std::string>& words,
                      const std::vector<std::string>& environment) override {
    if (words.front() == "nowhere") return Error{ErrorCode::kNotPresent, "cannot run 'nowhere'", {}};
    done.push_back("start " + words.front());
    told = environment;
    return kHelper;
  }
  pid_t own_pid() const override { return 99; }

  std::vector<std::string> done;
  std::vector<std::string> told;
};

SoFar At(double elapsed_s, double grams = 0) { return {Seconds{elapsed_s}, grams / 500, grams, 0, {}}; }

SoFar Predicted(double elapsed_s, double grams, double total_grams) {
  SoFar so_far = At(elapsed_s, grams);
  PredictionRecord prediction;
  prediction.epochs_total = 90;
  prediction.epochs_seen = 1;
  prediction.emissions_gco2e = {total_grams, total_grams * 0.95, total_grams * 1.05, Basis::kModelled};
  prediction.energy_kwh = Scale(prediction.emissions_gco2e, 1 / 500.0);
  prediction.duration_s = Estimate::Exact(900, Basis::kModelled);
  so_far.prediction = prediction;
  return so_far;
}

BudgetOption Budget(const std::string& limit, BudgetAction action) {
  BudgetOption option = *ParseBudget(limit);
  option.action = action;
  option.stop_signal = SIGUSR1;
  return option;
}

class BudgetsTest : public ::testing::Test {
 protected:
  Budgets Of(const std::vector<BudgetOption>& options) {
    Budgets budgets(options, &job, [this](const std::string& sentence) { said.push_back(sentence); });
    budgets.Begin("RUN");
    return budgets;
  }

  NotedJob job;
  std::vector<std::string> said;
};

TEST_F(BudgetsTest, AWarningIsGivenOnceAndTouchesNothing) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kWarn)});
  budgets.Look(At(1, 100));
  EXPECT_THAT(said, IsEmpty());
  budgets.Look(Predicted(10, 120, 3100));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0],
              AllOf(HasSubstr("500 g"), HasSubstr("all 90 epochs"), HasSubstr("3.1 kg"), HasSubstr("120 g")));
  budgets.Look(Predicted(20, 240, 3200));
  budgets.Look(Predicted(30, 600, 3200));
  EXPECT_EQ(said.size(), 1u);
  EXPECT_THAT(job.done, IsEmpty());
}

TEST_F(BudgetsTest, TimeNeedsNoEpochs) {
  Budgets budgets = Of({Budget("1min", BudgetAction::kWarn)});
  budgets.Look(At(59));
  EXPECT_THAT(said, IsEmpty());
  budgets.Look(At(61));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("is passed"));
}

TEST_F(BudgetsTest, StoppingLetsTheCommandSaveThenTerminatesThenKillsTheWholeTree) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 120, 3100));
  EXPECT_THAT(job.done, ElementsAre("command " + std::to_string(SIGUSR1)));
  EXPECT_EQ(budgets.NextStep(), Seconds{40});
  budgets.Tick(Seconds{39.9});
  EXPECT_EQ(job.done.size(), 1u);
  budgets.Tick(Seconds{40});
  EXPECT_EQ(job.done.back(), "all " + std::to_string(SIGTERM));
  budgets.Tick(Seconds{49.9});
  EXPECT_EQ(job.done.size(), 2u);
  budgets.Tick(Seconds{50});
  EXPECT_EQ(job.done.back(), "all " + std::to_string(SIGKILL));
  EXPECT_FALSE(budgets.NextStep());
  EXPECT_FALSE(budgets.GivenUp(Seconds{51}));
  EXPECT_TRUE(budgets.GivenUp(Seconds{56}));
  ASSERT_EQ(said.size(), 4u);
  EXPECT_THAT(said[1], AllOf(HasSubstr("SIGUSR1"), HasSubstr("SIGTERM follows in 30 s")));
  EXPECT_THAT(said[2], AllOf(HasSubstr("after SIGUSR1"), HasSubstr("SIGKILL follows in 10 s")));
  EXPECT_THAT(said[3], HasSubstr("after SIGTERM"));
  budgets.CommandEnded(137, 0, true, Seconds{50.1});
  EXPECT_EQ(budgets.Records(Predicted(50.1, 150, 3100))[0].outcome,
            "SIGUSR1, SIGTERM and SIGKILL were sent; the command ended with exit status 137 after 40.1 s");
}

TEST_F(BudgetsTest, AJobThatSavesAndEndsIsSentNoMore) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 120, 3100));
  budgets.CommandEnded(0, 0, true, Seconds{12});
  EXPECT_EQ(job.done.size(), 1u);
  SoFar end = Predicted(12, 130, 3100);
  end.epochs_done = 1;
  const BudgetRecord record = budgets.Records(end)[0];
  EXPECT_EQ(record.state, "will be passed");
  EXPECT_EQ(record.acted_at_s, 10);
  EXPECT_EQ(record.unit, "gCO2e");
  ASSERT_TRUE(record.saved);
  EXPECT_DOUBLE_EQ(record.saved->value, 3100 - 130);
  EXPECT_DOUBLE_EQ(record.saved->low, 3100 * 0.95 - 130);
}

TEST_F(BudgetsTest, ChildrenThatOutliveTheCommandAreTerminatedAtOnce) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 120, 3100));
  budgets.CommandEnded(0, 3, true, Seconds{12});
  budgets.Tick(Seconds{12});
  EXPECT_EQ(job.done.back(), "all " + std::to_string(SIGTERM));
  EXPECT_THAT(said.back(), HasSubstr("live on"));
  EXPECT_EQ(budgets.NextStep(), Seconds{22});
}

TEST_F(BudgetsTest, ChildrenThatAreWaitedForAreMindedAndHaveNothingToSave) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop)});
  budgets.CommandEnded(0, 3, false, Seconds{5});
  budgets.Look(Predicted(10, 120, 3100));
  EXPECT_THAT(job.done, ElementsAre("all " + std::to_string(SIGTERM)));
  EXPECT_THAT(said.back(), AllOf(HasSubstr("live on"), HasSubstr("SIGKILL follows in 10 s")));
  budgets.RunEnded();
  EXPECT_EQ(budgets.Records(Predicted(11, 120, 3100))[0].outcome, "SIGTERM was sent");
}

TEST_F(BudgetsTest, ARunThatWasThroughBeforeItCouldBeStoppedSavedNothing) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 120, 3100));
  budgets.CommandEnded(0, 0, true, Seconds{12});
  SoFar end = Predicted(12, 130, 3100);
  end.epochs_done = 90;
  EXPECT_FALSE(budgets.Records(end)[0].saved);
  EXPECT_EQ(budgets.Records(end)[0].state, "kept");
}

TEST_F(BudgetsTest, TwoThatStopSendOneSequence) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop), Budget("1kg", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 120, 3100));
  EXPECT_EQ(job.done.size(), 1u);
  EXPECT_THAT(budgets.Records(Predicted(10, 120, 3100))[1].outcome, HasSubstr("already"));
}

TEST_F(BudgetsTest, APausedJobGoesOnWhenItIsTold) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kPause)});
  budgets.Look(Predicted(10, 120, 3100));
  EXPECT_THAT(job.done, ElementsAre("pause"));
  EXPECT_THAT(said[0], HasSubstr("kill -CONT 99"));
  EXPECT_TRUE(budgets.paused());
  budgets.Look(Predicted(20, 600, 3100));
  EXPECT_EQ(job.done.size(), 1u);
  budgets.Continue(Predicted(70, 125, 3100));
  budgets.Continue(Predicted(71, 125, 3100));
  EXPECT_THAT(job.done, ElementsAre("pause", "resume"));
  ASSERT_EQ(budgets.pauses().size(), 1u);
  EXPECT_EQ(budgets.pauses()[0].end_s - budgets.pauses()[0].start_s, 60);
  budgets.CommandEnded(0, 0, true, Seconds{100});
  EXPECT_THAT(budgets.Records(Predicted(100, 700, 3100))[0].outcome, HasSubstr("1 min 00 s"));
  EXPECT_EQ(budgets.Records(Predicted(100, 700, 3100))[0].state, "passed");
}

TEST_F(BudgetsTest, AJobThatStandsStillIsWokenBeforeItIsStopped) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kPause), Budget("1min", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 600, 700));
  EXPECT_THAT(job.done, ElementsAre("pause", "resume", "command " + std::to_string(SIGUSR1)));
  EXPECT_FALSE(budgets.paused());
}

TEST_F(BudgetsTest, ACommandIsStartedOnceAndToldAll) {
  BudgetOption option = Budget("500g", BudgetAction::kExec);
  option.exec = "notify 'too much'";
  Budgets budgets = Of({option});
  budgets.Look(Predicted(10, 120, 3100));
  budgets.Look(Predicted(20, 620, 3100));
  EXPECT_THAT(job.done, ElementsAre("start notify"));
  EXPECT_THAT(job.told, ElementsAre("JOULEPRINT_RUN_ID=RUN", "JOULEPRINT_BUDGET_UNIT=gCO2e",
                                    "JOULEPRINT_BUDGET_LIMIT=500", "JOULEPRINT_BUDGET_USED=120",
                                    "JOULEPRINT_BUDGET_PREDICTED=3100"));
  EXPECT_TRUE(budgets.HelpersRun());
  EXPECT_FALSE(budgets.HelperEnded(kHelper + 1, 0));
  EXPECT_TRUE(budgets.HelperEnded(kHelper, 0));
  EXPECT_FALSE(budgets.HelpersRun());
  EXPECT_EQ(said.size(), 1u);
  EXPECT_THAT(budgets.Records(At(30, 700))[0].outcome, HasSubstr("exit status 0"));
}

TEST_F(BudgetsTest, ACommandThatFailsIsSaid) {
  BudgetOption fails = Budget("500g", BudgetAction::kExec);
  fails.exec = "fail";
  BudgetOption absent = fails;
  absent.exec = "nowhere";
  Budgets budgets = Of({fails, absent});
  budgets.Look(At(10, 600));
  EXPECT_THAT(job.told, Not(Contains(HasSubstr("PREDICTED"))));
  EXPECT_THAT(said.back(), HasSubstr("cannot run 'nowhere'"));
  budgets.HelperEnded(kHelper, 3);
  EXPECT_THAT(said.back(), AllOf(HasSubstr("'fail'"), HasSubstr("3")));
}

TEST_F(BudgetsTest, OneThatIsKeptSaysSoAndNoMore) {
  Budgets budgets = Of({Budget("2kWh", BudgetAction::kStop)});
  budgets.Look(Predicted(10, 120, 700));
  budgets.CommandEnded(0, 0, true, Seconds{100});
  const BudgetRecord record = budgets.Records(Predicted(100, 700, 700))[0];
  EXPECT_EQ(record.state, "kept");
  EXPECT_EQ(record.unit, "kWh");
  EXPECT_EQ(record.action, "stop");
  EXPECT_FALSE(record.acted_at_s);
  EXPECT_FALSE(record.saved);
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(BudgetsTest, AForecastThatDidNotComeTrueWasKept) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kWarn)});
  budgets.Look(Predicted(10, 120, 3100));
  EXPECT_EQ(budgets.Records(Predicted(20, 200, 3100))[0].state, "will be passed");
  budgets.CommandEnded(0, 0, true, Seconds{100});
  EXPECT_EQ(budgets.Records(Predicted(100, 480, 3100))[0].state, "kept");
}

TEST_F(BudgetsTest, NothingIsDoneToWhatHasEnded) {
  Budgets budgets = Of({Budget("500g", BudgetAction::kStop)});
  budgets.CommandEnded(0, 2, true, Seconds{5});
  budgets.Look(At(10, 600));
  EXPECT_THAT(job.done, IsEmpty());
  EXPECT_EQ(budgets.Records(At(10, 600))[0].state, "passed");
}

}  // namespace
}  // namespace jouleprint::job
