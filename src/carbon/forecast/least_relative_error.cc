// Iteratively reweighted least squares: each round solves a least-squares problem in which a case weighs the
// inverse of its last error (Holland and Welsch 1977), which comes to the least absolute error.
#include "carbon/forecast/least_relative_error.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace jouleprint::carbon {
namespace {

constexpr std::size_t kLeadsAsked = 12;
constexpr int kRounds = 15;
// Errors below this part of the mean error count alike: no case may outweigh all others by being met exactly.
constexpr double kLeastError = 0.1;
constexpr double kTiniestError = 1e-7;
// How strongly weights are drawn to where they start from: by case, in parts of the mean error (answers
// differ among themselves as they err), and as if so many more cases had been seen, so that a handful of days
// changes little.
constexpr double kPull = 0.1;
constexpr double kImaginedCases = 200;

}  // namespace

std::size_t StrideOf(std::size_t stretch) {
  return std::max<std::size_t>(1, (kStretchStarts[stretch + 1] - kStretchStarts[stretch]) / kLeadsAsked);
}

void Cases::Add(const Eigen::VectorXd& answers, double truth, double by) {
  for (const double answer : answers) rows_.push_back(answer / by);
  truth_.push_back(truth / by);
}

Eigen::VectorXd Cases::Weigh(const Eigen::VectorXd& start) const {
  if (truth_.empty()) return start;
  const auto count = static_cast<Eigen::Index>(truth_.size());
  const Eigen::Map<const Eigen::MatrixXd> rows(rows_.data(), answers_, count);
  const Eigen::Map<const Eigen::VectorXd> truth(truth_.data(), count);
  const double mean_error = std::max((truth - rows.transpose() * start).cwiseAbs().mean(), kTiniestError);
  const double pull = kPull * mean_error * (static_cast<double>(count) + kImaginedCases);
  Eigen::VectorXd weights = start;
  for (int round = 0; round < kRounds; ++round) {
    const Eigen::VectorXd errors = (truth - rows.transpose() * weights).cwiseAbs();
    const Eigen::VectorXd weight = errors.cwiseMax(kLeastError * mean_error).cwiseInverse();
    Eigen::MatrixXd system = rows * weight.asDiagonal() * rows.transpose();
    system.diagonal().array() += pull;
    weights = system.llt().solve(rows * weight.cwiseProduct(truth) + pull * start);
  }
  return weights;
}

}  // namespace jouleprint::carbon
