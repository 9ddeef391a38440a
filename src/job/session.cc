#include "job/session.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "job/budget/check.h"
#include "job/ranks.h"
#include "os/clock.h"
#include "os/spawn.h"
#include "os/the_clock.h"
#include "os/user_dirs.h"
#include "os/wait.h"

namespace jouleprint::job {
namespace {

constexpr Seconds kProgressEvery{0.5};
constexpr int kSignalBase = 128;

}  // namespace

Session::Session(const RunOptions& options, RunObserver* observer, MarkReader marks)
    : options_(options),
      observer_(observer),
      marks_(std::move(marks)),
      load_(options.sysroot),
      control_(&tree_, signals_.original_mask()),
      budgets_(options.budgets, &control_, [this](const std::string& sentence) { Notice(sentence); }) {}

Result<std::unique_ptr<Session>> Session::Prepare(const RunOptions& options, RunObserver* observer) {
  if (options.command.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no command to run",
                 "jouleprint run [flags] -- COMMAND [ARGS...]"};
  }
  if (Status sound = CheckBudgets(options.budgets); !sound.ok()) return sound.error();
  Result<MarkReader> marks = MarkReader::Create(options);
  if (!marks.ok()) return marks.error();
  std::unique_ptr<Session> session(new Session(options, observer, std::move(*marks)));
  std::vector<std::string> notices;
  Result<RunBook> book = RunBook::Open(options, &notices);
  if (!book.ok()) return book.error();
  session->book_.emplace(std::move(*book));
  for (const std::string& notice : notices) session->Notice(notice);
  session->StartRelay();
  if (Status asked = session->book_->StartFeed(); !asked.ok()) return asked.error();
  Result<std::unique_ptr<Measurement>> measurement =
      Measurement::Prepare(AtItsPace(options, os::EnvironmentVariable), os::TheClock());
  if (!measurement.ok()) return measurement.error();
  session->measurement_ = std::move(*measurement);
  return session;
}

RunOutcome Session::Run() {
  RunOutcome outcome;
  book_->Describe(*measurement_);
  StartTrace();
  measurement_->LaunchReaders();
  if (!WatchBaseline(&outcome) || !StartCommand(&outcome)) return outcome;
  const int exit_status = Follow();
  Finish(exit_status, &outcome);
  return outcome;
}

bool Session::WatchBaseline(RunOutcome* outcome) {
  if (!measurement_->NeedsBaseline()) return true;
  const os::BootTime start = os::TheClock().Boot();
  const auto tell = [&](Seconds left) {
    if (observer_ != nullptr) observer_->OnBaseline(left);
  };
  int stopped_by = 0;
  const auto pause = [&](Seconds s) {
    tell(options_.baseline.duration - (os::TheClock().Boot() - start));
    if (!os::WaitReadable({signals_.fd()}, s)) return true;
    while (const auto signal = signals_.Next()) {
      if (os::EndsProgram(signal->number)) stopped_by = signal->number;
    }
    return stopped_by == 0;
  };
  const bool watched = measurement_->WatchBaseline(options_.baseline.duration, pause);
  tell(Seconds{0});
  if (watched) return true;
  outcome->started = false;
  outcome->exit_status = kSignalBase + stopped_by;
  outcome->failure =
      std::string("stopped by SIG") + os::SignalName(stopped_by) + " before the command was started";
  return false;
}

// Before any thread is started: the relay goes on without an exec, and a fork copies only one thread.
void Session::StartRelay() {
  if (marks_.Idle()) return;
  Result<os::OutputRelay> relay = os::OutputRelay::Start();
  if (relay.ok()) {
    relay_.emplace(std::move(*relay));
  } else {
    Notice("epochs and metrics are not watched: " + relay.error().message);
  }
}

bool Session::StartCommand(RunOutcome* outcome) {
  load_.Begin();
  measurement_->Begin();
  os::SpawnFailure failure;
  bool in_cgroup = false;
  command_pid_ = os::Spawn({.command = options_.command,
                            .signal_mask = signals_.original_mask(),
                            .ignore_child_signal = signals_.child_signal_was_ignored(),
                            .cgroup_fd = tree_.cgroup_fd(),
                            .stdout_fd = relay_ ? relay_->job_stdout() : -1,
                            .stderr_fd = relay_ ? relay_->job_stderr() : -1},
                           &failure, &in_cgroup);
  if (relay_) relay_->CloseJobEnds();
  if (command_pid_ == 0) {
    outcome->started = false;
    outcome->exit_status = failure.exit_status;
    outcome->failure = failure.message;
    return false;
  }
  measurement_->CommandStarted();
  book_->Begin(*measurement_);
  budgets_.Begin(book_->record().run_id);
  tree_.Started(command_pid_, relay_ ? relay_->pid() : 0, in_cgroup);
  measurement_->StartSampling();
  gpu_watch_.emplace(measurement_->Accelerators(), os::TheClock());
  gpu_watch_->AddProcesses({command_pid_});
  gpu_watch_->Start();
  next_progress_ = kProgressEvery;
  return true;
}

int Session::Follow() {
  std::optional<int> status;
  while (!status || (options_.wait_for_children && !stop_waiting_ && tree_.Living() > 0) || StillStopping()) {
    const Seconds next = std::min(next_progress_, budgets_.NextStep().value_or(next_progress_));
    os::WaitReadable({signals_.fd(), relay_ ? relay_->copy_fd() : -1},
                     std::max(Seconds{0}, next - Elapsed()));
    const bool running = !status;
    if (HandleSignals(!running)) status = tree_.Reap();
    MindEndedHelpers();
    if (running && status)
      budgets_.CommandEnded(*status, tree_.Living(), !options_.wait_for_children, Elapsed());
    TakeOutput(false);
    if (Elapsed() >= next_progress_) Housekeeping();
    PredictIfDue();
    budgets_.Tick(Elapsed());
  }
  budgets_.RunEnded();
  return *status;
}

// True when a child has ended.
bool Session::HandleSignals(bool command_ended) {
  bool child_ended = false;
  while (const auto signal = signals_.Next()) {
    if (signal->number == SIGCHLD) {
      child_ended = true;
    } else if (command_ended) {
      // Its number may be another process's by now. Whoever wants us to end waits for its children no longer.
      stop_waiting_ = stop_waiting_ || os::EndsProgram(signal->number);
    } else if (signal->number == SIGCONT) {
      // It has reached all whom it was sent to; a job that a budget holds still hears of nothing.
      budgets_.Continue(UsedSoFar());
    } else if (signal->from_process) {
      // What the terminal sends has reached the job already; what a process sends to us is meant for it.
      os::SendSignal(command_pid_, signal->number);
      if (os::EndsProgram(signal->number)) budgets_.Continue(UsedSoFar());
    } else if (os::EndsProgram(signal->number)) {
      budgets_.Continue(UsedSoFar());
    }
  }
  return child_ended;
}

void Session::TakeOutput(bool to_the_end) {
  if (!relay_) return;
  for (std::string piece = relay_->TakeCopy(); !piece.empty(); piece = relay_->TakeCopy()) {
    if (!marks_.Feed(piece, Elapsed().value())) continue;
    if (!to_the_end) measurement_->ReadNow();
    marks_.Stamp(Progress().energy_kwh.value);
    prediction_due_ = true;
  }
  if (to_the_end && marks_.Finish(Elapsed().value())) marks_.Stamp(Progress().energy_kwh.value);
}

void Session::Housekeeping() {
  measurement_->ReadNow();
  FollowOnGpus();
  const Seconds now = Elapsed();
  next_progress_ = now + kProgressEvery;
  if (book_->CheckpointDue(now)) {
    UpdateRecord();
    book_->Checkpoint(*measurement_);
  }
  MindBudgets();
  if (observer_ != nullptr) observer_->OnProgress(Progress());
}

void Session::FollowOnGpus() {
  if (!measurement_->Accelerators().empty()) gpu_watch_->AddProcesses(tree_.Processes());
}

void Session::Notice(const std::string& sentence) {
  if (observer_ != nullptr) observer_->OnNotice(sentence);
}

}  // namespace jouleprint::job

namespace jouleprint {

Result<RunOutcome> RunCommand(const RunOptions& options, RunObserver* observer) {
  Result<std::unique_ptr<job::Session>> session = job::Session::Prepare(options, observer);
  if (!session.ok()) return session.error();
  return (*session)->Run();
}

}  // namespace jouleprint
