// Budgets as people type them, and the commands that they start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "job/budget/check.h"
#include "job/budget/command_words.h"
#include "jouleprint/budget.h"

namespace jouleprint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Typed {
  const char* text;
  BudgetUnit unit;
  double limit;
};

class BudgetTextTest : public ::testing::TestWithParam<Typed> {};

TEST_P(BudgetTextTest, IsUnderstood) {
  const Result<BudgetOption> budget = ParseBudget(GetParam().text);
  ASSERT_TRUE(budget.ok()) << budget.error().ToString();
  EXPECT_EQ(budget->unit, GetParam().unit);
  EXPECT_NEAR(budget->limit, GetParam().limit, 1e-12 * GetParam().limit);
}

constexpr BudgetUnit kGrams = BudgetUnit::kGramsCo2e;
constexpr BudgetUnit kEnergy = BudgetUnit::kKilowattHours;
constexpr BudgetUnit kTime = BudgetUnit::kSeconds;

INSTANTIATE_TEST_SUITE_P(Grams, BudgetTextTest,
                         ::testing::Values(Typed{"500g", kGrams, 500}, Typed{"1.2 kg", kGrams, 1200},
                                           Typed{"0.5t", kGrams, 5e5}, Typed{"20mg", kGrams, 0.02},
                                           Typed{"500gCO2e", kGrams, 500}, Typed{"2 kgCO2", kGrams, 2000},
                                           Typed{" 1e3 g ", kGrams, 1000}));
INSTANTIATE_TEST_SUITE_P(Energy, BudgetTextTest,
                         ::testing::Values(Typed{"2kWh", kEnergy, 2}, Typed{"300Wh", kEnergy, 0.3},
                                           Typed{"3 MJ", kEnergy, 3 / 3.6}, Typed{"36kJ", kEnergy, 0.01},
                                           Typed{"1.5MWh", kEnergy, 1500}, Typed{"5 mWh", kEnergy, 5e-6},
                                           Typed{"2kwh", kEnergy, 2}));
INSTANTIATE_TEST_SUITE_P(Time, BudgetTextTest,
                         ::testing::Values(Typed{"3h", kTime, 10800}, Typed{"90min", kTime, 5400},
                                           Typed{"45s", kTime, 45}, Typed{"1h30m", kTime, 5400},
                                           Typed{"1h 30min", kTime, 5400}, Typed{"0.5h", kTime, 1800},
                                           Typed{"2d4h", kTime, 187200}, Typed{"1m30s", kTime, 90}));

class NoBudgetTest : public ::testing::TestWithParam<const char*> {};

TEST_P(NoBudgetTest, IsRefusedInOneSentenceThatSaysWhatWouldDo) {
  const Result<BudgetOption> budget = ParseBudget(GetParam());
  ASSERT_FALSE(budget.ok());
  EXPECT_EQ(budget.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(budget.error().message, HasSubstr("'" + std::string(GetParam()) + "'"));
  EXPECT_THAT(budget.error().hint, HasSubstr("500g"));
}

INSTANTIATE_TEST_SUITE_P(Nonsense, NoBudgetTest,
                         ::testing::Values("", " ", "much", "500", "g", "500 x", "-5g", "0g", "0", "nan g",
                                           "nang", "inf kWh", "1e999g", "5g6g", "1h 500g", "30m1h", "1,5kg",
                                           "3h-1m", "5 CO2e", "1h1h", "--5g", "5kWhCO2e", "0x10g"));

TEST(BudgetErrorTest, SaysWhatIsWrong) {
  EXPECT_THAT(ParseBudget("500").error().message, HasSubstr("no unit"));
  EXPECT_THAT(ParseBudget("-5g").error().message, HasSubstr("not above zero"));
  EXPECT_THAT(ParseBudget("0h").error().message, HasSubstr("not above zero"));
  EXPECT_THAT(ParseBudget("nan g").error().message, HasSubstr("no finite number"));
  EXPECT_THAT(ParseBudget("5 apples").error().message, HasSubstr("not known"));
}

TEST(CommandWordsTest, AreSplitAsAShellWould) {
  EXPECT_THAT(*job::SplitWords("notify-send hello"), ElementsAre("notify-send", "hello"));
  EXPECT_THAT(*job::SplitWords("  a\tb\n c "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(*job::SplitWords("sh -c 'echo \"$X\" > out; true'"),
              ElementsAre("sh", "-c", "echo \"$X\" > out; true"));
  EXPECT_THAT(*job::SplitWords(R"(a\ b "c \"d\" \n" e''f '')"), ElementsAre("a b", R"(c "d" \n)", "ef", ""));
  EXPECT_THAT(*job::SplitWords("echo $HOME | cat"), ElementsAre("echo", "$HOME", "|", "cat"));
}

TEST(CommandWordsTest, AreRefusedWhereAShellWouldWaitForMore) {
  for (const char* line : {"", "  ", "echo 'x", "echo \"x", "echo x\\"}) {
    const auto words = job::SplitWords(line);
    ASSERT_FALSE(words.ok()) << line;
    EXPECT_EQ(words.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CheckBudgetsTest, RefusesWhatNoRunCanActBy) {
  BudgetOption good = *ParseBudget("500g");
  EXPECT_TRUE(job::CheckBudgets({good}).ok());
  for (const double confidence : {0.0, 1.0, -1.0, 2.0}) {
    BudgetOption bad = good;
    bad.confidence = confidence;
    EXPECT_FALSE(job::CheckBudgets({good, bad}).ok()) << confidence;
  }
  BudgetOption limitless = good;
  limitless.limit = -1;
  EXPECT_FALSE(job::CheckBudgets({limitless}).ok());
  BudgetOption graceless = good;
  graceless.save_grace = Seconds{-1};
  EXPECT_FALSE(job::CheckBudgets({graceless}).ok());
  BudgetOption commandless = good;
  commandless.action = BudgetAction::kExec;
  EXPECT_FALSE(job::CheckBudgets({commandless}).ok());
}

}  // namespace
}  // namespace jouleprint
