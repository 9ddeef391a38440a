#include "digits/dataset.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <numeric>
#include <random>
#include <string_view>

namespace digits {
namespace {

constexpr int kFullInk = 16;

// The next comma-separated whole number between 0 and `max`, taken off the front of `line`.
std::optional<int> TakeNumber(std::string_view& line, int max) {
  int value = 0;
  const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (fault != std::errc() || value < 0 || value > max) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (!line.empty()) {
    if (line.front() != ',') return std::nullopt;
    line.remove_prefix(1);
  }
  return value;
}

// The 65 numbers of a line, appended; false when it does not hold exactly these.
bool AppendLine(std::string_view line, std::vector<float>& pixels, std::vector<int>& labels) {
  for (Eigen::Index i = 0; i < kPixels; ++i) {
    const auto ink = TakeNumber(line, kFullInk);
    if (!ink) return false;
    pixels.push_back(static_cast<float>(*ink) / kFullInk);
  }
  const auto label = TakeNumber(line, kClasses - 1);
  if (!label || !line.empty()) return false;
  labels.push_back(*label);
  return true;
}

Dataset Pick(const Dataset& all, const std::vector<Eigen::Index>& order, std::size_t begin, std::size_t end) {
  Dataset part;
  part.images.resize(kPixels, static_cast<Eigen::Index>(end - begin));
  for (std::size_t i = begin; i < end; ++i) {
    part.images.col(static_cast<Eigen::Index>(i - begin)) = all.images.col(order[i]);
    part.labels.push_back(all.labels[static_cast<std::size_t>(order[i])]);
  }
  return part;
}

}  // namespace

std::optional<Dataset> LoadDigits(const std::string& path, std::string& error) {
  std::ifstream file(path);
  if (!file) {
    error = "cannot read the digits in " + path;
    return std::nullopt;
  }
  std::vector<float> pixels;
  Dataset set;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!AppendLine(line, pixels, set.labels)) {
      error = path + ":" + std::to_string(number) + ": not 64 numbers from 0 to 16 and a digit from 0 to 9";
      return std::nullopt;
    }
  }
  if (set.labels.size() < 2) {
    error = path + " holds fewer than two digits, so there is nothing to learn from";
    return std::nullopt;
  }
  set.images =
      Eigen::Map<Eigen::MatrixXf>(pixels.data(), kPixels, static_cast<Eigen::Index>(set.labels.size()));
  return set;
}

Split SplitAtRandom(const Dataset& all, double validation_fraction, std::uint64_t seed) {
  std::vector<Eigen::Index> order(all.labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 random(seed);
  std::shuffle(order.begin(), order.end(), random);
  const auto wanted = static_cast<std::size_t>(validation_fraction * static_cast<double>(order.size()));
  const std::size_t held_back = std::clamp<std::size_t>(wanted, 1, order.size() - 1);
  return {Pick(all, order, held_back, order.size()), Pick(all, order, 0, held_back)};
}

void Shift(Eigen::Ref<const Eigen::VectorXf> image, int dx, int dy, Eigen::Ref<Eigen::VectorXf> out) {
  for (Eigen::Index y = 0; y < kSide; ++y) {
    for (Eigen::Index x = 0; x < kSide; ++x) {
      const Eigen::Index from_x = x - dx;
      const Eigen::Index from_y = y - dy;
      const bool inside = from_x >= 0 && from_x < kSide && from_y >= 0 && from_y < kSide;
      out(y * kSide + x) = inside ? image(from_y * kSide + from_x) : 0.0F;
    }
  }
}

}  // namespace digits
