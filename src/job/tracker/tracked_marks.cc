// What the tracked program says of itself: epochs, tasks, metrics, tags. Energy lies between two readings
// that were taken for it.
#include <algorithm>
#include <cmath>
#include <utility>

#include "energy/account.h"
#include "job/metric_points.h"
#include "job/tracker/tracked_run.h"

namespace jouleprint::job {
namespace {

// As many as a record can hold and still be written every few seconds.
constexpr std::size_t kTasksKept = 100'000;
constexpr std::size_t kEpochsKept = 1'000'000;

Error HasStopped() {
  return {ErrorCode::kInvalidArgument, "the tracker has been stopped",
          "start another one; a tracker measures one run"};
}

Error TooMany(const std::string& what, std::size_t kept) {
  return {ErrorCode::kRefused, "a run keeps no more than " + std::to_string(kept) + " " + what,
          "tell longer stretches, each of many steps"};
}

}  // namespace

Status TrackedRun::BeginEpoch() {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return HasStopped();
  Measurement::Mark now = measurement_->MarkNow();
  beside_s_ += (now.at - epoch_from_.at).value();
  beside_kwh_ += energy::MakeAccount(measurement_->Between(epoch_from_, now)).kwh.machine.value;
  epoch_from_ = std::move(now);
  return {};
}

// An evaluation is of the epoch before it.
std::int64_t TrackedRun::NextNumber(bool eval) const {
  const auto last = std::find_if(epochs_.rbegin(), epochs_.rend(),
                                 [](const EpochRecord& epoch) { return epoch.kind == "train"; });
  const std::int64_t number = last == epochs_.rend() ? 0 : last->epoch;
  return eval ? number : number + 1;
}

EpochRecord TrackedRun::EpochUpTo(const Measurement::Mark& to, std::int64_t number, bool eval) const {
  const energy::Account account = energy::MakeAccount(measurement_->Between(epoch_from_, to));
  return {number, eval ? "eval" : "train", SecondsOf(epoch_from_), SecondsOf(to), account.kwh.machine.value};
}

Result<EpochRecord> TrackedRun::EndEpoch(std::optional<std::int64_t> number, bool eval) {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return HasStopped();
  if (epochs_.size() >= kEpochsKept) return TooMany("epochs", kEpochsKept);
  Measurement::Mark now = measurement_->MarkNow();
  epochs_.push_back(EpochUpTo(now, number.value_or(NextNumber(eval)), eval));
  epoch_from_ = std::move(now);
  prediction_due_ = true;
  // Whoever has set a limit is told at the epoch's end, not a second later.
  if (!budgets_.empty()) {
    PredictIfDue();
    MindBudgets();
  }
  return epochs_.back();
}

Result<std::int64_t> TrackedRun::BeginTask(const std::string& name, std::optional<std::int64_t> parent) {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return HasStopped();
  const auto id = static_cast<std::int64_t>(tasks_.size());
  if (parent && (*parent < 0 || *parent >= id)) {
    return Error{ErrorCode::kInvalidArgument,
                 "there is no task " + std::to_string(*parent) + " for '" + name + "' to lie in",
                 "give what BeginTask returned, or none"};
  }
  if (tasks_.size() >= kTasksKept) return TooMany("tasks", kTasksKept);
  Task task;
  task.open.emplace(OpenTask{measurement_->MarkNow(), family_.CpuTime()});
  task.record.name = name;
  task.record.parent = parent;
  task.record.start_s = task.record.end_s = SecondsOf(task.open->from);
  tasks_.push_back(std::move(task));
  return id;
}

TaskRecord TrackedRun::TaskUpTo(const Task& task, const Measurement::Mark& to) {
  TaskRecord record = task.record;
  record.end_s = SecondsOf(to);
  const energy::Account account = energy::MakeAccount(measurement_->Between(task.open->from, to));
  record.energy_kwh = account.kwh.machine;
  for (const DomainRecord& domain : account.domains) record.domain_kwh[domain.name] = domain.energy_kwh.value;
  record.cpu_s = (family_.CpuTime() - task.open->cpu_from).value();
  return record;
}

Result<TaskRecord> TrackedRun::EndTask(std::int64_t id) {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return HasStopped();
  const bool known = id >= 0 && id < static_cast<std::int64_t>(tasks_.size());
  Task* const task = known ? &tasks_[static_cast<std::size_t>(id)] : nullptr;
  if (task == nullptr || !task->open) {
    return Error{ErrorCode::kInvalidArgument,
                 known ? "the task '" + task->record.name + "' has ended already"
                       : "there is no task " + std::to_string(id),
                 "end each task once, by what BeginTask returned"};
  }
  task->record = TaskUpTo(*task, measurement_->MarkNow());
  task->open.reset();
  return task->record;
}

// A loss that is not a number is no figure of the run; that it was told is no fault either.
Status TrackedRun::Log(const std::string& metric, double value) {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return HasStopped();
  if (metric.empty()) {
    return Error{ErrorCode::kInvalidArgument, "a metric needs a name", "give it one, such as accuracy"};
  }
  if (std::isfinite(value)) AddPoint({measurement_->duration().value(), value}, &metrics_[metric]);
  return {};
}

Status TrackedRun::SetTag(const std::string& name, const std::string& value) {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return HasStopped();
  if (name.empty()) return Error{ErrorCode::kInvalidArgument, "a tag needs a name", "give it one"};
  book_.record().tags[name] = value;
  return {};
}

}  // namespace jouleprint::job
