// The values of a metric over a run, bounded however often it is told.
#ifndef JOULEPRINT_JOB_METRIC_POINTS_H_
#define JOULEPRINT_JOB_METRIC_POINTS_H_

#include <cstddef>
#include <vector>

#include "jouleprint/record.h"

namespace jouleprint::job {

/// A metric that is told at every step of a long run is thinned: every second point goes when this many are
/// kept.
inline constexpr std::size_t kMetricPoints = 4096;

inline void AddPoint(const MetricPoint& point, std::vector<MetricPoint>* points) {
  if (points->size() >= kMetricPoints) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points->size(); i += 2) (*points)[kept++] = (*points)[i];
    points->resize(kept);
  }
  points->push_back(point);
}

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_METRIC_POINTS_H_
