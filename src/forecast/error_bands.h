// How far a prediction of the rest may be off: 90 % intervals, from what such predictions were off by.
//
// Widths are natural logarithms of factors on the cost of the rest: 0.05 is 5 %. The upper side is the wider
// one in long runs, for work that comes late only ever adds.
#ifndef JOULEPRINT_FORECAST_ERROR_BANDS_H_
#define JOULEPRINT_FORECAST_ERROR_BANDS_H_

#include <cstdint>

#include "forecast/steady_units.h"
#include "jouleprint/estimate.h"
#include "jouleprint/units.h"

namespace jouleprint::forecast {

struct Widths {
  double down = 0;
  double up = 0;
};

/// After one unit of this length.
Widths WidthsAfterFirstDuration(Seconds first);
Widths WidthsAfterFirstEnergy(Seconds first);

/// After two units and more. `late_work`: the factor that LateWork gave; 1 where it has begun already.
Widths WidthsOf(const Steady& steady, std::int64_t total, double late_work);

/// `rest` with its interval.
Estimate WithWidths(double rest, const Widths& widths);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_ERROR_BANDS_H_
