// Whether a budget is kept, going to be passed, or passed, from what is used and what is predicted.
//
// A prediction's interval is taken as that of a normal distribution, each side of the value with its own
// width: the total lies above the limit with the probability that such a distribution has above it. That is
// the one-sided reading of the interval: with 90 % confidence, a tenth of the distribution may lie below the
// limit. Pure: told times and figures, asks no clock.
#ifndef JOULEPRINT_JOB_BUDGET_WATCH_H_
#define JOULEPRINT_JOB_BUDGET_WATCH_H_

#include <optional>

#include "jouleprint/budget.h"
#include "jouleprint/estimate.h"

namespace jouleprint::job {

enum class BudgetState { kKept, kWillBePassed, kPassed };

/// The probability that a figure with this 90 % interval is above `limit`: 0 to 1.
double ChanceAbove(const Estimate& estimate, double limit);

class BudgetWatch {
 public:
  explicit BudgetWatch(const BudgetOption& option) : limit_(option.limit), confidence_(option.confidence) {}

  /// `used` so far and the `predicted` total, both in the budget's unit. True once: when the limit has just
  /// turned out to be passed, or to be going to be. What is used alone may grow on; the state follows it.
  bool Look(double used, const std::optional<Estimate>& predicted);

  /// As of the last look. A prediction that falls back below the limit makes it kept again.
  BudgetState state() const { return state_; }
  /// It has come to that that the limit counts as passed.
  bool triggered() const { return triggered_; }

 private:
  double limit_;
  double confidence_;
  BudgetState state_ = BudgetState::kKept;
  bool triggered_ = false;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_WATCH_H_
