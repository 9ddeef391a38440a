// What stands behind a Tracker (tracker.h): one run of the process that we are a guest in, measured by the
// hub's meters. Its book is brought up to now when somebody looks, when an epoch or a task ends, and by the
// hub's thread for the checkpoints.
//
// Every function may be called from any thread of the process that started it.
#ifndef JOULEPRINT_JOB_TRACKER_TRACKED_RUN_H_
#define JOULEPRINT_JOB_TRACKER_TRACKED_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "job/budget/budgets.h"
#include "job/live_prediction.h"
#include "job/machine_load.h"
#include "job/measurement.h"
#include "job/run_book.h"
#include "job/tracker/hub.h"
#include "job/tracker/own_family.h"
#include "jouleprint/record.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

class TrackedRun final : public HubGuest {
 public:
  static Result<std::shared_ptr<TrackedRun>> Start(const RunOptions& options);
  ~TrackedRun() override;

  Status BeginEpoch();
  Result<EpochRecord> EndEpoch(std::optional<std::int64_t> number, bool eval);
  Result<std::int64_t> BeginTask(const std::string& name, std::optional<std::int64_t> parent);
  Result<TaskRecord> EndTask(std::int64_t task);
  Status Log(const std::string& metric, double value);
  Status SetTag(const std::string& name, const std::string& value);
  Result<RunRecord> Snapshot();
  Result<PredictionRecord> Predict(std::optional<std::int64_t> epochs);
  std::vector<std::string> TakeNotices();
  Result<RunRecord> Stop();
  std::string record_path();

  void KeepHouse() noexcept override;

 private:
  struct OpenTask {
    Measurement::Mark from;
    Seconds cpu_from{0};
  };
  struct Task {
    TaskRecord record;
    std::optional<OpenTask> open;
  };

  TrackedRun(RunOptions options, RunBook book, std::shared_ptr<Hub> hub);
  Status Begin();
  void WatchBaseline();
  /// The record, and the hub that is not needed any more where this was the first to stop it.
  RunRecord End(std::shared_ptr<Hub>* hub);

  // With mutex_ held:
  double SecondsOf(const Measurement::Mark& mark) const { return (mark.at - measurement_->start()).value(); }
  EpochRecord EpochUpTo(const Measurement::Mark& to, std::int64_t number, bool eval) const;
  TaskRecord TaskUpTo(const Task& task, const Measurement::Mark& to);
  std::int64_t NextNumber(bool eval) const;
  Result<Foretold> PredictNow(std::optional<std::int64_t> epochs);
  void PredictIfDue();
  std::int64_t EpochsDone() const;  // training epochs
  SoFar UsedSoFar() const;
  void MindBudgets();
  sampling::UsersEvent Users();
  void UpdateRecord();
  void Notice(const std::string& sentence);
  Seconds OwnTime();
  bool stopped() const { return measurement_->ended(); }
  void KeepCheckpoint();

  const RunOptions options_;

  std::mutex mutex_;          // of all that follows, up to keeping_; taken before it
  std::shared_ptr<Hub> hub_;  // until the end
  RunBook book_;
  std::unique_ptr<Measurement> measurement_;
  bool begun_ = false;
  MachineLoad load_;
  OwnFamily family_;
  GpuWatch::TallyId gpu_tally_ = 0;
  Seconds hub_time_at_start_{0};
  Seconds called_time_{0};  // CPU time of callers' threads in here
  Measurement::Mark epoch_from_;
  std::vector<EpochRecord> epochs_;
  double beside_s_ = 0;  // what no epoch has: before the first one began, and between two
  double beside_kwh_ = 0;
  LivePrediction predictor_;
  bool prediction_due_ = false;
  std::optional<Foretold> prediction_;
  Budgets budgets_;
  std::vector<Task> tasks_;
  std::map<std::string, std::vector<MetricPoint>> metrics_;
  std::vector<std::string> notices_;
  std::string record_path_;

  std::mutex keeping_;  // of the store
  bool kept_ = false;   // the finished record is: no checkpoint may overwrite it
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_TRACKER_TRACKED_RUN_H_
