// A limit on what a run may emit, use or take, and what to do when it is passed or is going to be.
//
//   Result<BudgetOption> budget = ParseBudget("500g");      // also "2kWh", "3h", "90min", "1.5 kg"
//   budget->action = BudgetAction::kStop;
//
// The limit counts as passed as soon as the predicted total lies above it with `confidence`, or what has been
// used already does.
#ifndef JOULEPRINT_BUDGET_H_
#define JOULEPRINT_BUDGET_H_

#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint {

enum class BudgetUnit { kGramsCo2e, kKilowattHours, kSeconds };

enum class BudgetAction {
  kWarn,
  kPause,  ///< SIGSTOP to the whole job; whoever wants it to go on sends SIGCONT
  kStop,   ///< `stop_signal`, then SIGTERM, then SIGKILL
  kExec,   ///< `exec` is started, once
};

struct BudgetOption {
  BudgetUnit unit = BudgetUnit::kGramsCo2e;
  double limit = 0;  ///< in `unit`
  double confidence = 0.9;
  BudgetAction action = BudgetAction::kWarn;
  std::string exec;        ///< kExec: a command line, split into words as a shell would; no shell runs it
  int stop_signal = 15;    ///< the first of the three: one that has the job save what it has (SIGTERM)
  Seconds save_grace{30};  ///< from stop_signal to SIGTERM
  Seconds term_grace{10};  ///< from SIGTERM to SIGKILL
};

/// The unit tells what is limited. kInvalidArgument says what was expected.
Result<BudgetOption> ParseBudget(std::string_view text);

}  // namespace jouleprint

#endif  // JOULEPRINT_BUDGET_H_
