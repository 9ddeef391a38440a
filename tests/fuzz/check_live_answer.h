// What holds of whatever a live source's reader makes of an answer: usable points, or a sentence with a
// remedy.
#ifndef JOULEPRINT_TESTS_FUZZ_CHECK_LIVE_ANSWER_H_
#define JOULEPRINT_TESTS_FUZZ_CHECK_LIVE_ANSWER_H_

#include <cstdlib>

#include "carbon/live/live_answer.h"

namespace jouleprint::carbon {

/// All fuzzing happens at this time, so that a corpus keeps its meaning.
inline const UtcTime kFuzzNow = *UtcTime::Parse("2026-01-20T12:20:00Z");

inline void CheckLiveAnswer(const Result<LiveAnswer>& answer) {
  if (!answer.ok()) {
    if (answer.error().message.empty() || answer.error().hint.empty()) std::abort();
    return;
  }
  if (answer->points.empty() || !IntensityKind(answer->kind).ok()) std::abort();
  const LivePoint* before = nullptr;
  for (const LivePoint& point : answer->points) {
    const double value = point.intensity.value();
    if (!(value >= 0 && value <= kMostLiveIntensity.value()) || !IsUsableStep(point.step)) std::abort();
    if (point.time > kFuzzNow || (before != nullptr && before->time >= point.time)) std::abort();
    before = &point;
  }
  if (!SeriesOf({}, answer->points)) std::abort();
}

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_TESTS_FUZZ_CHECK_LIVE_ANSWER_H_
