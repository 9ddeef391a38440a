// Where the level of a series last stepped up or down for good: evaluations that begin late, a card that
// throttles from now on.
#ifndef JOULEPRINT_FORECAST_LEVEL_STEP_H_
#define JOULEPRINT_FORECAST_LEVEL_STEP_H_

#include <cstddef>
#include <span>

namespace jouleprint::forecast {

/// The index from which the newest level holds; 0 where there is one level only. A new level shows in two
/// units at least.
std::size_t LastStep(std::span<const double> costs);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_LEVEL_STEP_H_
