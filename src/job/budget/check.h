// Whether budgets make sense, asked before a run starts.
#ifndef JOULEPRINT_JOB_BUDGET_CHECK_H_
#define JOULEPRINT_JOB_BUDGET_CHECK_H_

#include <vector>

#include "jouleprint/budget.h"
#include "jouleprint/result.h"

namespace jouleprint::job {

/// kInvalidArgument for one that no run can act by: a command that is none, a confidence that is no
/// probability, a limit or a grace that is no finite amount.
Status CheckBudgets(const std::vector<BudgetOption>& options);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_CHECK_H_
