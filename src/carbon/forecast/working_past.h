// The past in the units that the members of the blend work in.
#ifndef JOULEPRINT_CARBON_FORECAST_WORKING_PAST_H_
#define JOULEPRINT_CARBON_FORECAST_WORKING_PAST_H_

#include <vector>

#include "carbon/forecast/hourly_past.h"

namespace jouleprint::carbon {

/// Intensities as logarithms (what blows the intensity up or down by a factor is the same at any level) and
/// as parts of the zone's mean. An offset keeps the logarithm finite where a signal comes to 0: a fiftieth of
/// the mean for a signal that stays well above it, up to a fifth for one that touches it.
struct WorkingUnits {
  double mean_g_per_kwh = 1;
  double offset_g_per_kwh = 0.02;

  static WorkingUnits Of(const HourlyPast& past);
  double ToLog(double g_per_kwh) const;
  double FromLog(double value) const;
  /// What a relative error is relative to: the truth, but never less than the offset.
  double Denominator(double g_per_kwh) const;
};

struct WorkingPast {
  WorkingPast(HourlyPast past, const WorkingUnits& in);

  HourlyPast hours;
  WorkingUnits units;
  std::vector<double> log;
  std::vector<double> level;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_WORKING_PAST_H_
