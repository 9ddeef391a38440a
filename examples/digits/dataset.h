// Handwritten digits of 8 by 8 pixels, read from a CSV file, and the ways a trainer looks at them:
// split in two, and shifted by a pixel so that few images teach as much as many.
#ifndef JOULEPRINT_EXAMPLES_DIGITS_DATASET_H_
#define JOULEPRINT_EXAMPLES_DIGITS_DATASET_H_

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace digits {

inline constexpr Eigen::Index kSide = 8;
inline constexpr Eigen::Index kPixels = kSide * kSide;
inline constexpr int kClasses = 10;

/// One column of `images` per digit, brightness 0 to 1; `labels[i]` is what column i shows.
struct Dataset {
  Eigen::MatrixXf images;
  std::vector<int> labels;

  Eigen::Index size() const { return images.cols(); }
};

/// Reads lines of 64 brightnesses (0 to 16) and a label (0 to 9). When the file is not so, returns
/// nothing and puts one sentence that names the file and line into `error`.
std::optional<Dataset> LoadDigits(const std::string& path, std::string& error);

struct Split {
  Dataset train;
  Dataset validation;
};

/// Deals the digits into two parts at random; the same seed deals the same way.
Split SplitAtRandom(const Dataset& all, double validation_fraction, std::uint64_t seed);

/// Writes `image`, moved by dx pixels to the right and dy down, into `out`; what moves in is paper (0).
void Shift(Eigen::Ref<const Eigen::VectorXf> image, int dx, int dy, Eigen::Ref<Eigen::VectorXf> out);

}  // namespace digits

#endif  // JOULEPRINT_EXAMPLES_DIGITS_DATASET_H_
