// Measuring from within: the process that calls, and all its children, between two moments.
//
//   RunOptions options;
//   options.name = "train";
//   options.zone = "FR";
//   Result<std::unique_ptr<Tracker>> tracker = Tracker::Start(options);
//   ... (*tracker)->EndEpoch();  (*tracker)->Log("accuracy", 0.93); ...
//   Result<RunRecord> record = (*tracker)->Stop();          // kept in the store as well
//
// Any number of trackers may run at once: the meters are read once for all of them, by threads of ours, at
// the shortest interval that any of them wants. Every function may be called from any thread. A tracker
// belongs to the process that started it: in a forked child its functions do nothing and say kRefused. Of
// RunOptions, `command` is what the record says was run; what concerns starting a command (its regexes,
// wait_for_children, trace_file) is refused. Start watches the idle machine for as long as `baseline` says.
#ifndef JOULEPRINT_TRACKER_H_
#define JOULEPRINT_TRACKER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"

namespace jouleprint {

class Tracker {
 public:
  /// kInvalidArgument: bad options; kNotPresent: nothing on this machine can be measured or modelled. Where
  /// the idle machine is to be watched (RunOptions::baseline, whose duration may be 0), it is before this
  /// returns. Budgets are told of, in the record and by TakeNotices; acting is the caller's.
  static Result<std::unique_ptr<Tracker>> Start(const RunOptions& options);
  /// Stops it, where nobody has, and keeps the record.
  ~Tracker();

  /// An epoch, or an evaluation, ends here; it began where the one before it ended, or with BeginEpoch.
  /// Meters are read. `number`: from 1; the next one where absent.
  Status BeginEpoch();
  Result<EpochRecord> EndEpoch(std::optional<std::int64_t> number = std::nullopt, bool eval = false);
  /// A named stretch; it lies in `parent` where one is given. Meters are read at both ends.
  Result<std::int64_t> BeginTask(const std::string& name, std::optional<std::int64_t> parent = std::nullopt);
  Result<TaskRecord> EndTask(std::int64_t task);
  /// A value of a metric, now. One that is not finite is left out.
  Status Log(const std::string& metric, double value);
  Status SetTag(const std::string& name, const std::string& value);

  /// The record as it would be if the run ended now. After Stop, the record.
  Result<RunRecord> Snapshot();
  /// For all `epochs` (absent: RunOptions::epochs). kInvalidArgument before the first epoch has ended.
  Result<PredictionRecord> Predict(std::optional<std::int64_t> epochs = std::nullopt);
  /// The sentences that a person should see, said since the last call (a budget, a fallback).
  std::vector<std::string> TakeNotices();

  /// The end. Calling it again returns the same record.
  Result<RunRecord> Stop();
  /// Where the record is kept; "" before Stop, and when it could be kept nowhere.
  std::string record_path() const;

 private:
  class Impl;
  explicit Tracker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace jouleprint

#endif  // JOULEPRINT_TRACKER_H_
