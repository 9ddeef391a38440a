// Braille patterns are U+2800 plus a bit per dot: two columns of four (Unicode, chapter 21.1), so that a line
// has eight times the resolution of its letters.
#include "report/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "report/page.h"
#include "report/text_width.h"
#include "report/time_axis.h"

namespace jouleprint::report {
namespace {

constexpr int kDotsAcross = 2;
constexpr int kDotsDown = 4;
constexpr int kNarrowest = 8;
// kDotBits[row][column], row 0 on top.
constexpr std::array<std::array<unsigned, kDotsAcross>, kDotsDown> kDotBits{
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
// Below this share of the highest value the axis begins at 0: otherwise a small change would look like a
// large one.
constexpr double kBeginsAtZero = 0.5;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// What the vertical axis goes from and to, with round marks from its bottom on.
struct Scale {
  double bottom = 0;
  double top = 1;
  double mark = 1;  // distance of two
};

// 1, 2 or 5 times a power of ten, at least `least`.
double RoundUp(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::optional<Scale> ScaleOf(const Curve& curve, int height) {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const auto* values : {&curve.values, &curve.low, &curve.high}) {
    for (const double value : *values) {
      if (!std::isfinite(value)) continue;
      least = std::min(least, value);
      most = std::max(most, value);
    }
  }
  if (least > most) return std::nullopt;
  if (least >= 0 && least <= kBeginsAtZero * most) least = 0;
  if (most - least <= 0) most = least + std::max(1.0, std::abs(least) / 2);
  Scale scale;
  scale.mark = RoundUp((most - least) / std::max(2, height / 3));
  scale.bottom = std::floor(least / scale.mark + 1e-9) * scale.mark;
  scale.top = most;
  return scale;
}

// The mean of the known values in each of so many equal parts of the time.
std::vector<double> Resampled(const std::vector<double>& values, int columns) {
  std::vector<double> means;
  const double per_column = static_cast<double>(values.size()) / columns;
  for (int column = 0; column < columns; ++column) {
    const auto first = static_cast<std::size_t>(column * per_column);
    const auto last = std::max(first + 1, static_cast<std::size_t>((column + 1) * per_column));
    double sum = 0;
    int known = 0;
    for (std::size_t i = first; i < std::min(last, values.size()); ++i) {
      if (!std::isfinite(values[i])) continue;
      sum += values[i];
      ++known;
    }
    means.push_back(known > 0 ? sum / known : kNone);
  }
  return means;
}

class Canvas {
 public:
  Canvas(int width, int height, const Scale& scale)
      : width_(width), height_(height), scale_(scale), dots_(Cells()), band_(Cells()) {}

  void DrawBand(const std::vector<double>& low, const std::vector<double>& high) {
    const std::vector<double> bottoms = Resampled(low, width_);
    const std::vector<double> tops = Resampled(high, width_);
    for (int column = 0; column < width_; ++column) {
      const double bottom = bottoms[static_cast<std::size_t>(column)];
      const double top = tops[static_cast<std::size_t>(column)];
      if (std::isnan(bottom) || std::isnan(top)) continue;
      for (int row = DotRow(top) / kDotsDown; row <= DotRow(bottom) / kDotsDown; ++row) {
        band_[At(column, row)] = true;
      }
    }
  }

  void DrawLine(const std::vector<double>& values) {
    const std::vector<double> means = Resampled(values, width_ * kDotsAcross);
    int before = -1;
    for (int x = 0; x < width_ * kDotsAcross; ++x) {
      const double value = means[static_cast<std::size_t>(x)];
      if (std::isnan(value)) {
        before = -1;
        continue;
      }
      const int row = DotRow(value);
      // Up or down to this dot, so that a steep line has no holes.
      const int from = before < 0 ? row : before < row ? before + 1 : before > row ? before - 1 : row;
      for (int y = std::min(from, row); y <= std::max(from, row); ++y) SetDot(x, y);
      before = row;
    }
  }

  std::string Row(int row, const Style& style) const {
    std::string line;
    for (int column = 0; column < width_; ++column) {
      const unsigned dots = dots_[At(column, row)];
      const bool band = band_[At(column, row)];
      const std::string_view shade = style.unicode ? "░" : ":";
      line += dots != 0 ? (style.unicode ? Braille(dots) : Ascii(dots)) : band ? std::string(shade) : " ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  int RowOf(double value) const { return DotRow(value) / kDotsDown; }

 private:
  std::size_t Cells() const { return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_); }
  std::size_t At(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(column);
  }
  int DotRow(double value) const {
    const int dots = height_ * kDotsDown;
    const double from_top = (scale_.top - value) / (scale_.top - scale_.bottom) * (dots - 1);
    return std::clamp(static_cast<int>(std::lround(from_top)), 0, dots - 1);
  }
  void SetDot(int x, int y) {
    dots_[At(x / kDotsAcross, y / kDotsDown)] |=
        kDotBits[static_cast<std::size_t>(y % kDotsDown)][static_cast<std::size_t>(x % kDotsAcross)];
  }

  static std::string Braille(unsigned dots) {
    const unsigned code = 0x2800 + dots;
    return {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
  }

  // The letter that lies as high as the dots do.
  static std::string Ascii(unsigned dots) {
    bool upper = false;
    bool lower = false;
    for (std::size_t row = 0; row < kDotsDown; ++row) {
      if ((dots & (kDotBits[row][0] | kDotBits[row][1])) == 0) continue;
      (row < kDotsDown / 2 ? upper : lower) = true;
    }
    return upper && lower ? "|" : upper ? "'" : ".";
  }

  int width_;
  int height_;
  Scale scale_;
  std::vector<unsigned> dots_;
  std::vector<bool> band_;
};

// The labels of the vertical axis by row; empty where none stands.
std::vector<std::string> RowLabels(const Scale& scale, const Canvas& canvas, int height) {
  std::vector<std::string> labels(static_cast<std::size_t>(height));
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(scale.mark) + 1e-9)));
  const int marks = static_cast<int>((scale.top - scale.bottom) / scale.mark + 1e-9);
  for (int i = 0; i <= marks; ++i) {
    const double value = scale.bottom + i * scale.mark;
    labels[static_cast<std::size_t>(canvas.RowOf(value))] = fmt::format("{:.{}f}", value, decimals);
  }
  return labels;
}

// The line under the picture and the labels under it.
std::vector<std::string> TimeLines(const Curve& curve, int columns, int gutter, bool unicode) {
  const UtcTime end = curve.start + curve.step * static_cast<double>(curve.values.size());
  std::vector<bool> marked(static_cast<std::size_t>(columns));
  std::string labels(static_cast<std::size_t>(gutter), ' ');
  for (const TimeMark& mark : TimeMarks(curve.start, end, columns)) {
    const int at = gutter + mark.column;
    const int width = static_cast<int>(mark.label.size());
    const bool free = static_cast<int>(labels.size()) <= at;
    if (!free || mark.column + width > columns) continue;
    marked[static_cast<std::size_t>(mark.column)] = true;
    labels += std::string(static_cast<std::size_t>(at) - labels.size(), ' ') + mark.label + " ";
  }
  std::string axis = std::string(static_cast<std::size_t>(gutter - 1), ' ') + (unicode ? "└" : "+");
  for (const bool mark : marked) axis += unicode ? (mark ? "┬" : "─") : (mark ? "+" : "-");
  labels.erase(labels.find_last_not_of(' ') + 1);
  return {axis, labels};
}

}  // namespace

std::vector<std::string> DrawCurve(const Curve& curve, const Style& style, int height) {
  height = std::max(height, 2);
  const std::optional<Scale> scale = ScaleOf(curve, height);
  if (!scale) return {};
  const Canvas ruler(1, height, *scale);
  const std::vector<std::string> labels = RowLabels(*scale, ruler, height);
  std::size_t label_width = 0;
  for (const std::string& label : labels) label_width = std::max(label_width, label.size());
  const int gutter = static_cast<int>(label_width) + 1;
  const int columns = std::max(kNarrowest, style.width - gutter);
  Canvas canvas(columns, height, *scale);
  if (curve.low.size() == curve.values.size() && curve.high.size() == curve.values.size()) {
    canvas.DrawBand(curve.low, curve.high);
  }
  canvas.DrawLine(curve.values);
  std::vector<std::string> lines;
  for (int row = 0; row < height; ++row) {
    const std::string& label = labels[static_cast<std::size_t>(row)];
    const std::string_view edge = style.unicode ? (label.empty() ? "│" : "┤") : (label.empty() ? "|" : "+");
    lines.push_back(Paint(style, Ink::kDim, PadLeft(label, gutter - 1) + std::string(edge)) +
                    canvas.Row(row, style));
  }
  for (const std::string& line : TimeLines(curve, columns, gutter, style.unicode)) {
    lines.push_back(Paint(style, Ink::kDim, line));
  }
  return lines;
}

}  // namespace jouleprint::report
