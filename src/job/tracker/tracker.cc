// The border of tracker.h: no exception passes it, and a process that was forked off touches nothing of its
// parent's, whose locks may be held by threads that it does not have.
#include "jouleprint/tracker.h"

#include <exception>
#include <utility>

#include "job/tracker/tracked_run.h"
#include "os/spawn.h"

namespace jouleprint {
namespace {

Error Forked() {
  return {ErrorCode::kRefused,
          "this tracker belongs to the process that started it, and this is a child of it",
          "start another tracker here"};
}

Error Unexpected(const char* what) {
  return {ErrorCode::kInternal, std::string("something failed that should not have: ") + what, {}};
}

}  // namespace

class Tracker::Impl {
 public:
  explicit Impl(std::shared_ptr<job::TrackedRun> run) : run_(std::move(run)), pid_(os::OwnPid()) {}

  bool InChild() const { return os::OwnPid() != pid_; }
  const std::shared_ptr<job::TrackedRun>& run() const { return run_; }

  /// What `call` returns; an error in a child and where it throws.
  template <class T, class Call>
  Result<T> Do(const Call& call) const {
    if (InChild()) return Forked();
    try {
      return call(*run_);
    } catch (const std::exception& failure) {
      return Unexpected(failure.what());
    }
  }

 private:
  std::shared_ptr<job::TrackedRun> run_;
  const pid_t pid_;
};

Result<std::unique_ptr<Tracker>> Tracker::Start(const RunOptions& options) {
  try {
    Result<std::shared_ptr<job::TrackedRun>> run = job::TrackedRun::Start(options);
    if (!run.ok()) return run.error();
    return std::unique_ptr<Tracker>(new Tracker(std::make_unique<Impl>(std::move(*run))));
  } catch (const std::exception& failure) {
    return Unexpected(failure.what());
  }
}

Tracker::Tracker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Tracker::~Tracker() {
  if (impl_->InChild()) {
    // A copy of what is the parent's: freeing it would join threads that are not here.
    static_cast<void>(impl_.release());
    return;
  }
  static_cast<void>(Stop().ok());
}

Status Tracker::BeginEpoch() {
  return impl_->Do<void>([](job::TrackedRun& run) { return run.BeginEpoch(); });
}

Result<EpochRecord> Tracker::EndEpoch(std::optional<std::int64_t> number, bool eval) {
  return impl_->Do<EpochRecord>([&](job::TrackedRun& run) { return run.EndEpoch(number, eval); });
}

Result<std::int64_t> Tracker::BeginTask(const std::string& name, std::optional<std::int64_t> parent) {
  return impl_->Do<std::int64_t>([&](job::TrackedRun& run) { return run.BeginTask(name, parent); });
}

Result<TaskRecord> Tracker::EndTask(std::int64_t task) {
  return impl_->Do<TaskRecord>([&](job::TrackedRun& run) { return run.EndTask(task); });
}

Status Tracker::Log(const std::string& metric, double value) {
  return impl_->Do<void>([&](job::TrackedRun& run) { return run.Log(metric, value); });
}

Status Tracker::SetTag(const std::string& name, const std::string& value) {
  return impl_->Do<void>([&](job::TrackedRun& run) { return run.SetTag(name, value); });
}

Result<RunRecord> Tracker::Snapshot() {
  return impl_->Do<RunRecord>([](job::TrackedRun& run) { return run.Snapshot(); });
}

Result<PredictionRecord> Tracker::Predict(std::optional<std::int64_t> epochs) {
  return impl_->Do<PredictionRecord>([&](job::TrackedRun& run) { return run.Predict(epochs); });
}

std::vector<std::string> Tracker::TakeNotices() {
  return impl_
      ->Do<std::vector<std::string>>(
          [](job::TrackedRun& run) -> Result<std::vector<std::string>> { return run.TakeNotices(); })
      .value_or({});
}

Result<RunRecord> Tracker::Stop() {
  return impl_->Do<RunRecord>([](job::TrackedRun& run) { return run.Stop(); });
}

std::string Tracker::record_path() const {
  return impl_->Do<std::string>([](job::TrackedRun& run) -> Result<std::string> { return run.record_path(); })
      .value_or({});
}

}  // namespace jouleprint
