// Which epochs of a run that goes on are finished.
#include "job/epoch_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace jouleprint::job {
namespace {

constexpr const char* kEpoch = R"(Epoch (\d+)/(\d+))";

struct Line {
  double t_s;
  const char* text;
};

// A watt-hour a second is used.
FinishedUnits After(const std::vector<Line>& lines, EpochMark mark = EpochMark::kAuto) {
  RunOptions options;
  options.epoch_regex = kEpoch;
  options.eval_regex = "^Validation";
  options.epoch_mark = mark;
  Result<MarkReader> reader = MarkReader::Create(options);
  EXPECT_TRUE(reader.ok());
  for (const Line& line : lines) {
    if (reader->Feed(std::string(line.text) + "\n", line.t_s)) reader->Stamp(line.t_s * 0.001);
  }
  return reader->Finished();
}

TEST(FinishedUnitsTest, ALineWithAResultEndsAnEpoch) {
  const FinishedUnits units = After({{12, "Epoch 1/90 loss 0.4"}});
  ASSERT_EQ(units.epochs.size(), 1u);
  EXPECT_EQ(units.epochs[0].end_s, 12);
  EXPECT_NEAR(units.epochs[0].energy_kwh, 0.012, 1e-12);
  EXPECT_EQ(units.before_s, 0);
}

TEST(FinishedUnitsTest, ABarBeginsAnEpochThatIsNotCounted) {
  EXPECT_TRUE(After({{12, "Epoch 1/90:   0%|     | 0/100 [00:00<?, ?it/s, loss=nan]"}}).epochs.empty());
  const FinishedUnits units = After({{12, "Epoch 1/90:   0%|  | 0/100"}, {32, "Epoch 2/90:   0%|  | 0/100"}});
  ASSERT_EQ(units.epochs.size(), 1u);
  EXPECT_EQ(units.epochs[0].epoch, 1);
  EXPECT_EQ(units.epochs[0].start_s, 12);
  EXPECT_EQ(units.before_s, 12);
  EXPECT_NEAR(units.before_kwh, 0.012, 1e-12);
}

TEST(FinishedUnitsTest, OneLineThatSaysNothingTellsNothing) {
  EXPECT_TRUE(After({{12, "Epoch 1/90"}}).epochs.empty());
  EXPECT_TRUE(After({}).epochs.empty());
}

TEST(FinishedUnitsTest, TheUserKnowsBetter) {
  EXPECT_EQ(After({{12, "Epoch 1/90"}}, EpochMark::kEnd).epochs.size(), 1u);
  EXPECT_EQ(After({{12, "Epoch 1/90 loss 0.4"}}, EpochMark::kStart).epochs.size(), 0u);
  EXPECT_EQ(After({{12, "Epoch 1/90"}, {24, "Epoch 2/90"}}, EpochMark::kEnd).epochs.size(), 2u);
}

TEST(FinishedUnitsTest, TwoBareLinesTellByTheirTimes) {
  EXPECT_EQ(After({{11, "Epoch 1/90"}, {21, "Epoch 2/90"}}).epochs.size(), 2u);
  const FinishedUnits begun = After({{2, "Epoch 1/90"}, {12, "Epoch 2/90"}});
  ASSERT_EQ(begun.epochs.size(), 1u);
  EXPECT_EQ(begun.epochs[0].epoch, 1);
  EXPECT_EQ(begun.epochs[0].end_s, 12);
}

// Loggers that print steps with their epoch: the first line of an epoch tells it, and holds a loss.
TEST(FinishedUnitsTest, TimesOverruleWords) {
  const FinishedUnits units = After({{3, "Epoch 1/90 loss 2.1"}, {63, "Epoch 2/90 loss 1.1"}});
  ASSERT_EQ(units.epochs.size(), 1u);
  EXPECT_EQ(units.epochs[0].start_s, 3);
}

TEST(FinishedUnitsTest, LongEvaluationsDoNot) {
  const FinishedUnits units =
      After({{3, "Epoch 1/90 loss 2.1"}, {60, "Validation: 0.5"}, {63, "Epoch 2/90 loss 1.1"}});
  ASSERT_EQ(units.epochs.size(), 3u);
  EXPECT_EQ(units.epochs[0].start_s, 0);
}

TEST(FinishedUnitsTest, EvaluationsAreUnitsOfTheirOwn) {
  const FinishedUnits units = After(
      {{10, "Epoch 1/3 loss 1"}, {13, "Validation: 0.5"}, {23, "Epoch 2/3 loss 1"}, {26, "Validation: 0.6"}});
  ASSERT_EQ(units.epochs.size(), 4u);
  EXPECT_EQ(units.epochs[1].kind, "eval");
  EXPECT_EQ(units.epochs[1].end_s - units.epochs[1].start_s, 3);
  EXPECT_EQ(units.epochs[2].kind, "train");
}

TEST(HintTest, WordsOfALineSayWhereItStands) {
  EXPECT_EQ(HintOf("Epoch 3: train loss 0.31, val acc 0.92"), LineHint::kEnds);
  EXPECT_EQ(HintOf("{'loss': 0.2, 'epoch': 3.0}"), LineHint::kEnds);
  EXPECT_EQ(HintOf("Finished epoch 3"), LineHint::kEnds);
  EXPECT_EQ(HintOf("Starting epoch 3"), LineHint::kBegins);
  EXPECT_EQ(HintOf("Epoch 3: 100%|###| 10/10 [00:01<00:00, 9.5it/s, loss=0.3]"), LineHint::kBegins);
  EXPECT_EQ(HintOf("Epoch 3/9"), LineHint::kNone);
}

}  // namespace
}  // namespace jouleprint::job
