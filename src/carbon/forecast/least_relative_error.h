// The weights that would have erred least, in parts of the truth.
#ifndef JOULEPRINT_CARBON_FORECAST_LEAST_RELATIVE_ERROR_H_
#define JOULEPRINT_CARBON_FORECAST_LEAST_RELATIVE_ERROR_H_

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <vector>

#include "carbon/forecast/hourly_past.h"

namespace jouleprint::carbon {

/// Nothing is foretold beyond.
inline constexpr std::size_t kMostLeads = 14 * kHoursPerDay;

/// Leads, in hours, at which another set of weights begins: the first hours hang on the last ones seen, after
/// that a day at a time, then what is left of a week and the week after it.
inline constexpr std::array<std::size_t, 8> kStretchStarts = {0, 6, 24, 48, 72, 96, 168, kMostLeads};
inline constexpr std::size_t kStretches = kStretchStarts.size() - 1;
/// Neighbouring hours err together: every so manyth lead of a stretch says as much as all.
std::size_t StrideOf(std::size_t stretch);

/// Cases of several answers to one question, and the truth.
class Cases {
 public:
  explicit Cases(Eigen::Index answers) : answers_(answers) {}
  /// `by` is what an error is relative to.
  void Add(const Eigen::VectorXd& answers, double truth, double by);

  /// Weights w with the least mean |truth - answers . w| / by. With few cases, or none, they stay near
  /// `start`.
  Eigen::VectorXd Weigh(const Eigen::VectorXd& start) const;

 private:
  Eigen::Index answers_;
  std::vector<double> rows_;  // answers / by, one case after the other
  std::vector<double> truth_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_LEAST_RELATIVE_ERROR_H_
