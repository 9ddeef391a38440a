// What a live source answers, once it makes sense: values with the time that each one covers.
//
//   PointCollector points("average-direct", now);
//   points.Add({from, Seconds{1800}, GramsPerKwh{212}, /*estimated=*/false});
//   Result<LiveAnswer> answer = std::move(points).Finish("NESO");
//
// What no grid can have (negative, not a number, above any plant), what is of the future and what is older
// than a month is left out one by one; an answer with nothing left is an error that says so. Pure.
#ifndef JOULEPRINT_CARBON_LIVE_LIVE_ANSWER_H_
#define JOULEPRINT_CARBON_LIVE_LIVE_ANSWER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

/// Half as much again as the dirtiest plant on record (1689 g/kWh, coal, IPCC SRREN 2011, table A.II.4):
/// more is another unit, not a grid.
inline constexpr GramsPerKwh kMostLiveIntensity{2500};
/// Older values are of no use to a run.
inline constexpr Seconds kOldestLivePoint{31 * 86400.0};

struct LivePoint {
  UtcTime time;     ///< of the start
  Seconds step{0};  ///< how long it holds: 1 minute to 1 hour, dividing an hour
  GramsPerKwh intensity{0};
  bool estimated = false;  ///< its publisher may revise it, or said it before the time had come
};

struct LiveAnswer {
  std::string kind;               ///< see IntensityKind
  std::vector<LivePoint> points;  ///< sorted by time, one per time
};

/// Whether an IntensitySeries may have that step.
bool IsUsableStep(Seconds step);

class PointCollector {
 public:
  PointCollector(std::string kind, UtcTime now) : kind_(std::move(kind)), now_(now) {}

  /// A second value for one time replaces the first.
  void Add(const LivePoint& point);
  /// A row that could not be read at all.
  void AddUnreadable() { ++unreadable_; }
  /// `who` answered; kCorrupt when nothing is left, kNotPresent when nothing was there.
  Result<LiveAnswer> Finish(const std::string& who) &&;

 private:
  std::string kind_;
  UtcTime now_;
  std::vector<LivePoint> points_;
  std::size_t impossible_ = 0;
  std::size_t future_ = 0;
  std::size_t old_ = 0;
  std::size_t unreadable_ = 0;
};

/// Puts `newer` over `points`, which stay sorted; what ended before `since` is dropped.
void MergePoints(const std::vector<LivePoint>& newer, UtcTime since, std::vector<LivePoint>* points);

/// A series of the finest step among the points, and which of its steps are estimates; nothing of no points.
struct LiveSeries {
  IntensitySeries series;
  std::vector<bool> estimated;
};
std::optional<LiveSeries> SeriesOf(const SeriesOrigin& origin, const std::vector<LivePoint>& points);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_LIVE_ANSWER_H_
