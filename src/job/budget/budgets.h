// The budgets of one run: looks at what is used and predicted, acts once per budget, and says what came of
// it. Decides and words; what happens to processes happens in a JobControl.
//
//   Budgets budgets(options.budgets, &control, say);
//   budgets.Look(so_far);                    // twice a second, and when an epoch has ended
//   budgets.Tick(elapsed);                   // when NextStep() has come
//   record.budgets = budgets.Records(so_far);
//
// One thread. Times are from the run's start.
#ifndef JOULEPRINT_JOB_BUDGET_BUDGETS_H_
#define JOULEPRINT_JOB_BUDGET_BUDGETS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "job/budget/job_control.h"
#include "job/budget/so_far.h"
#include "job/budget/stopping.h"
#include "job/budget/watch.h"
#include "job/live_prediction.h"
#include "jouleprint/budget.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"

namespace jouleprint::job {

class Budgets {
 public:
  using Say = std::function<void(const std::string&)>;
  /// `options` have passed CheckBudgets (check.h). `control` outlives this.
  Budgets(const std::vector<BudgetOption>& options, JobControl* control, Say say);

  bool empty() const { return items_.empty(); }
  /// The run that commands of budgets are told of.
  void Begin(const std::string& run_id) { run_id_ = run_id; }
  void Look(const SoFar& so_far);
  /// Goes on with stopping, where that has begun.
  void Tick(Seconds now);
  std::optional<Seconds> NextStep() const;

  bool stopping() const { return stopping_.has_value(); }
  /// Nothing more will be done to the job, whatever still lives of it.
  bool GivenUp(Seconds now) const;
  bool paused() const { return paused_; }
  /// A person wants a paused job to go on, or to end, for which it must go on too.
  void Continue(const SoFar& so_far);
  const std::vector<PausedStretch>& pauses() const { return pauses_; }

  /// `living`: how many of its descendants live on. `over`: they are not waited for, and no budget begins to
  /// act any more; else RunEnded follows.
  void CommandEnded(int exit_status, int living, bool over, Seconds now);
  void RunEnded();
  /// A command of a budget has ended. False: `pid` was none.
  bool HelperEnded(pid_t pid, int exit_status);
  bool HelpersRun() const;

  std::vector<BudgetRecord> Records(const SoFar& so_far) const;

 private:
  struct Item {
    BudgetOption option;
    BudgetWatch watch;
    std::optional<double> acted_at_s{};
    std::string outcome{};
    bool stopped = false;  // it is the one that stops the job
    bool paused = false;   // it is the one that paused it
    pid_t helper = 0;      // that runs
  };

  void Act(Item* item, const SoFar& so_far);
  void Pause(Item* item, const std::string& reason, const SoFar& so_far);
  void Stop(Item* item, const std::string& reason, const SoFar& so_far);
  void Start(Item* item, const std::string& reason, const SoFar& so_far);
  std::vector<std::string> EnvironmentOf(const Item& item, const SoFar& so_far) const;
  void NoteStop();
  /// A budget ended the command before its epochs were done.
  bool CutShort(const SoFar& so_far) const;
  Item* Stopper();

  std::vector<Item> items_;
  JobControl& control_;
  Say say_;
  std::string run_id_;
  std::optional<Stopping> stopping_;
  Seconds killed_at_{0};
  bool command_ended_ = false;
  bool over_ = false;
  std::string end_of_stop_;  // how the command ended after it was to stop
  bool paused_ = false;
  std::vector<PausedStretch> pauses_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_BUDGETS_H_
