// A drift of the units' costs, and how it fades: caches that fill, a card that grows warm.
#ifndef JOULEPRINT_FORECAST_TREND_H_
#define JOULEPRINT_FORECAST_TREND_H_

#include <optional>
#include <span>

#include "forecast/steady_units.h"

namespace jouleprint::forecast {

struct TrendFit {
  Trend trend;
  double level = 0;    ///< of the newest unit
  double scatter = 0;  ///< of one unit about the line
};

/// Nothing where no drift shows beyond the scatter.
std::optional<TrendFit> FitTrend(std::span<const double> costs);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_TREND_H_
