#include "carbon/live/live_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace jouleprint::carbon {
namespace {

constexpr Seconds kShortestStep{60};
constexpr Seconds kLongestStep{3600};

bool Earlier(const LivePoint& a, const LivePoint& b) { return a.time < b.time; }

UtcTime EndOf(const LivePoint& point) { return point.time + point.step; }

// Sorted, and of several for one time the last that was given.
void SortAndThin(std::vector<LivePoint>* points) {
  std::stable_sort(points->begin(), points->end(), Earlier);
  std::vector<LivePoint> kept;
  for (const LivePoint& point : *points) {
    if (!kept.empty() && kept.back().time == point.time) kept.pop_back();
    kept.push_back(point);
  }
  *points = std::move(kept);
}

}  // namespace

bool IsUsableStep(Seconds step) {
  return step >= kShortestStep && step <= kLongestStep && std::fmod(kLongestStep.value(), step.value()) == 0;
}

void PointCollector::Add(const LivePoint& point) {
  const double value = point.intensity.value();
  // Compared this way round, not-a-number is impossible too.
  if (!(value >= 0 && value <= kMostLiveIntensity.value()) || !IsUsableStep(point.step)) {
    ++impossible_;
  } else if (point.time > now_) {
    ++future_;
  } else if (now_ - point.time > kOldestLivePoint) {
    ++old_;
  } else {
    points_.push_back(point);
  }
}

Result<LiveAnswer> PointCollector::Finish(const std::string& who) && {
  SortAndThin(&points_);
  if (!points_.empty()) return LiveAnswer{std::move(kind_), std::move(points_)};
  if (impossible_ + future_ + old_ + unreadable_ == 0) {
    return Error{ErrorCode::kNotPresent, who + " has no values for these hours",
                 "it may be late; it is asked again"};
  }
  return Error{
      ErrorCode::kCorrupt,
      fmt::format("{} answers nothing that can be used: {} values are impossible, {} are no numbers or "
                  "have no time, {} are of the future and {} of more than a month ago",
                  who, impossible_, unreadable_, future_, old_),
      "look at its answer with curl, and check this machine's clock"};
}

void MergePoints(const std::vector<LivePoint>& newer, UtcTime since, std::vector<LivePoint>* points) {
  points->insert(points->end(), newer.begin(), newer.end());
  SortAndThin(points);
  std::erase_if(*points, [&](const LivePoint& point) { return EndOf(point) <= since; });
}

std::optional<LiveSeries> SeriesOf(const SeriesOrigin& origin, const std::vector<LivePoint>& points) {
  if (points.empty()) return std::nullopt;
  Seconds step = points.front().step;
  for (const LivePoint& point : points) step = std::min(step, point.step);
  const UtcTime start = points.front().time;
  const auto index = [&](UtcTime time) { return static_cast<std::size_t>((time - start) / step); };
  // A value that begins between two steps counts from the earlier one.
  const std::size_t steps = std::max(index(points.back().time) + 1, index(EndOf(points.back())));
  std::vector<double> values(steps, std::numeric_limits<double>::quiet_NaN());
  std::vector<bool> estimated(steps, false);
  for (const LivePoint& point : points) {
    const std::size_t first = index(point.time);
    const std::size_t end = std::min(steps, std::max(first + 1, index(EndOf(point))));
    for (std::size_t i = first; i < end; ++i) {
      values[i] = point.intensity.value();
      estimated[i] = point.estimated;
    }
  }
  return LiveSeries{IntensitySeries(origin, start, step, std::move(values)), std::move(estimated)};
}

}  // namespace jouleprint::carbon
