// A run's energy by the clock, each bin priced with the intensity of its own minutes.
//
//   PricedRun priced = PriceByTime({series, start, end, kwh, pue}, &timeline);
//   record.intensity = priced.mean;   // weighted by energy
//
// The bins' energies add up to the run's, and their grams to its operational emissions, exactly: what the
// meters' ends and rounding leave over is shared out. Errors of one source are shared by all that it prices
// (a level that is 10 % off is so all day); those of different sources are independent. Pure; O(bins).
#ifndef JOULEPRINT_CARBON_PRICING_BY_TIME_H_
#define JOULEPRINT_CARBON_PRICING_BY_TIME_H_

#include <string>
#include <vector>

#include "carbon/pricing/timeline.h"
#include "jouleprint/record.h"

namespace jouleprint::carbon {

struct EnergyOverTime {
  const PowerSeries* series = nullptr;  ///< its domains add up to the machine
  UtcTime from;                         ///< of the run
  UtcTime to;
  Estimate machine_kwh;
  double pue = 1;
};

struct PricedRun {
  IntensityUsed mean;
  Estimate operational_gco2e;
  ByTime by_time;
  std::vector<std::string> warnings;
};

PricedRun PriceByTime(const EnergyOverTime& energy, IntensityTimeline* timeline);

/// What both kinds say: "average-lifecycle" of two averages that differ in where they are taken.
std::string CommonKind(std::string_view a, std::string_view b);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_PRICING_BY_TIME_H_
