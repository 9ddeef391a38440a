// Draws with the block elements U+2581..U+2588 (heights) and U+2588..U+258F (widths), or plain ASCII.
#include "report/bars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::array<std::string_view, 9> kWidths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::array<std::string_view, 9> kHeights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 9> kAsciiHeights{" ", ".", ":", "-", "=", "+", "*", "#", "@"};
constexpr int kSteps = 8;

// How many of `steps` a fraction fills; one at least when it is not zero.
int Filled(double fraction, int steps) {
  if (!(fraction > 0)) return 0;
  return std::clamp(static_cast<int>(std::lround(std::min(fraction, 1.0) * steps)), 1, steps);
}

}  // namespace

std::string Bar(double fraction, int width, bool unicode) {
  width = std::max(width, 0);
  std::string bar;
  if (unicode) {
    const int eighths = width == 0 ? 0 : Filled(fraction, width * kSteps);
    for (int i = 0; i < eighths / kSteps; ++i) bar += kWidths[kSteps];
    bar += kWidths[static_cast<std::size_t>(eighths % kSteps)];
  } else {
    const bool sliver = fraction > 0 && fraction * width < 0.5;
    bar = sliver ? "." : std::string(static_cast<std::size_t>(width == 0 ? 0 : Filled(fraction, width)), '#');
  }
  return PadRight(width == 0 ? "" : bar, width);
}

std::string Sparkline(const std::vector<double>& values, double top, bool unicode) {
  const auto& heights = unicode ? kHeights : kAsciiHeights;
  std::string line;
  for (const double value : values) {
    line += heights[static_cast<std::size_t>(top > 0 ? Filled(value / top, kSteps) : 0)];
  }
  return line;
}

}  // namespace jouleprint::report
