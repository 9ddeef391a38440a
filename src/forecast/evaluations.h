// Evaluations that a log shows as units of their own: when they come, and what one costs.
//
//   Schedule schedule = ReadSchedule({10, 12, 14}, 15);   // after the 10th, 12th, 14th training unit
//   schedule.CountIn(15, 90);                             // 38: every second one from here on
#ifndef JOULEPRINT_FORECAST_EVALUATIONS_H_
#define JOULEPRINT_FORECAST_EVALUATIONS_H_

#include <cstdint>
#include <span>

namespace jouleprint::forecast {

struct Schedule {
  std::int64_t next = 0;  ///< the next one comes after this training unit; 0 none is expected
  double period = 0;      ///< training units from one to the next
  bool sure = false;      ///< it has been kept at least twice

  /// How many come until the training unit `total` has ended.
  double CountUntil(std::int64_t total) const;
};

/// `after[i]`: how many training units had ended when evaluation i began, ascending; `seen` of them have
/// ended by now. One before all training (a check that it works) is no part of the schedule.
Schedule ReadSchedule(std::span<const std::int64_t> after, std::int64_t seen);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_EVALUATIONS_H_
