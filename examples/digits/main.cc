// jouleprint-digits: trains a small network on handwritten digits, one line per epoch on standard
// output. It stands for any training job, so it links nothing of jouleprint.
#include <getopt.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "digits/dataset.h"
#include "digits/network.h"

namespace digits {
namespace {

constexpr int kExitUsage = 2;
constexpr double kValidationFraction = 0.2;
constexpr Eigen::Index kBatch = 64;
// Falls linearly to nothing over the run, so that the last epochs settle.
constexpr float kFirstLearningRate = 1e-3F;
// Every image is seen unmoved and moved by one pixel in the eight directions.
constexpr int kShifts = 9;

constexpr char kHelp[] =
    "usage: jouleprint-digits [--epochs N] [--seed N] [--hidden A,B,...] [--data FILE]\n"
    "Trains a network to read handwritten digits and prints a line per epoch.\n"
    "  --epochs N      passes over the training images in all their shifts (12)\n"
    "  --seed N        fixes the split, the weights and the order (1)\n"
    "  --hidden A,B    widths of the hidden layers (1024,512)\n"
    "  --data FILE     CSV of 64 brightnesses (0 to 16) and the digit per line\n"
    "  --help          this text\n";

struct Options {
  int epochs = 12;
  std::uint64_t seed = 1;
  std::vector<Eigen::Index> hidden = {1024, 512};
  std::string data = JOULEPRINT_DIGITS_CSV;
};

template <class Number>
bool ParseNumber(std::string_view text, Number least, Number most, Number& out) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  return fault == std::errc() && end == text.data() + text.size() && out >= least && out <= most;
}

bool ParseWidths(std::string_view text, std::vector<Eigen::Index>& widths) {
  constexpr Eigen::Index kWidest = 65536;
  widths.clear();
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = text.find(',');
    Eigen::Index width = 0;
    if (!ParseNumber<Eigen::Index>(text.substr(0, comma), 1, kWidest, width)) return false;
    widths.push_back(width);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return true;
}

int Complain(const char* flag, const char* wanted, const char* given) {
  std::fprintf(stderr, "jouleprint-digits: %s takes %s, not '%s'\n", flag, wanted, given);
  return kExitUsage;
}

// The exit status when there is nothing to train, nothing when there is.
std::optional<int> ParseOptions(int argc, char** argv, Options& options) {
  const option flags[] = {
      {"epochs", required_argument, nullptr, 'e'}, {"seed", required_argument, nullptr, 's'},
      {"hidden", required_argument, nullptr, 'w'}, {"data", required_argument, nullptr, 'd'},
      {"help", no_argument, nullptr, 'h'},         {nullptr, 0, nullptr, 0}};
  for (int flag = 0; (flag = getopt_long(argc, argv, "", flags, nullptr)) != -1;) {
    switch (flag) {
      case 'e':
        if (!ParseNumber(optarg, 1, 1000000, options.epochs))
          return Complain("--epochs", "a number from 1", optarg);
        break;
      case 's':
        if (!ParseNumber(optarg, std::uint64_t{0}, UINT64_MAX, options.seed))
          return Complain("--seed", "a whole number", optarg);
        break;
      case 'w':
        if (!ParseWidths(optarg, options.hidden))
          return Complain("--hidden", "widths from 1 to 65536 such as 1024,512", optarg);
        break;
      case 'd':
        options.data = optarg;
        break;
      case 'h':
        std::fputs(kHelp, stdout);
        return 0;
      default:
        std::fputs(kHelp, stderr);
        return kExitUsage;
    }
  }
  if (optind == argc) return std::nullopt;
  std::fprintf(stderr, "jouleprint-digits: what is '%s'?\n%s", argv[optind], kHelp);
  return kExitUsage;
}

// One pass over every image in every shift, in a fresh random order.
Score TrainEpoch(Network& network, const Dataset& train, float learning_rate, std::mt19937_64& random) {
  std::vector<Eigen::Index> views(static_cast<std::size_t>(train.size() * kShifts));
  std::iota(views.begin(), views.end(), 0);
  std::shuffle(views.begin(), views.end(), random);
  Eigen::MatrixXf images(kPixels, kBatch);
  std::vector<int> labels;
  Score total;
  for (std::size_t next = 0; next < views.size(); next += labels.size()) {
    const auto size = std::min(kBatch, static_cast<Eigen::Index>(views.size() - next));
    images.resize(kPixels, size);
    labels.resize(static_cast<std::size_t>(size));
    for (Eigen::Index i = 0; i < size; ++i) {
      const Eigen::Index view = views[next + static_cast<std::size_t>(i)];
      const int shift = static_cast<int>(view % kShifts);
      Shift(train.images.col(view / kShifts), shift % 3 - 1, shift / 3 - 1, images.col(i));
      labels[static_cast<std::size_t>(i)] = train.labels[static_cast<std::size_t>(view / kShifts)];
    }
    total += network.Train(images, labels, learning_rate);
  }
  return total;
}

int Main(int argc, char** argv) {
  Options options;
  if (const auto status = ParseOptions(argc, argv, options)) return *status;
  std::string error;
  const auto all = LoadDigits(options.data, error);
  if (!all) {
    std::fprintf(stderr, "jouleprint-digits: %s\n", error.c_str());
    return kExitUsage;
  }
  const Split split = SplitAtRandom(*all, kValidationFraction, options.seed);
  std::vector<Eigen::Index> widths = {kPixels};
  widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
  widths.push_back(kClasses);
  Network network(widths, options.seed);
  std::mt19937_64 random(options.seed);
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    const float left = 1.0F - static_cast<float>(epoch - 1) / static_cast<float>(options.epochs);
    const Score train = TrainEpoch(network, split.train, kFirstLearningRate * left, random);
    const Score held_back = network.Evaluate(split.validation.images, split.validation.labels);
    std::printf("Epoch %d/%d  loss %.4f  accuracy %.4f  (val %.4f)\n", epoch, options.epochs, train.loss(),
                train.accuracy(), held_back.accuracy());
    // Who follows the epochs through a pipe must see each as it ends.
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace digits

int main(int argc, char** argv) { return digits::Main(argc, argv); }
