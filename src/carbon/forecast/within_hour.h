// From hours to a series' own shorter steps: the hour's usual shape, and where in it the signal stands now.
#ifndef JOULEPRINT_CARBON_FORECAST_WITHIN_HOUR_H_
#define JOULEPRINT_CARBON_FORECAST_WITHIN_HOUR_H_

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "carbon/forecast/replay.h"
#include "jouleprint/intensity_series.h"

namespace jouleprint::carbon {

/// Does nothing to a series of hours.
class WithinHour {
 public:
  /// `mixed[i]` is the hourly forecast of `replays[i]`.
  static WithinHour Learn(const IntensitySeries& series, const WorkingPast& past,
                          const std::vector<Replay>& replays, const std::vector<Eigen::VectorXd>& mixed);

  /// How far the last step before `origin` lies from the mean of its hour.
  double StandsOff(const IntensitySeries& series, UtcTime origin) const;

  /// The intensity of a step, so many steps after the origin, given its hour's.
  double OfStep(double hour_g_per_kwh, UtcTime time, std::size_t steps_ahead, double stands_off) const;

  std::size_t steps_per_hour() const { return steps_per_hour_; }

 private:
  std::size_t SlotOf(UtcTime time) const;
  void LearnShape(const IntensitySeries& series, const WorkingPast& past);
  void LearnPersistence(const IntensitySeries& series, const WorkingPast& past,
                        const std::vector<Replay>& replays, const std::vector<Eigen::VectorXd>& mixed);

  Seconds step_{3600};
  std::size_t steps_per_hour_ = 1;
  std::vector<double> shape_;     // by step of the day: its mean distance from the hour's mean
  std::vector<double> persists_;  // by steps ahead: how much of what it stands off is left
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_WITHIN_HOUR_H_
