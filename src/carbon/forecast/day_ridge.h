// Ridge regression from the days before to the four days ahead, at every hour of the day.
//
//   RidgeSums sums(Unit::kLog, scale);
//   sums.AddOrigins(values, past, from, to);                  // what has been seen so far
//   DayRidge ridge = sums.Solve({kLog, 61, 0.01, 1}, hour);   // cheap: may be asked for again after more was
//   added
//
// All origins share one solution, which is strongly supported (24 origins a day), and each hour of the day
// departs from it as far as its own origins justify: a penalty draws it back to what is common. So sunrise at
// lead 6 can matter to an origin at midnight and not to one at noon, with no more than a year of data.
#ifndef JOULEPRINT_CARBON_FORECAST_DAY_RIDGE_H_
#define JOULEPRINT_CARBON_FORECAST_DAY_RIDGE_H_

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "carbon/forecast/day_features.h"
#include "carbon/forecast/hourly_past.h"

namespace jouleprint::carbon {

inline constexpr std::size_t kRidgeLeads = 4 * kHoursPerDay;

struct RidgeRule {
  Eigen::Index features = kShapeFeatures;
  double common_penalty = 0;  ///< by origin, in units of each feature's variance
  double hour_penalty = 0;    ///< likewise, on how far an hour of the day departs
};

/// What was learned for one hour of the day: a coefficient by lead and feature.
struct DayRidge {
  Eigen::MatrixXd coefficients;
  /// Writes kRidgeLeads values in the working unit.
  void Carry(const DayFeatures& look, std::span<double> ahead) const;
};

class RidgeSums {
 public:
  RidgeSums();

  /// Adds the origins from <= origin < to of `values`, the past in the working unit. All of an origin's
  /// kRidgeLeads hours must lie in the past; origins near too many filled gaps teach nothing.
  void AddOrigins(const HourlyPast& past, std::span<const double> values, std::size_t from, std::size_t to);

  /// The solution that all hours of the day share.
  Eigen::MatrixXd SolveCommon(const RidgeRule& rule) const;
  DayRidge SolveHour(const RidgeRule& rule, const Eigen::MatrixXd& common, std::size_t hour_of_day) const;

 private:
  struct Sums {
    Eigen::MatrixXd squares;   // features x features
    Eigen::MatrixXd products;  // features x leads
    double origins = 0;
  };
  void AddBlock(const HourlyPast& past, std::span<const double> values,
                const std::vector<std::size_t>& origins);
  Sums Total() const;

  std::array<Sums, kHoursPerDay> by_hour_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_DAY_RIDGE_H_
