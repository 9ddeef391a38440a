#include "job/budget/check.h"

#include <signal.h>

#include <cmath>
#include <string>
#include <utility>

#include "job/budget/amounts.h"
#include "job/budget/command_words.h"

namespace jouleprint::job {
namespace {

Error Bad(const BudgetOption& option, const std::string& what, std::string hint) {
  return {ErrorCode::kInvalidArgument, "the budget of " + AmountText(option.unit, option.limit) + " " + what,
          std::move(hint)};
}

}  // namespace

Status CheckBudgets(const std::vector<BudgetOption>& options) {
  for (const BudgetOption& option : options) {
    if (!(option.limit > 0) || !std::isfinite(option.limit))
      return Bad(option, "is no finite amount above zero", "write 500g, 2kWh or 3h");
    if (!(option.confidence > 0 && option.confidence < 1))
      return Bad(option, "has a confidence that is not between 0 and 1", "0.9 is usual");
    for (const Seconds grace : {option.save_grace, option.term_grace}) {
      if (!(grace >= Seconds{0}) || !std::isfinite(grace.value()))
        return Bad(option, "has a grace that is no time", "give seconds, 0 or more");
    }
    if (option.stop_signal < 1 || option.stop_signal > SIGRTMAX)
      return Bad(option, "stops with a signal that does not exist", "SIGUSR1 and SIGTERM are usual");
    if (option.action != BudgetAction::kExec) continue;
    if (const auto words = SplitWords(option.exec); !words.ok()) return words.error();
  }
  return {};
}

}  // namespace jouleprint::job
