// Limits and what is used of them, as notices say them: "500 g", "3.1 kg (2.9 to 3.3)", "7 h 10 min".
#ifndef JOULEPRINT_JOB_BUDGET_AMOUNTS_H_
#define JOULEPRINT_JOB_BUDGET_AMOUNTS_H_

#include <string>

#include "jouleprint/budget.h"
#include "jouleprint/estimate.h"

namespace jouleprint::job {

/// "gCO2e", "kWh", "s": as records have it.
const char* BudgetUnitName(BudgetUnit unit);
/// "warn", "pause", "stop", "exec".
const char* BudgetActionName(BudgetAction action);

/// In a unit that fits, three digits at most.
std::string AmountText(BudgetUnit unit, double amount);
/// With its interval, in the value's unit.
std::string AmountText(BudgetUnit unit, const Estimate& amount);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_AMOUNTS_H_
