#include "job/session.h"

#include <signal.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "os/clock.h"
#include "os/file.h"
#include "os/spawn.h"
#include "os/the_clock.h"
#include "os/wait.h"
#include "record/run_id.h"

namespace jouleprint::job {
namespace {

constexpr Seconds kProgressEvery{0.5};
// A run that is killed loses this much of its record at most; docs/formats/store.md promises it.
constexpr Seconds kFirstCheckpoint{1};
constexpr Seconds kCheckpointEvery{5};
// The series is larger than the record and says nothing of the totals.
constexpr Seconds kSeriesEvery{60};
constexpr int kSignalBase = 128;

// Files that a run writes: each one's own, and writable before anything is started.
Status CheckOutputs(const RunOptions& options) {
  const std::vector<std::pair<std::string, std::string>> files{{"the record", options.json_file},
                                                               {"the samples", options.samples_file},
                                                               {"the trace", options.trace_file}};
  for (auto file = files.begin(); file != files.end(); ++file) {
    const std::string& path = file->second;
    if (path.empty()) continue;
    for (auto other = std::next(file); other != files.end(); ++other) {
      if (!os::SameFile(path, other->second)) continue;
      return Error{ErrorCode::kInvalidArgument,
                   file->first + " and " + other->first + " cannot both go to " + path, "name two files"};
    }
    if (os::SameFile(path, options.store_path.empty() ? DefaultStorePath() : options.store_path)) {
      return Error{ErrorCode::kInvalidArgument, path + " is where runs are kept", "name another file"};
    }
    if (Status writable = os::CheckWritable(path); !writable.ok()) {
      return Error{ErrorCode::kInvalidArgument, writable.error().message, writable.error().hint};
    }
  }
  return {};
}

}  // namespace

Session::Session(const RunOptions& options, RunObserver* observer, Place place, Pricing pricing,
                 MarkReader marks)
    : options_(options),
      observer_(observer),
      place_(std::move(place)),
      pricing_(std::move(pricing)),
      marks_(std::move(marks)),
      load_(options.sysroot) {}

Result<std::unique_ptr<Session>> Session::Prepare(const RunOptions& options, RunObserver* observer) {
  if (options.command.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no command to run",
                 "jouleprint run [flags] -- COMMAND [ARGS...]"};
  }
  if (Status apart = CheckOutputs(options); !apart.ok()) return apart.error();
  Result<Place> place = PlaceOf(options);
  if (!place.ok()) return place.error();
  Result<Pricing> pricing = Pricing::Prepare(options, os::TheClock().Utc(), &*place);
  if (!pricing.ok()) return pricing.error();
  Result<MarkReader> marks = MarkReader::Create(options);
  if (!marks.ok()) return marks.error();
  std::unique_ptr<Session> session(
      new Session(options, observer, std::move(*place), std::move(*pricing), std::move(*marks)));
  std::vector<std::string> notices = session->pricing_.notices();
  Result<Keeper> keeper = Keeper::Open(options, &notices);
  if (!keeper.ok()) return keeper.error();
  session->keeper_.emplace(std::move(*keeper));
  for (const std::string& notice : notices) session->Notice(notice);
  session->StartRelay();
  if (Status asked = session->pricing_.StartFeed(); !asked.ok()) return asked.error();
  Result<std::unique_ptr<Measurement>> measurement = Measurement::Prepare(options, os::TheClock());
  if (!measurement.ok()) return measurement.error();
  session->measurement_ = std::move(*measurement);
  return session;
}

RunOutcome Session::Run() {
  RunOutcome outcome;
  DescribeRun();
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
  record_.start = measurement_->start_utc();
  record_.run_id = record::MakeRunId(record_.start);
  tree_.Started(command_pid_, relay_ ? relay_->pid() : 0, in_cgroup);
  measurement_->StartSampling();
  gpu_watch_.emplace(measurement_->Accelerators(), os::TheClock());
  gpu_watch_->AddProcesses({command_pid_});
  gpu_watch_->Start();
  next_progress_ = kProgressEvery;
  next_checkpoint_ = kFirstCheckpoint;
  next_series_ = kSeriesEvery;
  return true;
}

int Session::Follow() {
  std::optional<int> status;
  while (!status || (options_.wait_for_children && !stop_waiting_ && tree_.Living() > 0)) {
    const Seconds until_progress = std::max(Seconds{0}, next_progress_ - Elapsed());
    os::WaitReadable({signals_.fd(), relay_ ? relay_->copy_fd() : -1}, until_progress);
    if (HandleSignals(status.has_value())) status = tree_.Reap();
    TakeOutput(false);
    if (Elapsed() >= next_progress_) Housekeeping();
  }
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
    } else if (signal->from_process) {
      // What the terminal sends has reached the job already; what a process sends to us is meant for it.
      os::SendSignal(command_pid_, signal->number);
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
  }
  if (to_the_end && marks_.Finish(Elapsed().value())) marks_.Stamp(Progress().energy_kwh.value);
}

void Session::Housekeeping() {
  measurement_->ReadNow();
  FollowOnGpus();
  const Seconds now = Elapsed();
  next_progress_ = now + kProgressEvery;
  if (now >= next_checkpoint_ && keeper_) {
    next_checkpoint_ = now + kCheckpointEvery;
    UpdateRecord();
    std::optional<PowerSeries> series;
    if (now >= next_series_) {
      next_series_ = now + kSeriesEvery;
      series = measurement_->Series();
    }
    keeper_->Checkpoint(record_, series ? &*series : nullptr);
  }
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
