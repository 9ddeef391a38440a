// Two series of one zone and kind as one.
#ifndef JOULEPRINT_CARBON_SERIES_SERIES_OVERLAY_H_
#define JOULEPRINT_CARBON_SERIES_SERIES_OVERLAY_H_

#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

/// Both sources, each once.
std::string JoinedSources(const std::string& a, const std::string& b);

/// kInvalidArgument where the steps of the two are not the same, or do not begin at the same times.
Status CheckSameSteps(const IntensitySeries& below, const IntensitySeries& above);

/// From the first start to the last end; where both have a value, that of `above`. Fails as CheckSameSteps.
Result<IntensitySeries> Overlay(const IntensitySeries& below, const IntensitySeries& above);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_SERIES_OVERLAY_H_
