// The example trainer: it reads its data strictly, its gradients are right, and a short run learns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "digits/dataset.h"
#include "digits/network.h"

namespace digits {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int status = -1;
  std::string output;  // standard output and standard error, as they came
};

Outcome RunTrainer(const std::string& flags) {
  const std::string command = std::string("'") + JOULEPRINT_DIGITS_PROGRAM + "' " + flags + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  Outcome outcome;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr)
    outcome.output += buffer.data();
  outcome.status = WEXITSTATUS(pclose(pipe));
  return outcome;
}

struct EpochLine {
  int epoch = 0;
  int of = 0;
  double loss = 0;
  double accuracy = 0;
  double validation = 0;
};

std::vector<EpochLine> ParseEpochs(const std::string& output) {
  std::vector<EpochLine> lines;
  std::size_t start = 0;
  for (std::size_t end = 0; (end = output.find('\n', start)) != std::string::npos; start = end + 1) {
    EpochLine line;
    const int fields = std::sscanf(output.substr(start, end - start).c_str(),
                                   "Epoch %d/%d  loss %lf  accuracy %lf  (val %lf)", &line.epoch, &line.of,
                                   &line.loss, &line.accuracy, &line.validation);
    EXPECT_EQ(fields, 5) << output.substr(start, end - start);
    lines.push_back(line);
  }
  return lines;
}

class TemporaryCsv {
 public:
  explicit TemporaryCsv(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "digits_test_XXXXXX").string();
    const int descriptor = mkstemp(name.data());
    EXPECT_GE(descriptor, 0);
    std::unique_ptr<FILE, int (*)(FILE*)> file(fdopen(descriptor, "w"), &std::fclose);
    EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), file.get()), text.size());
    path_ = name;
  }
  TemporaryCsv(const TemporaryCsv&) = delete;
  TemporaryCsv& operator=(const TemporaryCsv&) = delete;
  ~TemporaryCsv() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string CsvLine(int ink, int label) {
  std::string line;
  for (Eigen::Index i = 0; i < kPixels; ++i) line += std::to_string(ink) + ",";
  return line + std::to_string(label) + "\n";
}

TEST(DigitsData, TheShippedSetIsWhole) {
  std::string error;
  const auto set = LoadDigits(JOULEPRINT_DIGITS_CSV, error);
  ASSERT_TRUE(set) << error;
  EXPECT_EQ(set->size(), 1797);
  // The set's own description gives these numbers of zeros and eights.
  EXPECT_EQ(std::count(set->labels.begin(), set->labels.end(), 0), 178);
  EXPECT_EQ(std::count(set->labels.begin(), set->labels.end(), 8), 174);
  EXPECT_EQ(set->images.minCoeff(), 0.0F);
  EXPECT_EQ(set->images.maxCoeff(), 1.0F);
}

TEST(DigitsData, ABadLineIsNamed) {
  const std::vector<std::string> bad_lines = {CsvLine(17, 3), CsvLine(3, 10),      "1,2,3\n",
                                              "\n",           "x" + CsvLine(1, 1), "1," + CsvLine(1, 1)};
  for (const std::string& bad : bad_lines) {
    const TemporaryCsv csv(CsvLine(16, 9) + bad + CsvLine(0, 0));
    std::string error;
    EXPECT_FALSE(LoadDigits(csv.path(), error)) << bad;
    EXPECT_THAT(error, HasSubstr(csv.path() + ":2:")) << bad;
  }
}

TEST(DigitsData, LinesOfAnotherSystemAreRead) {
  std::string line = CsvLine(8, 7);
  line.insert(line.size() - 1, "\r");
  const TemporaryCsv csv(line + line);
  std::string error;
  const auto set = LoadDigits(csv.path(), error);
  ASSERT_TRUE(set) << error;
  EXPECT_EQ(set->labels, (std::vector<int>{7, 7}));
  EXPECT_FLOAT_EQ(set->images(0, 0), 0.5F);
}

TEST(DigitsData, TheSplitLosesNothingAndFollowsTheSeed) {
  Dataset all;
  all.images = Eigen::MatrixXf::Zero(kPixels, 50);
  for (int i = 0; i < 50; ++i) {
    all.images(0, i) = static_cast<float>(i);
    all.labels.push_back(i);
  }
  const Split split = SplitAtRandom(all, 0.2, 5);
  EXPECT_EQ(split.train.size(), 40);
  EXPECT_EQ(split.validation.size(), 10);
  std::vector<int> seen = split.train.labels;
  seen.insert(seen.end(), split.validation.labels.begin(), split.validation.labels.end());
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(all.labels));
  for (Eigen::Index i = 0; i < split.train.size(); ++i) {
    EXPECT_EQ(split.train.images(0, i), static_cast<float>(split.train.labels[static_cast<std::size_t>(i)]));
  }
  EXPECT_EQ(SplitAtRandom(all, 0.2, 5).train.labels, split.train.labels);
  EXPECT_NE(SplitAtRandom(all, 0.2, 6).train.labels, split.train.labels);
}

TEST(DigitsData, AShiftMovesInkAndFillsWithPaper) {
  Eigen::VectorXf image = Eigen::VectorXf::Ones(kPixels);
  image(0) = 5.0F;
  Eigen::VectorXf moved(kPixels);
  Shift(image, 1, 1, moved);
  EXPECT_EQ(moved(kSide + 1), 5.0F);
  EXPECT_EQ(moved.head(kSide).sum(), 0.0F) << "the first row is paper";
  EXPECT_EQ(moved(kSide), 0.0F) << "so is the first column";
  Shift(image, -1, 0, moved);
  EXPECT_EQ(moved(0), 1.0F) << "the ink at the edge has left";
  EXPECT_EQ(moved(kSide - 1), 0.0F);
}

TEST(DigitsNetwork, GradientsMatchFiniteDifferences) {
  Network network({5, 7, 6, 3}, 11);
  std::srand(3);
  const Eigen::MatrixXf images = Eigen::MatrixXf::Random(5, 8);
  const std::vector<int> labels = {0, 1, 2, 0, 1, 2, 2, 1};
  network.ComputeGradients(images, labels);
  for (Network::Layer& layer : network.layers()) {
    const auto check = [&](float& value, float gradient) {
      constexpr float kStep = 1e-2F;
      const float kept = value;
      value = kept + kStep;
      const double above = network.Evaluate(images, labels).loss();
      value = kept - kStep;
      const double below = network.Evaluate(images, labels).loss();
      value = kept;
      EXPECT_NEAR(gradient, (above - below) / (2.0 * static_cast<double>(kStep)), 2e-3);
    };
    check(layer.weights(0, 0), layer.weights_gradient(0, 0));
    check(layer.weights(2, 3), layer.weights_gradient(2, 3));
    check(layer.bias(1), layer.bias_gradient(1));
  }
}

TEST(DigitsTrainer, ThreeEpochsLearn) {
  const Outcome run = RunTrainer("--epochs 3 --hidden 256,128 --seed 4");
  ASSERT_EQ(run.status, 0) << run.output;
  const std::vector<EpochLine> epochs = ParseEpochs(run.output);
  ASSERT_EQ(epochs.size(), 3U) << run.output;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    EXPECT_EQ(epochs[i].epoch, static_cast<int>(i) + 1);
    EXPECT_EQ(epochs[i].of, 3);
  }
  EXPECT_LT(epochs[1].loss, epochs[0].loss);
  EXPECT_LT(epochs[2].loss, epochs[1].loss);
  EXPECT_GT(epochs[2].accuracy, 0.9);
  EXPECT_GT(epochs[2].validation, 0.9);
}

TEST(DigitsTrainer, TheSameSeedGivesTheSameLines) {
  const Outcome first = RunTrainer("--epochs 1 --hidden 16 --seed 2");
  EXPECT_EQ(first.status, 0) << first.output;
  EXPECT_EQ(RunTrainer("--epochs 1 --hidden 16 --seed 2").output, first.output);
  EXPECT_NE(RunTrainer("--epochs 1 --hidden 16 --seed 3").output, first.output);
}

TEST(DigitsTrainer, WrongUsageEndsWithStatusTwoAndASentence) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"--epochs 0", "--epochs takes"},
                                                                  {"--epochs 3x", "--epochs takes"},
                                                                  {"--seed -1", "--seed takes"},
                                                                  {"--hidden 64,", "--hidden takes"},
                                                                  {"--data /nowhere.csv", "/nowhere.csv"},
                                                                  {"surplus", "'surplus'"},
                                                                  {"--bogus", "usage:"}};
  for (const auto& [flags, expected] : cases) {
    const Outcome run = RunTrainer(flags);
    EXPECT_EQ(run.status, 2) << flags;
    EXPECT_THAT(run.output, HasSubstr(expected)) << flags;
  }
  const Outcome help = RunTrainer("--help");
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.output, HasSubstr("--epochs N"));
}

}  // namespace
}  // namespace digits
