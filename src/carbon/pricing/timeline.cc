#include "carbon/pricing/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace jouleprint::carbon {
namespace {

// Relative half-widths of 90 % intervals. They were measured on hourly life-cycle averages: 64 to 75 zones of
// Electricity Maps (2021 and 2022), and CarbonCast's figures for six of them.
//
// What is published for an hour, of a source that says nothing of it: the same publisher's figures of two
// dates differ by up to 13 % in nine of ten hours (64 zones, 2022), two publishers' by 14 % in the median
// (CarbonCast v2.1 and Electricity Maps, six grids, 2021). Both in quadrature.
constexpr double kPublished = 0.19;
// On the line between the neighbours of a gap of 3 h: 5, 7 and 9 % for gaps of 1, 2 and 3 h (75 zones).
constexpr double kBetween = 0.09;
// A value 1, 2 and 3 h after it was one (75 zones).
constexpr std::array<double, 3> kAfterHours{0.093, 0.162, 0.219};
// One hour beside the mean of its day (75 zones).
constexpr double kOneHourOfTheMean = 0.23;

// Gaps and lags up to here are filled from the series itself.
constexpr Seconds kLongestFill{3 * 3600};
// A kind that nothing else can complete must cover this much of a run to price it.
constexpr double kLeastOfOneKind = 0.5;
// Below this, what is not covered is rounding at the run's ends.
constexpr double kNothing = 1e-6;

// What is known of a value of the source, and `more` in quadrature.
Estimate Around(const IntensitySource& source, double g_per_kwh, double more) {
  Estimate around = Estimate::Relative(g_per_kwh, kPublished, Basis::kModelled);
  if (source.live != nullptr) around = source.live->settled.Around(g_per_kwh);
  around.low = std::max(0.0, g_per_kwh - std::hypot(around.lower_width(), more * g_per_kwh));
  around.high = g_per_kwh + std::hypot(around.upper_width(), more * g_per_kwh);
  return around;
}

bool MayBeRevised(const IntensitySource& source, std::ptrdiff_t step) {
  const auto at = static_cast<std::size_t>(step);
  if (source.live == nullptr) return false;
  return at < source.live->estimated_steps.size() ? source.live->estimated_steps[at] : source.live->estimated;
}

std::int64_t Microseconds(Seconds s) { return std::llround(s.value() * 1e6); }

// Index of the step that holds `time`; below 0 or beyond the end where none does. In whole microseconds: a
// step's own start must never fall into the step before.
std::ptrdiff_t StepAt(const IntensitySeries& series, UtcTime time) {
  const std::int64_t step_us = Microseconds(series.step());
  const std::int64_t offset_us = time.unix_us - series.start().unix_us;
  return offset_us / step_us - (offset_us % step_us < 0 ? 1 : 0);
}

UtcTime EndOfStep(const IntensitySeries& series, std::ptrdiff_t step) {
  return {series.start().unix_us + Microseconds(series.step()) * (step + 1)};
}

std::optional<double> ValueAt(const IntensitySeries& series, std::ptrdiff_t step) {
  if (step < 0 || step >= std::ssize(series.values())) return std::nullopt;
  const double value = series.values()[static_cast<std::size_t>(step)];
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

// The nearest known step in a direction, no further than a fill may reach.
std::optional<std::ptrdiff_t> Neighbour(const IntensitySeries& series, std::ptrdiff_t step,
                                        std::ptrdiff_t direction) {
  const auto reach = static_cast<std::ptrdiff_t>(kLongestFill / series.step());
  const std::ptrdiff_t last = std::ssize(series.values()) - 1;
  // From outside, the first step that could be known is the series' own end.
  std::ptrdiff_t at = direction < 0 ? std::min(step - 1, last) : std::max<std::ptrdiff_t>(step + 1, 0);
  for (; std::abs(at - step) <= reach; at += direction) {
    if (at < 0 || at > last) return std::nullopt;
    if (ValueAt(series, at)) return at;
  }
  return std::nullopt;
}

std::string NameOf(const IntensitySource& source) {
  return fmt::format("{} ({})", source.series->source(), source.series->kind());
}

std::string Percent(double fraction) { return fmt::format("{:.3g} %", 100 * fraction); }

}  // namespace

IntensityTimeline::IntensityTimeline(std::vector<IntensitySource> sources, IntensityUsed otherwise)
    : sources_(std::move(sources)), otherwise_(std::move(otherwise)) {}

std::optional<IntensityTimeline::Answer> IntensityTimeline::Ask(const IntensitySource& source,
                                                                UtcTime time) const {
  const IntensitySeries& series = *source.series;
  const std::ptrdiff_t step = StepAt(series, time);
  if (const std::optional<double> value = ValueAt(series, step)) {
    const bool revised = MayBeRevised(source, step);
    return Answer{revised ? source.live->estimated_spread.Around(*value) : Around(source, *value, 0),
                  PriceOrigin::kPublished, revised};
  }
  const std::optional<std::ptrdiff_t> before = Neighbour(series, step, -1);
  const std::optional<std::ptrdiff_t> after = Neighbour(series, step, +1);
  const double longest = kLongestFill / series.step();
  if (before && after && static_cast<double>(*after - *before - 1) <= longest) {
    const double way = static_cast<double>(step - *before) / static_cast<double>(*after - *before);
    const double value = std::lerp(*ValueAt(series, *before), *ValueAt(series, *after), way);
    return Answer{Around(source, value, kBetween), PriceOrigin::kBetween, true};
  }
  if (source.live == nullptr || (!before && !after)) return std::nullopt;
  const std::ptrdiff_t nearest = before ? *before : *after;
  const double hours = static_cast<double>(std::abs(step - nearest)) * (series.step() / Seconds{3600});
  const auto late = static_cast<std::size_t>(std::clamp(std::ceil(hours) - 1, 0.0, 2.0));
  return Answer{Around(source, *ValueAt(series, nearest), kAfterHours[late]), PriceOrigin::kNewest, true};
}

PricedStretch IntensityTimeline::StretchAt(UtcTime time, UtcTime to) const {
  PricedStretch stretch{time, to, otherwise_.value, sources_.size(), PriceOrigin::kOtherwise};
  for (const std::size_t index : used_) {
    const IntensitySeries& series = *sources_[index].series;
    // Whatever answers, a source before it may know better from its next step on.
    stretch.to = std::min(stretch.to, EndOfStep(series, StepAt(series, time)));
    if (const std::optional<Answer> answer = Ask(sources_[index], time)) {
      stretch.g_per_kwh = answer->g_per_kwh;
      stretch.source = index;
      stretch.origin = answer->origin;
      stretch.estimated = answer->estimated;
      return stretch;
    }
  }
  if (own_mean_of_) {
    stretch.g_per_kwh = own_mean_;
    stretch.source = *own_mean_of_;
    stretch.origin = PriceOrigin::kOwnMean;
    stretch.estimated = true;
  }
  return stretch;
}

std::vector<PricedStretch> IntensityTimeline::Over(UtcTime from, UtcTime to) const {
  std::vector<PricedStretch> stretches{StretchAt(from, std::max(from, to))};
  while (stretches.back().to < to) {
    const PricedStretch next = StretchAt(stretches.back().to, to);
    PricedStretch& last = stretches.back();
    if (next.source == last.source && next.origin == last.origin && next.g_per_kwh == last.g_per_kwh &&
        next.estimated == last.estimated) {
      last.to = next.to;
    } else {
      stretches.push_back(next);
    }
  }
  return stretches;
}

double IntensityTimeline::Covered(UtcTime from, UtcTime to) const {
  double covered = 0;
  for (const PricedStretch& stretch : Over(from, to)) {
    const bool known = stretch.origin != PriceOrigin::kOtherwise && stretch.origin != PriceOrigin::kOwnMean;
    if (known) covered += to > from ? (stretch.to - stretch.from) / (to - from) : 1;
  }
  return covered;
}

// What contradicts the leader's kind is left out.
void IntensityTimeline::UseFrom(std::size_t leader) {
  used_ = {leader};
  for (std::size_t i = leader + 1; i < sources_.size(); ++i) {
    if (WhyKindsDoNotMix(sources_[leader].series->kind(), sources_[i].series->kind()).empty())
      used_.push_back(i);
  }
}

void IntensityTimeline::Settle(UtcTime from, UtcTime to) {
  warnings_.clear();
  own_mean_of_.reset();
  for (std::size_t leader = 0; leader < sources_.size(); ++leader) {
    if (TryLeader(leader, from, to)) return;
  }
  used_.clear();
}

bool IntensityTimeline::TryLeader(std::size_t leader, UtcTime from, UtcTime to) {
  const IntensitySource& source = sources_[leader];
  used_ = {leader};
  if (Covered(from, to) <= 0) {
    const IntensitySeries& series = *source.series;
    warnings_.push_back(
        fmt::format("{} does not cover the run: it {} {}; give a series of the run's own time, or "
                    "--intensity-from a live "
                    "source",
                    NameOf(source), series.start() >= to ? "starts" : "ends",
                    (series.start() >= to ? series.start() : series.end()).ToString()));
    return false;
  }
  UseFrom(leader);
  const double covered = Covered(from, to);
  const std::string contradiction = WhyKindsDoNotMix(source.series->kind(), otherwise_.kind);
  if (covered < kLeastOfOneKind && !contradiction.empty()) {
    warnings_.push_back(fmt::format(
        "{} knows only {} of the run's time and is not used: {}, so that {} cannot fill in; give a series of "
        "that kind for the whole run",
        NameOf(source), Percent(covered), contradiction, otherwise_.source));
    return false;
  }
  if (covered > 1 - kNothing) return true;
  if (!contradiction.empty()) {
    double sum = 0;
    double known = 0;
    for (const PricedStretch& stretch : Over(from, to)) {
      if (stretch.source != leader) continue;
      sum += stretch.g_per_kwh.value * (stretch.to - stretch.from).value();
      known += (stretch.to - stretch.from).value();
    }
    own_mean_of_ = leader;
    own_mean_ = Around(source, known > 0 ? sum / known : 0, kOneHourOfTheMean);
  }
  WarnOfTheRest(leader, covered);
  return true;
}

void IntensityTimeline::WarnOfTheRest(std::size_t leader, double covered) {
  const std::string rest =
      own_mean_of_ ? "its own mean, for " + otherwise_.source + " is of another kind" : otherwise_.source;
  warnings_.push_back(fmt::format("{} knows {} of the run's time; the rest is priced with {}",
                                  NameOf(sources_[leader]), Percent(covered), rest));
}

}  // namespace jouleprint::carbon
