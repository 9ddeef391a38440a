// Epochs, evaluations and metrics, found in what real trainers print.
#include "job/marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "support/any.h"

namespace jouleprint::job {
namespace {

using testing::AnyBetween;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kEpoch = R"(Epoch (\d+)/(\d+))";

MarkReader Reader(const RunOptions& options) {
  Result<MarkReader> reader = MarkReader::Create(options);
  EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().ToString());
  return std::move(*reader);
}

MarkReader EpochReader(const std::string& expression, const std::string& eval = {}) {
  RunOptions options;
  options.epoch_regex = expression;
  options.eval_regex = eval;
  return Reader(options);
}

// Prints a line at a time, a watt-hour a second having been used.
void Print(MarkReader* reader, double t_s, const std::string& text) {
  if (reader->Feed(text, t_s)) reader->Stamp(t_s * 0.001);
}

std::vector<EpochRecord> EndAt(const MarkReader& reader, double t_s) {
  return reader.Epochs({0, false, t_s, t_s * 0.001});
}

TEST(MarksTest, WithoutExpressionsThereIsNothingToWatch) {
  MarkReader reader = Reader({});
  EXPECT_TRUE(reader.Idle());
  EXPECT_FALSE(reader.Feed("Epoch 1/2\n", 1));
  EXPECT_TRUE(EndAt(reader, 2).empty());
}

TEST(MarksTest, LinesThatEndEpochs) {
  MarkReader reader = EpochReader(kEpoch);
  Print(&reader, 10, "Epoch 1/3 loss=2.1\n");
  Print(&reader, 20, "Epoch 2/3 loss=1.1\n");
  Print(&reader, 31, "Epoch 3/3 loss=0.9\n");
  const std::vector<EpochRecord> epochs = EndAt(reader, 32);
  ASSERT_EQ(epochs.size(), 3u);
  EXPECT_EQ(epochs[0].epoch, 1);
  EXPECT_EQ(epochs[0].start_s, 0);
  EXPECT_EQ(epochs[0].end_s, 10);
  EXPECT_NEAR(epochs[2].energy_kwh, 0.011, 1e-12);
  EXPECT_EQ(epochs[2].end_s, 31);
  EXPECT_EQ(reader.epochs_expected(), 3);
  EXPECT_EQ(reader.epoch(), 3);
}

TEST(MarksTest, LinesThatBeginEpochs) {
  MarkReader reader = EpochReader(kEpoch);
  Print(&reader, 1, "Epoch 1/3\n");
  Print(&reader, 11, "Epoch 2/3\n");
  Print(&reader, 21, "Epoch 3/3\n");
  const std::vector<EpochRecord> epochs = EndAt(reader, 31);
  ASSERT_EQ(epochs.size(), 3u);
  EXPECT_EQ(epochs[0].epoch, 1);
  EXPECT_EQ(epochs[0].start_s, 1);
  EXPECT_EQ(epochs[0].end_s, 11);
  EXPECT_EQ(epochs[2].end_s, 31);
}

TEST(MarksTest, ASingleLineIsToldByWhereItStands) {
  MarkReader begins = EpochReader(kEpoch);
  Print(&begins, 1, "Epoch 1/1\n");
  EXPECT_EQ(EndAt(begins, 60)[0].start_s, 1);
  MarkReader ends = EpochReader(kEpoch);
  Print(&ends, 59, "Epoch 1/1 done\n");
  EXPECT_EQ(EndAt(ends, 60)[0].start_s, 0);
}

TEST(MarksTest, ALongStartDoesNotMakeLinesBeginEpochs) {
  MarkReader reader = EpochReader(kEpoch);
  for (int i = 1; i <= 3; ++i) Print(&reader, 300 + 10 * i, "Epoch " + std::to_string(i) + "/3 done\n");
  const std::vector<EpochRecord> epochs = EndAt(reader, 330.4);
  EXPECT_EQ(epochs[1].start_s, 310);
  EXPECT_EQ(epochs[2].end_s, 330);
}

TEST(MarksTest, ARunThatIsStoppedInAnEpochKeepsTheOnesThatEnded) {
  MarkReader reader = EpochReader(kEpoch);
  for (int i = 1; i <= 4; ++i) Print(&reader, 10 * i, "Epoch " + std::to_string(i) + "/9 done\n");
  const std::vector<EpochRecord> epochs = EndAt(reader, 43);
  ASSERT_EQ(epochs.size(), 4u);
  EXPECT_EQ(epochs[0].start_s, 0);
  EXPECT_EQ(epochs[3].end_s, 40);
}

TEST(MarksTest, ThePersonMaySayWhichItIs) {
  RunOptions options;
  options.epoch_regex = kEpoch;
  options.epoch_mark = EpochMark::kStart;
  MarkReader reader = Reader(options);
  Print(&reader, 10, "Epoch 1/2\n");
  Print(&reader, 20, "Epoch 2/2\n");
  EXPECT_EQ(EndAt(reader, 20.1)[0].start_s, 10);
}

TEST(MarksTest, AProgressBarIsOneEpochHoweverOftenItIsDrawn) {
  MarkReader reader = EpochReader(R"(Epoch (\d+):)");
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (int percent = 0; percent <= 100; percent += 5) {
      Print(&reader, 1 + 10 * epoch + percent / 10.0,
            "\rEpoch " + std::to_string(epoch) + ":  " + std::to_string(percent) +
                "%|#####     | 3/10 [00:01<00:02]");
    }
  }
  reader.Finish(30);
  const std::vector<EpochRecord> epochs = EndAt(reader, 31.5);
  ASSERT_EQ(epochs.size(), 3u);
  EXPECT_EQ(epochs[0].epoch, 0);
  EXPECT_EQ(epochs[2].epoch, 2);
  EXPECT_NEAR(epochs[1].end_s - epochs[1].start_s, 10, 1);
}

TEST(MarksTest, LinesWithoutANumberAreCounted) {
  MarkReader reader = EpochReader("end of epoch");
  for (int i = 1; i <= 3; ++i) Print(&reader, 10 * i, "end of epoch\n");
  EXPECT_EQ(EndAt(reader, 30)[2].epoch, 3);
  EXPECT_FALSE(reader.epochs_expected().has_value());
}

TEST(MarksTest, WhatThePersonExpectsStandsAboveWhatTheLinesSay) {
  RunOptions options;
  options.epoch_regex = kEpoch;
  options.epochs = 50;
  MarkReader reader = Reader(options);
  Print(&reader, 1, "Epoch 1/3\n");
  EXPECT_EQ(reader.epochs_expected(), 50);
}

TEST(MarksTest, EvaluationsAreRecordsOfTheirOwn) {
  MarkReader reader = EpochReader(kEpoch, R"(val acc)");
  Print(&reader, 10, "Epoch 1/2\n");
  Print(&reader, 12, "val acc 0.7\n");
  Print(&reader, 22, "Epoch 2/2\n");
  Print(&reader, 24, "val acc 0.8\n");
  const std::vector<EpochRecord> epochs = EndAt(reader, 24.2);
  ASSERT_EQ(epochs.size(), 4u);
  EXPECT_EQ(epochs[0].kind, "train");
  EXPECT_EQ(epochs[1].kind, "eval");
  EXPECT_EQ(epochs[1].epoch, 1);
  EXPECT_EQ(epochs[1].start_s, 10);
  EXPECT_EQ(epochs[1].end_s, 12);
  EXPECT_EQ(epochs[2].start_s, 12);
}

TEST(MarksTest, AnEvaluationAloneIsARecord) {
  MarkReader reader = EpochReader("", R"(eval (\d+))");
  Print(&reader, 10, "eval 7\n");
  const std::vector<EpochRecord> epochs = EndAt(reader, 11);
  ASSERT_EQ(epochs.size(), 1u);
  EXPECT_EQ(epochs[0].epoch, 7);
  EXPECT_EQ(epochs[0].kind, "eval");
  EXPECT_FALSE(reader.epoch().has_value());
}

// Whatever the lines mean, no joule may stand in two epochs.
RC_GTEST_PROP(MarksProperty, EpochsNeverOverlap, ()) {
  RunOptions options;
  options.epoch_regex = "^epoch";
  options.eval_regex = "^eval";
  options.epoch_mark = *rc::gen::element(EpochMark::kAuto, EpochMark::kStart, EpochMark::kEnd);
  MarkReader reader = Reader(options);
  double t = 0;
  const int lines = AnyBetween(0, 30);
  for (int i = 0; i < lines; ++i) {
    t += AnyBetween(0, 100) / 10.0;
    Print(&reader, t, *rc::gen::element("epoch\n", "epoch\n", "eval\n", "loss\n"));
  }
  const double end = t + AnyBetween(0, 200) / 10.0;
  double last = 0;
  double energy = 0;
  for (const EpochRecord& epoch : EndAt(reader, end)) {
    RC_ASSERT(epoch.start_s >= last - 1e-9);
    RC_ASSERT(epoch.end_s >= epoch.start_s);
    last = epoch.end_s;
    energy += epoch.energy_kwh;
  }
  RC_ASSERT(last <= end + 1e-9);
  RC_ASSERT(energy <= end * 0.001 + 1e-9);
}

TEST(MetricsTest, AreFoundInAnyLineAndKeepTheirOrder) {
  RunOptions options;
  options.metric_regexes = {{"loss", R"(loss[=:] ?([-\d.e+]+))"}, {"acc", R"(acc ([0-9.]+)%?)"}};
  MarkReader reader = Reader(options);
  EXPECT_FALSE(reader.Idle());
  reader.Feed("step 1 loss=2.5 acc 10%\rstep 2 loss: 1e-3\nloss=nan\nloss=-\nacc 90\n", 3);
  ASSERT_EQ(reader.metrics().at("loss").size(), 2u);
  EXPECT_EQ(reader.metrics().at("loss")[1].value, 1e-3);
  EXPECT_EQ(reader.metrics().at("acc")[1].value, 90);
  EXPECT_EQ(reader.metrics().at("acc")[1].t_s, 3);
}

TEST(MetricsTest, AMillionPointsAreThinnedAndTheLastIsKept) {
  RunOptions options;
  options.metric_regexes = {{"loss", R"(loss=(\d+))"}};
  MarkReader reader = Reader(options);
  constexpr int kLines = 200'000;
  for (int i = 0; i < kLines; ++i) reader.Feed("loss=" + std::to_string(i) + "\n", i);
  const std::vector<MetricPoint>& points = reader.metrics().at("loss");
  EXPECT_LE(points.size(), 4096u);
  EXPECT_GE(points.size(), 1000u);
  EXPECT_EQ(points.front().value, 0);
  EXPECT_EQ(points.back().value, kLines - 1);
  for (std::size_t i = 1; i < points.size(); ++i) ASSERT_LT(points[i - 1].t_s, points[i].t_s);
}

TEST(MarksTest, AnAbsurdlyLongLineIsCutAndTheNextIsRead) {
  MarkReader reader = EpochReader(kEpoch);
  const std::string megabyte(1'000'000, 'x');
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(reader.Feed(megabyte, 1));
  EXPECT_FALSE(reader.Feed("Epoch 7/9\n", 1)) << "beyond what is looked at of one line";
  EXPECT_TRUE(reader.Feed("Epoch 8/9\n", 1));
  EXPECT_EQ(reader.epoch(), 8);
}

TEST(MarksTest, BytesThatAreNoTextDoNoHarm) {
  MarkReader reader = EpochReader(kEpoch);
  std::string noise;
  for (int i = 0; i < 256; ++i) noise += static_cast<char>(i);
  reader.Feed(noise + "\n" + noise + "Epoch 2/3\n", 1);
  EXPECT_EQ(reader.epoch(), 2);
}

TEST(MarksTest, NumbersTooLargeAreNoNumbers) {
  MarkReader reader = EpochReader(kEpoch);
  EXPECT_TRUE(reader.Feed("Epoch 99999999999999999999/99999999999999999999\n", 1));
  EXPECT_EQ(reader.epoch(), 1) << "counted, as a line without a number is";
  EXPECT_FALSE(reader.epochs_expected().has_value());
}

TEST(MarksTest, TheLastLineNeedsNoEnd) {
  MarkReader reader = EpochReader(kEpoch);
  EXPECT_FALSE(reader.Feed("Epoch 1/1", 5));
  EXPECT_TRUE(reader.Finish(6));
  EXPECT_FALSE(reader.Finish(6));
  EXPECT_EQ(reader.epoch(), 1);
}

TEST(MarksTest, ABadExpressionIsRefusedByItsFlag) {
  const auto refused = [](const RunOptions& options) {
    const Result<MarkReader> reader = MarkReader::Create(options);
    EXPECT_FALSE(reader.ok());
    return reader.ok() ? Error{} : reader.error();
  };
  RunOptions epoch;
  epoch.epoch_regex = "Epoch (";
  EXPECT_EQ(refused(epoch).code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused(epoch).message, HasSubstr("--epoch-regex 'Epoch ('"));
  RunOptions eval;
  eval.eval_regex = R"((?<=x)y)";
  EXPECT_THAT(refused(eval).message, HasSubstr("--eval-regex"));
  EXPECT_THAT(refused(eval).hint, HasSubstr("look-around"));
  RunOptions metric;
  metric.metric_regexes = {{"acc", "acc"}};
  EXPECT_THAT(refused(metric).message, HasSubstr("--metric-regex acc 'acc' has no group"));
  metric.metric_regexes = {{"acc", "[a"}};
  EXPECT_THAT(refused(metric).message, HasSubstr("--metric-regex acc"));
}

// What a reader has found, to compare two readers.
struct Findings {
  std::vector<std::pair<std::int64_t, std::string>> epochs;
  std::map<std::string, std::vector<double>> metrics;
  std::optional<std::int64_t> expected;
  friend bool operator==(const Findings&, const Findings&) = default;
};

Findings FindingsOf(const std::vector<std::string_view>& pieces) {
  RunOptions options;
  options.epoch_regex = kEpoch;
  options.eval_regex = "val";
  options.metric_regexes = {{"loss", R"(loss=([0-9.]+))"}};
  MarkReader reader = Reader(options);
  for (const std::string_view piece : pieces) reader.Feed(piece, 1);
  reader.Finish(1);
  Findings findings;
  for (const EpochRecord& epoch : EndAt(reader, 2)) findings.epochs.emplace_back(epoch.epoch, epoch.kind);
  for (const auto& [name, points] : reader.metrics()) {
    for (const MetricPoint& point : points) findings.metrics[name].push_back(point.value);
  }
  findings.expected = reader.epochs_expected();
  return findings;
}

constexpr std::string_view kOutput =
    "starting\r\nEpoch 1/3 loss=1.25\rEpoch 1/3 loss=1.20\r\n\nval loss=1.1\nEpoch 2/3\n"
    "loss=0.5 loss=0.4\n\xff\xfe\nEpoch 3/3 loss=.";

TEST(MarksTest, WhereTheOutputIsCutDoesNotMatter) {
  const Findings whole = FindingsOf({kOutput});
  EXPECT_THAT(whole.metrics.at("loss"), ElementsAre(1.25, 1.20, 1.1, 0.5));
  EXPECT_EQ(whole.epochs.size(), 4u);
  for (std::size_t i = 0; i <= kOutput.size(); ++i) {
    EXPECT_EQ(FindingsOf({kOutput.substr(0, i), kOutput.substr(i)}), whole) << "cut at " << i;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < kOutput.size(); ++i) bytes.push_back(kOutput.substr(i, 1));
  EXPECT_EQ(FindingsOf(bytes), whole);
}

RC_GTEST_PROP(MarksProperty, AnyOutputMayBeCutAnywhere, ()) {
  std::string output;
  const int parts = AnyBetween(0, 20);
  for (int i = 0; i < parts; ++i) {
    output += *rc::gen::element<std::string>("Epoch ", "1", "2", "/", "9", "\n", "\r", "val", "loss=", "0.5",
                                             " ", std::string(1, '\0'), std::string(20'000, 'y'));
  }
  std::vector<std::string_view> pieces;
  std::string_view rest = output;
  while (!rest.empty()) {
    const auto size = static_cast<std::size_t>(AnyBetween<int>(1, 40'000)) % rest.size() + 1;
    pieces.push_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  RC_ASSERT(FindingsOf(pieces) == FindingsOf({output}));
}

}  // namespace
}  // namespace jouleprint::job
