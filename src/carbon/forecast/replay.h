// Forecasts as they would have been made on past days, each by what had been learned until then.
//
// How much each member is worth, and how wide the interval must be, is learned from these alone: a member
// that fits its own past closely gets no credit for it.
#ifndef JOULEPRINT_CARBON_FORECAST_REPLAY_H_
#define JOULEPRINT_CARBON_FORECAST_REPLAY_H_

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <vector>

#include "carbon/forecast/members.h"
#include "carbon/forecast/working_past.h"

namespace jouleprint::carbon {

struct Replay {
  std::size_t origin;       ///< an hour of the past, a whole number of days before its end
  std::size_t days_ago;     ///< so many
  Eigen::MatrixXd answers;  ///< of the members, for the leads whose truth is past by now
};

struct Rehearsal {
  std::vector<Replay> replays;  ///< newest first
  /// What is known at the end, by hour of the day; empty unless the cast is full.
  std::vector<Regressions> regressions;
};

/// Plays the past through: up to 300 days at the hour at which the past ends.
Rehearsal Rehearse(Cast cast, const WorkingPast& past);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_REPLAY_H_
