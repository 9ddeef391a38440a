// What the flags of budgets mean.
#include <signal.h>

#include <algorithm>
#include <string>

#include "cli/option_numbers.h"
#include "cli/option_values.h"
#include "job/budget/command_words.h"
#include "jouleprint/budget.h"
#include "os/signals.h"

namespace jouleprint::cli {
namespace {

constexpr std::string_view kExec = "exec:";

Status SetAction(const std::string& text, BudgetOption* budget) {
  if (text.empty() || text == "warn") return {};
  if (text == "pause") {
    budget->action = BudgetAction::kPause;
  } else if (text == "stop") {
    budget->action = BudgetAction::kStop;
  } else if (text.starts_with(kExec)) {
    budget->action = BudgetAction::kExec;
    budget->exec = text.substr(kExec.size());
    const auto words = job::SplitWords(budget->exec);
    if (!words.ok()) return Bad("--on-budget", text, words.error().message + "; " + words.error().hint);
  } else {
    return Bad("--on-budget", text, "choose warn, stop, pause, or exec:COMMAND");
  }
  return {};
}

Status SetStopSignal(const std::string& text, BudgetOption* budget) {
  if (text.empty()) return {};
  const std::optional<int> number = os::SignalNumber(text);
  // These three ask a program for nothing.
  if (!number || *number == SIGSTOP || *number == SIGCONT || *number == SIGCHLD)
    return Bad("--stop-signal", text, "name the signal at which the command saves: USR1, INT, TERM");
  budget->stop_signal = *number;
  return {};
}

// "30s", "2min", and bare seconds.
Status SetGrace(const std::string& flag, const std::string& text, Seconds* grace) {
  if (text.empty()) return {};
  constexpr double kLongest_s = 30 * 86'400.0;
  double seconds = 0;
  if (!os::ParseDouble(text, &seconds) && text != "0s") {
    const Result<BudgetOption> time = ParseBudget(text);
    seconds = time.ok() && time->unit == BudgetUnit::kSeconds ? time->limit : -1;
  }
  if (!(seconds >= 0 && seconds <= kLongest_s)) return Bad(flag, text, "give a time: 30s, 2min");
  *grace = Seconds{seconds};
  return {};
}

}  // namespace

Status SetBudgets(const BudgetTexts& texts, RunOptions* run) {
  BudgetOption common;
  if (Status s = SetAction(texts.action, &common); !s.ok()) return s;
  std::optional<double> confidence;
  Status set = SetNumber("--budget-confidence", texts.confidence, 0.5, 0.999,
                         "give a probability: 0.5 to 0.999", &confidence);
  if (!set.ok()) return set;
  common.confidence = confidence.value_or(common.confidence);
  if (set = SetStopSignal(texts.stop_signal, &common); !set.ok()) return set;
  if (set = SetGrace("--save-grace", texts.save_grace, &common.save_grace); !set.ok()) return set;
  if (set = SetGrace("--term-grace", texts.term_grace, &common.term_grace); !set.ok()) return set;
  for (std::size_t start = 0; start < texts.limits.size();) {
    const std::size_t end = std::min(texts.limits.find(';', start), texts.limits.size());
    const Result<BudgetOption> parsed = ParseBudget(texts.limits.substr(start, end - start));
    if (!parsed.ok()) return Error{parsed.error().code, "--" + parsed.error().message, parsed.error().hint};
    BudgetOption budget = common;
    budget.unit = parsed->unit;
    budget.limit = parsed->limit;
    run->budgets.push_back(std::move(budget));
    start = end + 1;
  }
  return {};
}

}  // namespace jouleprint::cli
