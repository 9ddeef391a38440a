// The members of the blend, side by side: who is in it depends on how long the past is.
#ifndef JOULEPRINT_CARBON_FORECAST_MEMBERS_H_
#define JOULEPRINT_CARBON_FORECAST_MEMBERS_H_

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>

#include "carbon/forecast/day_ridge.h"
#include "carbon/forecast/working_past.h"

namespace jouleprint::carbon {

/// The regressions: on the shape alone in logarithms, with level and season, and on parts of the mean.
/// Penalties are powers of ten; neighbouring ones change the error by less than a hundredth of it.
struct RegressionKind {
  bool in_log;
  RidgeRule rule;
};
inline constexpr std::array<RegressionKind, 3> kRegressions = {{
    {true, {.features = kShapeFeatures, .common_penalty = 0.01, .hour_penalty = 1}},
    {true, {.features = kSeasonFeatures, .common_penalty = 0.1, .hour_penalty = 1}},
    {false, {.features = kLevelFeatures, .common_penalty = 0.01, .hour_penalty = 1}},
}};
using Regressions = std::array<DayRidge, kRegressions.size()>;

enum class Cast : std::size_t {
  kProfile = 1,  ///< a few days: the profile that yesterday shifts, alone
  kSimple = 3,   ///< two weeks and more: beside it yesterday, and the same hours of the weeks
  kFull = 3 + kRegressions.size(),  ///< ten weeks and more: the regressions too
};

/// A row by lead, a column by member (the simple ones first): what each says at `origin`, in g/kWh.
/// `regressions` are those of the origin's hour of the day; null unless the cast is full.
Eigen::MatrixXd AskMembers(Cast cast, const WorkingPast& past, std::size_t origin, std::size_t leads,
                           const Regressions* regressions);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_MEMBERS_H_
