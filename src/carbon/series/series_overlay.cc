#include "carbon/series/series_overlay.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "carbon/series/text_lines.h"

namespace jouleprint::carbon {
namespace {

constexpr std::size_t kLongestSource = 200;

std::string MinutesOf(Seconds step) { return std::to_string(std::lround(step.value() / 60)); }

}  // namespace

Status CheckSameSteps(const IntensitySeries& below, const IntensitySeries& above) {
  if (below.step() != above.step()) {
    return Error{ErrorCode::kInvalidArgument,
                 "the steps of " + Shown(below.zone()) + " are " + MinutesOf(below.step()) + " minutes in " +
                     below.source() + " and " + MinutesOf(above.step()) + " minutes in " + above.source(),
                 "give or keep only one of them"};
  }
  const double apart = (above.start() - below.start()) / below.step();
  if (apart == std::round(apart)) return {};
  return Error{ErrorCode::kInvalidArgument,
               "the steps of " + Shown(below.zone()) + " in " + above.source() + " begin between those in " +
                   below.source(),
               "give or keep only one of them"};
}

std::string JoinedSources(const std::string& a, const std::string& b) {
  const bool enough = b.empty() || ("; " + a + ";").find("; " + b + ";") != std::string::npos;
  if (enough || a.size() + b.size() > kLongestSource) return a;
  return a.empty() ? b : a + "; " + b;
}

Result<IntensitySeries> Overlay(const IntensitySeries& below, const IntensitySeries& above) {
  if (Status fit = CheckSameSteps(below, above); !fit.ok()) return fit.error();
  const UtcTime start = std::min(below.start(), above.start());
  const UtcTime end = std::max(below.end(), above.end());
  const auto steps = [&](UtcTime time) {
    return static_cast<std::size_t>(std::llround((time - start) / below.step()));
  };
  std::vector<double> values(steps(end), std::numeric_limits<double>::quiet_NaN());
  for (const IntensitySeries* layer : {&below, &above}) {
    std::size_t at = steps(layer->start());
    for (const double value : layer->values()) {
      if (!std::isnan(value)) values[at] = value;
      ++at;
    }
  }
  return IntensitySeries({below.zone(), below.kind(), JoinedSources(below.source(), above.source())}, start,
                         below.step(), std::move(values));
}

}  // namespace jouleprint::carbon
