// What budgets do to a job, done to a tree of processes.
#ifndef JOULEPRINT_JOB_BUDGET_TREE_CONTROL_H_
#define JOULEPRINT_JOB_BUDGET_TREE_CONTROL_H_

#include <signal.h>

#include <string>
#include <vector>

#include "job/budget/job_control.h"
#include "job/tree.h"

namespace jouleprint::job {

class TreeControl final : public JobControl {
 public:
  /// `signal_mask` is for commands that are started. Both outlive this.
  TreeControl(Tree* tree, const sigset_t& signal_mask) : tree_(*tree), signal_mask_(signal_mask) {}

  void SignalCommand(int number) override { tree_.SignalMain(number); }
  void SignalAll(int number) override { tree_.SignalAll(number); }
  void Pause() override { tree_.Pause(); }
  void Resume() override { tree_.Resume(); }
  /// The command reads nothing, and what it prints goes to our standard error: the standard output is the
  /// job's.
  Result<pid_t> Start(const std::vector<std::string>& words,
                      const std::vector<std::string>& environment) override;
  pid_t own_pid() const override;

 private:
  Tree& tree_;
  const sigset_t& signal_mask_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_TREE_CONTROL_H_
