// How much each member counts, by how far ahead it is asked: the weights that would have erred least.
#ifndef JOULEPRINT_CARBON_FORECAST_BLEND_H_
#define JOULEPRINT_CARBON_FORECAST_BLEND_H_

#include <Eigen/Core>
#include <vector>

#include "carbon/forecast/replay.h"
#include "carbon/forecast/working_past.h"

namespace jouleprint::carbon {

/// Weights by stretch of leads, chosen for the least mean absolute *relative* error of the replays. They need
/// not add up to 1: where errors are skewed, the figure with the least relative error lies below the mean.
class Blend {
 public:
  static Blend Learn(Cast cast, const WorkingPast& past, const std::vector<Replay>& replays);

  /// One forecast of the members' answers.
  Eigen::VectorXd Mix(const Eigen::MatrixXd& answers) const;

 private:
  Eigen::MatrixXd weights_;  // a column by stretch of leads, a row by member
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_BLEND_H_
