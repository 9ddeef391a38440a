// The three steps that stop a job: a signal that has it save, SIGTERM, SIGKILL, each given its time.
// Pure: told the time, it says which signal is due.
#ifndef JOULEPRINT_JOB_BUDGET_STOPPING_H_
#define JOULEPRINT_JOB_BUDGET_STOPPING_H_

#include <optional>
#include <vector>

#include "jouleprint/budget.h"
#include "jouleprint/units.h"

namespace jouleprint::job {

class Stopping {
 public:
  struct Step {
    int signal = 0;
    bool whole_tree = false;          ///< false: the command alone
    std::optional<Seconds> patience;  ///< until the next step; absent: there is none
  };

  /// `only_children`: the command has ended, and what it left behind has nothing to save.
  Stopping(const BudgetOption& option, bool only_children, Seconds now)
      : option_(option), stage_(only_children ? Stage::kTerminate : Stage::kSave), next_(now) {}

  /// The step that is due, once each.
  std::optional<Step> Due(Seconds now);
  /// The command has ended and left children: saving is over, and SIGTERM is due.
  void CommandEnded(Seconds now);
  /// When the next step is due; nothing after the last.
  std::optional<Seconds> next() const { return next_; }
  /// The signals that have been sent, in order.
  const std::vector<int>& sent() const { return sent_; }

 private:
  enum class Stage { kSave, kTerminate, kKill };

  BudgetOption option_;
  Stage stage_;
  std::optional<Seconds> next_;
  std::vector<int> sent_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_STOPPING_H_
