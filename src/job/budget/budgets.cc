#include "job/budget/budgets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "job/budget/amounts.h"
#include "job/budget/command_words.h"
#include "os/signals.h"

namespace jouleprint::job {
namespace {

// What SIGKILL does not end within this hangs in the kernel, and may do so for ever.
constexpr Seconds kKillPatience{5};

std::string LimitText(const BudgetOption& option) { return AmountText(option.unit, option.limit); }

std::string ReasonText(const BudgetOption& option, BudgetState state, const SoFar& so_far) {
  const std::string used = AmountText(option.unit, UsedOf(option.unit, so_far));
  const std::optional<Estimate> predicted = PredictedOf(option.unit, so_far);
  if (state == BudgetState::kPassed || !predicted) {
    return fmt::format("the budget of {} is passed: {} so far", LimitText(option), used);
  }
  return fmt::format("the budget of {} will be passed: all {} epochs are predicted to take {}, {} so far",
                     LimitText(option), so_far.prediction->epochs_total, AmountText(option.unit, *predicted),
                     used);
}

const char* StateName(BudgetState state) {
  switch (state) {
    case BudgetState::kKept:
      return "kept";
    case BudgetState::kWillBePassed:
      return "will be passed";
    case BudgetState::kPassed:
      break;
  }
  return "passed";
}

std::string SignalText(int number) { return std::string("SIG") + os::SignalName(number); }
std::string TimeText(Seconds time) { return AmountText(BudgetUnit::kSeconds, time.value()); }

// `sent` has the step's own signal at its end.
std::string StepText(const Stopping::Step& step, const std::vector<int>& sent, bool command_ended) {
  std::string text;
  if (!step.whole_tree) {
    text = SignalText(step.signal) + " is sent to the command so that it can save";
  } else {
    text = (command_ended ? "processes of the job live on: "
                          : "the job has not ended after " + SignalText(sent[sent.size() - 2]) + ": ") +
           SignalText(step.signal) + " is sent to all of it";
  }
  if (!step.patience) return text;
  return text +
         fmt::format(", {} follows in {}", step.whole_tree ? "SIGKILL" : "SIGTERM", TimeText(*step.patience));
}

}  // namespace

Budgets::Budgets(const std::vector<BudgetOption>& options, JobControl* control, Say say)
    : control_(*control), say_(std::move(say)) {
  for (const BudgetOption& option : options) items_.push_back({option, BudgetWatch(option)});
}

void Budgets::Look(const SoFar& so_far) {
  for (Item& item : items_) {
    const BudgetUnit unit = item.option.unit;
    const bool turned = item.watch.Look(UsedOf(unit, so_far), PredictedOf(unit, so_far));
    if (turned && !over_) Act(&item, so_far);
  }
}

void Budgets::Act(Item* item, const SoFar& so_far) {
  item->acted_at_s = so_far.elapsed.value();
  const std::string reason = ReasonText(item->option, item->watch.state(), so_far);
  switch (item->option.action) {
    case BudgetAction::kWarn:
      say_(reason);
      item->outcome = "a warning was given";
      return;
    case BudgetAction::kPause:
      return Pause(item, reason, so_far);
    case BudgetAction::kStop:
      return Stop(item, reason, so_far);
    case BudgetAction::kExec:
      return Start(item, reason, so_far);
  }
}

void Budgets::Pause(Item* item, const std::string& reason, const SoFar& so_far) {
  if (stopping_ || paused_) {
    say_(reason);
    item->outcome = stopping_ ? "the job was being stopped already" : "the job was paused already";
    return;
  }
  control_.Pause();
  paused_ = true;
  item->paused = true;
  item->outcome = "the job was paused";
  pauses_.push_back({so_far.elapsed.value(), so_far.energy_kwh, so_far.elapsed.value(), so_far.energy_kwh});
  say_(fmt::format("{}; the job is paused, 'kill -CONT {}' lets it go on", reason, control_.own_pid()));
}

void Budgets::Continue(const SoFar& so_far) {
  if (!paused_) return;
  control_.Resume();
  paused_ = false;
  PausedStretch& pause = pauses_.back();
  pause.end_s = so_far.elapsed.value();
  pause.end_kwh = so_far.energy_kwh;
  const std::string length = TimeText(Seconds{pause.end_s - pause.start_s});
  for (Item& item : items_) {
    if (item.paused) item.outcome = "the job was paused for " + length;
    item.paused = false;
  }
  say_("the job goes on after a pause of " + length);
}

void Budgets::Stop(Item* item, const std::string& reason, const SoFar& so_far) {
  if (stopping_) {
    say_(reason);
    item->outcome = "the job was being stopped already";
    return;
  }
  say_(reason);
  // What stands still can neither save nor end.
  Continue(so_far);
  item->stopped = true;
  stopping_.emplace(item->option, command_ended_, so_far.elapsed);
  Tick(so_far.elapsed);
}

void Budgets::Tick(Seconds now) {
  if (!stopping_) return;
  while (const auto step = stopping_->Due(now)) {
    say_(StepText(*step, stopping_->sent(), command_ended_));
    if (!step->patience) killed_at_ = now;
    if (step->whole_tree) {
      control_.SignalAll(step->signal);
    } else {
      control_.SignalCommand(step->signal);
    }
  }
  NoteStop();
}

void Budgets::NoteStop() {
  const std::vector<int>& sent = stopping_->sent();
  std::string text;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == sent.size() ? " and " : ", ") + SignalText(sent[i]);
  }
  Stopper()->outcome = text + (sent.size() == 1 ? " was sent" : " were sent") + end_of_stop_;
}

std::optional<Seconds> Budgets::NextStep() const { return stopping_ ? stopping_->next() : std::nullopt; }

bool Budgets::GivenUp(Seconds now) const {
  return stopping_ && !stopping_->next() && now > killed_at_ + kKillPatience;
}

Budgets::Item* Budgets::Stopper() {
  return &*std::find_if(items_.begin(), items_.end(), [](const Item& item) { return item.stopped; });
}

void Budgets::Start(Item* item, const std::string& reason, const SoFar& so_far) {
  const Result<std::vector<std::string>> words = SplitWords(item->option.exec);
  const Result<pid_t> started =
      words.ok() ? control_.Start(*words, EnvironmentOf(*item, so_far)) : Result<pid_t>(words.error());
  if (!started.ok()) {
    item->outcome = started.error().message;
    say_(reason + "; " + started.error().message);
    return;
  }
  item->helper = *started;
  item->outcome = "'" + item->option.exec + "' was started";
  say_(reason + "; " + item->outcome);
}

std::vector<std::string> Budgets::EnvironmentOf(const Item& item, const SoFar& so_far) const {
  const BudgetUnit unit = item.option.unit;
  std::vector<std::string> environment{"JOULEPRINT_RUN_ID=" + run_id_,
                                       std::string("JOULEPRINT_BUDGET_UNIT=") + BudgetUnitName(unit),
                                       fmt::format("JOULEPRINT_BUDGET_LIMIT={}", item.option.limit),
                                       fmt::format("JOULEPRINT_BUDGET_USED={}", UsedOf(unit, so_far))};
  const std::optional<Estimate> predicted = PredictedOf(unit, so_far);
  if (predicted) environment.push_back(fmt::format("JOULEPRINT_BUDGET_PREDICTED={}", predicted->value));
  return environment;
}

bool Budgets::HelperEnded(pid_t pid, int exit_status) {
  const auto item =
      std::find_if(items_.begin(), items_.end(), [&](const Item& i) { return i.helper == pid; });
  if (pid == 0 || item == items_.end()) return false;
  item->helper = 0;
  item->outcome = fmt::format("'{}' ended with exit status {}", item->option.exec, exit_status);
  if (exit_status != 0) say_("the budget's command " + item->outcome);
  return true;
}

bool Budgets::HelpersRun() const {
  return std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.helper != 0; });
}

void Budgets::CommandEnded(int exit_status, int living, bool over, Seconds now) {
  command_ended_ = true;
  if (over) RunEnded();
  if (!stopping_) return;
  const Seconds acted{Stopper()->acted_at_s.value_or(0)};
  end_of_stop_ =
      fmt::format("; the command ended with exit status {} after {}", exit_status, TimeText(now - acted));
  NoteStop();
  if (living > 0) stopping_->CommandEnded(now);
}

void Budgets::RunEnded() {
  over_ = true;
  for (Item& item : items_) {
    if (item.paused) item.outcome = "the job was paused and ended so";
  }
}

bool Budgets::CutShort(const SoFar& so_far) const {
  if (!stopping_ || !over_) return false;
  return !so_far.prediction || so_far.epochs_done < so_far.prediction->epochs_total;
}

std::vector<BudgetRecord> Budgets::Records(const SoFar& so_far) const {
  std::vector<BudgetRecord> records;
  const bool cut_short = CutShort(so_far);
  for (const Item& item : items_) {
    const BudgetOption& option = item.option;
    const double used = UsedOf(option.unit, so_far);
    BudgetState state = used > option.limit ? BudgetState::kPassed : item.watch.state();
    // What was only foretold has not come.
    if (over_ && !cut_short && used <= option.limit) state = BudgetState::kKept;
    BudgetRecord record{BudgetUnitName(option.unit),
                        option.limit,
                        option.confidence,
                        BudgetActionName(option.action),
                        StateName(state),
                        item.acted_at_s,
                        item.outcome};
    const std::optional<Estimate> predicted = PredictedOf(option.unit, so_far);
    if (cut_short && predicted) {
      record.saved = Estimate{std::max(0.0, predicted->value - used), std::max(0.0, predicted->low - used),
                              std::max(0.0, predicted->high - used), predicted->basis};
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace jouleprint::job
