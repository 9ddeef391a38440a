#include "carbon/forecast/day_ridge.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace jouleprint::carbon {
namespace {

// Most of what an origin looks at, and nearly all that it foretells, must have been measured.
constexpr double kKnownBefore = 0.75;
constexpr double kKnownAhead = 0.9;
// Keeps the equations solvable where a feature never varies (a zone with one intensity all year).
constexpr double kLeastVariance = 1e-9;

bool Teaches(const HourlyPast& past, std::size_t origin) {
  const auto before = static_cast<double>(past.KnownBefore(origin, kHoursPerWeek));
  const auto ahead = static_cast<double>(past.KnownBefore(origin + kRidgeLeads, kRidgeLeads));
  return before >= kKnownBefore * static_cast<double>(kHoursPerWeek) &&
         ahead >= kKnownAhead * static_cast<double>(kRidgeLeads);
}

// Of the first `count` features: what a penalty of 1 weighs for each, by origin. The constant's is near none.
Eigen::VectorXd Variances(const Eigen::MatrixXd& squares, double origins, Eigen::Index count) {
  const Eigen::VectorXd means = squares.row(0).head(count).transpose() / origins;
  Eigen::VectorXd variances = squares.diagonal().head(count) / origins - means.cwiseAbs2();
  variances = variances.cwiseMax(kLeastVariance);
  variances[0] = 1e-6;
  return variances;
}

}  // namespace

void DayRidge::Carry(const DayFeatures& look, std::span<double> ahead) const {
  const Eigen::VectorXd distance = coefficients * look.values.head(coefficients.cols());
  for (std::size_t lead = 0; lead < kRidgeLeads; ++lead) {
    ahead[lead] = look.profile[lead % kHoursPerDay] + distance[static_cast<Eigen::Index>(lead)];
  }
}

RidgeSums::RidgeSums() {
  for (Sums& sums : by_hour_) {
    sums.squares.setZero(kSeasonFeatures, kSeasonFeatures);
    sums.products.setZero(kSeasonFeatures, kRidgeLeads);
  }
}

void RidgeSums::AddOrigins(const HourlyPast& past, std::span<const double> values, std::size_t from,
                           std::size_t to) {
  for (std::size_t first = from; first < std::min(from + kHoursPerDay, to); ++first) {
    std::vector<std::size_t> origins;
    for (std::size_t origin = first; origin < to; origin += kHoursPerDay) {
      if (Teaches(past, origin)) origins.push_back(origin);
    }
    if (!origins.empty()) AddBlock(past, values, origins);
  }
}

void RidgeSums::AddBlock(const HourlyPast& past, std::span<const double> values,
                         const std::vector<std::size_t>& origins) {
  const auto rows = static_cast<Eigen::Index>(origins.size());
  Eigen::MatrixXd seen(kSeasonFeatures, rows);
  Eigen::MatrixXd wanted(kRidgeLeads, rows);
  for (Eigen::Index row = 0; row < rows; ++row) {
    const std::size_t origin = origins[static_cast<std::size_t>(row)];
    const DayFeatures look = LookBack(values.first(origin), past.StartOf(origin));
    seen.col(row) = look.values;
    for (std::size_t lead = 0; lead < kRidgeLeads; ++lead) {
      wanted(static_cast<Eigen::Index>(lead), row) =
          values[origin + lead] - look.profile[lead % kHoursPerDay];
    }
  }
  Sums& sums = by_hour_[HourOfDay(past.StartOf(origins.front()))];
  sums.squares.noalias() += seen * seen.transpose();
  sums.products.noalias() += seen * wanted.transpose();
  sums.origins += static_cast<double>(rows);
}

RidgeSums::Sums RidgeSums::Total() const {
  Sums total = by_hour_.front();
  for (std::size_t hour = 1; hour < kHoursPerDay; ++hour) {
    total.squares += by_hour_[hour].squares;
    total.products += by_hour_[hour].products;
    total.origins += by_hour_[hour].origins;
  }
  return total;
}

Eigen::MatrixXd RidgeSums::SolveCommon(const RidgeRule& rule) const {
  const Sums total = Total();
  const Eigen::Index count = rule.features;
  Eigen::MatrixXd system = total.squares.topLeftCorner(count, count);
  system.diagonal() += rule.common_penalty * total.origins * Variances(total.squares, total.origins, count);
  return system.llt().solve(total.products.topRows(count));
}

DayRidge RidgeSums::SolveHour(const RidgeRule& rule, const Eigen::MatrixXd& common,
                              std::size_t hour_of_day) const {
  const Sums& sums = by_hour_[hour_of_day];
  const Sums total = Total();
  const Eigen::Index count = rule.features;
  Eigen::MatrixXd system = sums.squares.topLeftCorner(count, count);
  const Eigen::MatrixXd unexplained = sums.products.topRows(count) - system * common;
  system.diagonal() +=
      rule.hour_penalty * std::max(sums.origins, 1.0) * Variances(total.squares, total.origins, count);
  return {(common + system.llt().solve(unexplained)).transpose()};
}

}  // namespace jouleprint::carbon
