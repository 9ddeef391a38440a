// One measured run from its first line to its last: prepares, watches the idle machine, starts the
// command, follows it, keeps checkpoints, and makes the record. RunCommand (run.h) is its only user.
#ifndef JOULEPRINT_JOB_SESSION_H_
#define JOULEPRINT_JOB_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "job/budget/budgets.h"
#include "job/budget/tree_control.h"
#include "job/gpu_watch.h"
#include "job/live_prediction.h"
#include "job/machine_load.h"
#include "job/marks.h"
#include "job/measurement.h"
#include "job/run_book.h"
#include "job/tree.h"
#include "jouleprint/run.h"
#include "os/relay.h"
#include "os/signals.h"
#include "sampling/trace_writer.h"

namespace jouleprint::job {

class Session {
 public:
  /// Everything that can be refused is refused here, before the command starts.
  static Result<std::unique_ptr<Session>> Prepare(const RunOptions& options, RunObserver* observer);
  RunOutcome Run();

 private:
  Session(const RunOptions& options, RunObserver* observer, MarkReader marks);

  void StartRelay();
  /// False when a signal ended the run before the command was started; `outcome` says which.
  bool WatchBaseline(RunOutcome* outcome);
  /// False when the command cannot be started.
  bool StartCommand(RunOutcome* outcome);
  /// Until the command has ended (and its children, if asked for). Returns its exit status.
  int Follow();
  bool HandleSignals(bool command_ended);
  void TakeOutput(bool to_the_end);
  void Housekeeping();
  /// Looks at what is finished, where lines have come since the last look: session_budgets.cc.
  void PredictIfDue();
  void Predict();
  SoFar UsedSoFar() const;
  /// Brings the budgets up to now: what is used and predicted, what is due.
  void MindBudgets();
  void MindEndedHelpers();
  /// True while a budget is still ending what the command has left behind.
  bool StillStopping() const;
  /// Of the commands of budgets: none is waited for long.
  void AwaitHelpers();
  void NoteBudgets();
  /// Tells the watch of the GPUs which processes are the job's; costs a walk through the tree.
  void FollowOnGpus();
  void Finish(int exit_status, RunOutcome* outcome);

  /// Who uses the machine, as things stand.
  sampling::UsersEvent Users() const;
  /// Brings the record up to now.
  void UpdateRecord();
  void StartTrace();
  void EndTrace();
  RunProgress Progress() const;
  Seconds Elapsed() const { return measurement_->duration(); }
  void Notice(const std::string& sentence);

  const RunOptions options_;
  RunObserver* observer_;
  os::SignalInbox signals_;
  MarkReader marks_;
  MachineLoad load_;
  std::optional<RunBook> book_;
  std::unique_ptr<Measurement> measurement_;
  std::shared_ptr<sampling::TraceWriter> trace_;
  std::optional<GpuWatch> gpu_watch_;
  std::optional<os::OutputRelay> relay_;
  Tree tree_;
  TreeControl control_;
  Budgets budgets_;
  LivePrediction predictor_;
  std::optional<Foretold> prediction_;
  bool prediction_due_ = false;
  Seconds next_prediction_{0};
  pid_t command_pid_ = 0;
  bool stop_waiting_ = false;  // for children that outlive the command
  int exit_status_ = 0;
  Seconds next_progress_{0};
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_SESSION_H_
