// Three simple ways to carry a zone's past on. Each is hard to beat somewhere: yesterday where the wind
// decides, four weeks where the working week does, the profile that yesterday shifts nearly everywhere.
#ifndef JOULEPRINT_CARBON_FORECAST_SIMPLE_MEMBERS_H_
#define JOULEPRINT_CARBON_FORECAST_SIMPLE_MEMBERS_H_

#include <span>

namespace jouleprint::carbon {

/// All take the hours before the origin, a day of them at least, and write an hour ahead into each of
/// `ahead`.

/// The last day over and over.
void RepeatDay(std::span<const double> before, std::span<double> ahead);

/// The mean of the same hour of the week over the last four weeks; of the weeks that there are.
void RepeatWeeks(std::span<const double> before, std::span<double> ahead);

/// The mean of the same hour over the last seven days, shifted by how much the last day lay above or below
/// it; the shift fades with exp(-lead / 36 h).
void FadeIntoProfile(std::span<const double> before, std::span<double> ahead);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_SIMPLE_MEMBERS_H_
