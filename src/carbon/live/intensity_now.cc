#include "carbon/live/intensity_now.h"

#include <algorithm>
#include <utility>

#include "carbon/live/source_name.h"
#include "carbon/pricing/timeline.h"

namespace jouleprint::carbon {
namespace {

constexpr Seconds kPast{24 * 3600.0};
constexpr Seconds kMoment{1};

// Of the step that holds `time`, else of the last one before it.
UtcTime StepStart(const IntensitySeries& series, UtcTime time) {
  const UtcTime within = std::clamp(time, series.start(), series.end() + -series.step());
  const auto steps = static_cast<std::int64_t>((within - series.start()) / series.step());
  return series.start() + series.step() * static_cast<double>(steps);
}

IntensityNow From(const IntensitySeries& series, UtcTime now, const Estimate& value) {
  IntensityNow found;
  found.zone = series.zone();
  found.time = StepStart(series, now);
  found.intensity = {value, series.kind(), series.source()};
  found.age = std::max(Seconds{0}, now - (found.time + series.step()));
  found.past = series.Part(now + -kPast, now + kMoment);
  return found;
}

// Nothing where the series does not know the moment. `live`: what it is the series of, whose newest value
// may.
std::optional<IntensityNow> Ask(const IntensitySeries& series, const FeedNews* live, UtcTime now) {
  IntensityTimeline timeline({{.series = &series, .live = live}}, IntensityUsed{});
  timeline.Settle(now, now + kMoment);
  const PricedStretch stretch = timeline.Over(now, now + kMoment).front();
  const bool knows = stretch.origin == PriceOrigin::kPublished || stretch.origin == PriceOrigin::kBetween ||
                     stretch.origin == PriceOrigin::kNewest;
  if (stretch.source != 0 || !knows) return std::nullopt;
  IntensityNow found = From(series, now, stretch.g_per_kwh);
  found.estimated = stretch.estimated;
  if (live != nullptr) found.retrieved = live->retrieved;
  return found;
}

}  // namespace

IntensityNow FindIntensityNow(UtcTime now, const FeedNews& news, const std::vector<IntensitySeries>& series,
                              const YearlyIntensity& otherwise) {
  if (news.series) {
    if (std::optional<IntensityNow> live = Ask(*news.series, &news, now)) return *std::move(live);
  }
  for (const IntensitySeries& one : series) {
    if (std::optional<IntensityNow> found = Ask(one, nullptr, now)) return *std::move(found);
  }
  IntensityNow yearly;
  yearly.zone = otherwise.zone;
  yearly.time = now;
  yearly.intensity = otherwise.intensity;
  return yearly;
}

std::string ZoneOfSource(const std::string& source) {
  const Result<SourceName> name = ParseSourceName(source);
  return name.ok() && name->publisher == Publisher::kNeso ? "GB" : "";
}

}  // namespace jouleprint::carbon
