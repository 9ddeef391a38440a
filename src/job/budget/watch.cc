#include "job/budget/watch.h"

#include <cmath>
#include <numbers>

namespace jouleprint::job {
namespace {

// The 95 % quantile of the standard normal distribution: an interval of 90 % reaches so many standard
// deviations to either side.
constexpr double kSigmasOfInterval = 1.6448536269514722;

}  // namespace

double ChanceAbove(const Estimate& estimate, double limit) {
  const double distance = estimate.value - limit;
  const double width = distance > 0 ? estimate.lower_width() : estimate.upper_width();
  const double sigma = width / kSigmasOfInterval;
  if (!(sigma > 0)) return distance > 0 ? 1 : 0;
  return 0.5 * std::erfc(-distance / sigma / std::numbers::sqrt2);
}

bool BudgetWatch::Look(double used, const std::optional<Estimate>& predicted) {
  if (used > limit_) {
    state_ = BudgetState::kPassed;
  } else {
    const bool will = predicted && ChanceAbove(*predicted, limit_) >= confidence_;
    state_ = will ? BudgetState::kWillBePassed : BudgetState::kKept;
  }
  if (triggered_ || state_ == BudgetState::kKept) return false;
  triggered_ = true;
  return true;
}

}  // namespace jouleprint::job
