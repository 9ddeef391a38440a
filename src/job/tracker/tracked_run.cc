#include "job/tracker/tracked_run.h"

#include <algorithm>
#include <utility>

#include "energy/account.h"
#include "job/budget/check.h"
#include "job/ranks.h"
#include "os/clock.h"
#include "os/process_gate.h"
#include "os/signals.h"
#include "os/spawn.h"
#include "os/the_clock.h"
#include "os/thread_time.h"
#include "os/user_dirs.h"

namespace jouleprint::job {
namespace {

// How long the last look at the GPUs' processes may take.
constexpr Seconds kGpuPatience{1};
// Whoever never takes notices is not to pay for them for ever.
constexpr std::size_t kNoticesKept = 100;

Status CheckOptions(const RunOptions& options) {
  const char* refused = !options.epoch_regex.empty()      ? "epoch_regex"
                        : !options.eval_regex.empty()     ? "eval_regex"
                        : !options.metric_regexes.empty() ? "metric_regexes"
                        : options.wait_for_children       ? "wait_for_children"
                        : !options.trace_file.empty()     ? "trace_file"
                                                          : nullptr;
  if (refused == nullptr) return CheckBudgets(options.budgets);
  return Error{ErrorCode::kInvalidArgument,
               std::string(refused) + " is for commands that jouleprint starts, and a tracker starts none",
               "leave it out; epochs and metrics are told to the tracker"};
}

Result<RunBook> OpenBook(const RunOptions& options, std::vector<std::string>* notices) {
  const os::GateHold hold;
  return RunBook::Open(options, notices);
}

// A guest does nothing to its host: what a budget comes to is told.
std::vector<BudgetOption> ToldOnly(std::vector<BudgetOption> budgets) {
  for (BudgetOption& budget : budgets) budget.action = BudgetAction::kWarn;
  return budgets;
}

JobControl* NoControl() {
  class HandsOff final : public JobControl {
   public:
    void SignalCommand(int) override {}
    void SignalAll(int) override {}
    void Pause() override {}
    void Resume() override {}
    Result<pid_t> Start(const std::vector<std::string>&, const std::vector<std::string>&) override {
      return Error{ErrorCode::kRefused, "a tracker starts no commands", {}};
    }
    pid_t own_pid() const override { return os::OwnPid(); }
  };
  static HandsOff hands_off;
  return &hands_off;
}

}  // namespace

Result<std::shared_ptr<TrackedRun>> TrackedRun::Start(const RunOptions& options) {
  if (Status good = CheckOptions(options); !good.ok()) return good.error();
  std::vector<std::string> notices;
  Result<RunBook> book = OpenBook(options, &notices);
  if (!book.ok()) return book.error();
  Result<std::shared_ptr<Hub>> hub = Hub::Of(options);
  if (!hub.ok()) return hub.error();
  std::shared_ptr<TrackedRun> run(new TrackedRun(options, std::move(*book), std::move(*hub)));
  run->notices_ = std::move(notices);
  if (Status begun = run->Begin(); !begun.ok()) return begun.error();
  run->hub_->Add(run);
  return run;
}

TrackedRun::TrackedRun(RunOptions options, RunBook book, std::shared_ptr<Hub> hub)
    : options_(std::move(options)),
      hub_(std::move(hub)),
      book_(std::move(book)),
      measurement_(
          Measurement::Of(AtItsPace(options_, os::EnvironmentVariable), os::TheClock(), hub_->meters())),
      load_(options_.sysroot),
      budgets_(ToldOnly(options_.budgets), NoControl(), [this](const std::string& said) { Notice(said); }) {}

TrackedRun::~TrackedRun() {
  if (begun_) static_cast<void>(Stop().ok());
}

Status TrackedRun::Begin() {
  const os::SignalsKeptOut quiet;
  if (Status asked = book_.StartFeed(); !asked.ok()) return asked;
  hub_time_at_start_ = hub_->CpuTime();
  book_.Describe(*measurement_);
  measurement_->LaunchReaders();
  WatchBaseline();
  load_.Begin();
  family_ = OwnFamily();
  measurement_->Begin();
  measurement_->CommandStarted();
  book_.Begin(*measurement_);
  budgets_.Begin(book_.record().run_id);
  measurement_->StartSampling();
  hub_->gpus().AddProcesses(family_.processes());
  gpu_tally_ = hub_->gpus().BeginTally();
  epoch_from_ = measurement_->MarkNow();
  epoch_from_.at = measurement_->start();
  begun_ = true;
  return {};
}

void TrackedRun::WatchBaseline() {
  const Seconds wanted = options_.baseline.duration;
  if (wanted <= Seconds{0} || !measurement_->NeedsBaseline()) return;
  measurement_->WatchBaseline(wanted, [](Seconds s) {
    os::Sleep(s);
    return true;
  });
}

Seconds TrackedRun::OwnTime() { return hub_->CpuTime() - hub_time_at_start_ + called_time_; }

void TrackedRun::Notice(const std::string& sentence) {
  if (notices_.size() < kNoticesKept) notices_.push_back(sentence);
}

sampling::UsersEvent TrackedRun::Users() {
  sampling::UsersEvent users;
  users.job_cpu = family_.CpuTime();
  users.machine_cpu = load_.Busy();
  users.run_id = book_.record().run_id;
  users.followed_by = "process tree";
  for (const auto& [domain, part] : hub_->gpus().Parts(gpu_tally_, measurement_->duration())) {
    users.parts.push_back(
        {domain, part.of_dynamic.value, part.of_dynamic.low, part.of_dynamic.high, part.by});
  }
  return users;
}

void TrackedRun::UpdateRecord() {
  book_.BringUpToNow(*measurement_, Users());
  RunRecord& record = book_.record();
  record.epochs = epochs_;
  record.epochs_expected = options_.epochs;
  record.metrics = metrics_;
  record.tasks.clear();
  for (const Task& task : tasks_) record.tasks.push_back(task.record);
  PredictIfDue();
  if (prediction_) record.prediction = prediction_->shown;
  record.budgets = budgets_.Records(UsedSoFar());
  book_.AddUp(OwnTime());
}

Result<RunRecord> TrackedRun::Snapshot() {
  const Seconds before = os::OwnThreadCpuTime();
  const std::scoped_lock lock(mutex_);
  if (stopped()) return book_.record();
  const Measurement::Mark now = measurement_->MarkNow();
  UpdateRecord();
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (tasks_[i].open) book_.record().tasks[i] = TaskUpTo(tasks_[i], now);
  }
  called_time_ += os::OwnThreadCpuTime() - before;
  return book_.record();
}

std::vector<std::string> TrackedRun::TakeNotices() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(notices_, {});
}

void TrackedRun::KeepHouse() noexcept {
  const os::GateHold hold;
  if (hold.exiting()) return;
  try {
    KeepCheckpoint();
  } catch (...) {
    // Out of memory: the next checkpoint is a second away.
  }
}

void TrackedRun::KeepCheckpoint() {
  std::optional<RunBook::KeptState> state;
  {
    const std::scoped_lock lock(mutex_);
    if (stopped()) return;
    family_.LookAround();
    hub_->gpus().AddProcesses(family_.processes());
    PredictIfDue();
    MindBudgets();
    if (!book_.CheckpointDue(measurement_->duration())) return;
    UpdateRecord();
    state = book_.TakeCheckpoint(*measurement_);
  }
  const std::scoped_lock lock(keeping_);
  if (!kept_) book_.Keep(*state);
}

Result<RunRecord> TrackedRun::Stop() {
  const os::GateHold hold;
  std::shared_ptr<Hub> hub;
  RunRecord record = End(&hub);
  // Without the lock, which the hub's thread may be waiting for.
  if (hub) hub->Remove(this);
  return record;
}

RunRecord TrackedRun::End(std::shared_ptr<Hub>* hub) {
  const std::scoped_lock lock(mutex_);
  if (stopped()) return book_.record();
  const Measurement::Mark now = measurement_->MarkNow();
  for (Task& task : tasks_) {
    if (task.open) task.record = TaskUpTo(task, now);
    task.open.reset();
  }
  family_.LookAround();
  hub_->gpus().AddProcesses(family_.processes());
  measurement_->End();
  hub_->gpus().LookNow(kGpuPatience);
  book_.LookInStore(measurement_->start_utc() + measurement_->duration());
  MindBudgets();
  UpdateRecord();
  hub_->gpus().EndTally(gpu_tally_);
  *hub = std::exchange(hub_, nullptr);
  const std::scoped_lock keeping(keeping_);
  kept_ = true;
  std::vector<std::string> notices;
  record_path_ = book_.Finish(*measurement_, &notices);
  for (const std::string& notice : notices) Notice(notice);
  return book_.record();
}

std::string TrackedRun::record_path() {
  const std::scoped_lock lock(mutex_);
  return record_path_;
}

}  // namespace jouleprint::job
