// RecordTrace of trace.h: a run without a command, of which only the trace is kept.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "carbon/footprint/footprint.h"
#include "job/figures.h"
#include "job/machine_load.h"
#include "job/place.h"
#include "job/pricing.h"
#include "job/run_trace.h"
#include "jouleprint/trace.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/signals.h"
#include "os/the_clock.h"
#include "os/wait.h"
#include "sampling/trace_writer.h"

namespace jouleprint {
namespace {

// How often the trace is told who used the machine: what a cut one lacks at most.
constexpr Seconds kUsersEvery{1};
constexpr int kSignalBase = 128;

class Recording {
 public:
  Recording(const TraceRequest& request, RunObserver* observer)
      : options_(request.measuring),
        duration_(request.duration),
        file_(request.file),
        observer_(observer),
        load_(request.measuring.sysroot) {}

  Result<RunOutcome> Run() {
    if (Status ready = Prepare(); !ready.ok()) return ready.error();
    measurement_->LaunchReaders();
    RunOutcome outcome;
    if (measurement_->NeedsBaseline() && !WatchBaseline()) {
      outcome.started = false;
      outcome.exit_status = kSignalBase + stopped_by_;
      outcome.failure = "stopped before anything was recorded";
      return outcome;
    }
    load_.Begin();
    measurement_->Begin();
    measurement_->CommandStarted();
    measurement_->StartSampling();
    record_.start = measurement_->start_utc();
    while (measurement_->duration() < duration_ &&
           Wait(std::min(kUsersEvery, duration_ - measurement_->duration())))
      trace_->Note(Users());
    measurement_->End();
    const sampling::UsersEvent users = Users();
    trace_->Note(users);
    trace_->Close();
    if (!trace_->failure().empty() && observer_ != nullptr) observer_->OnNotice(trace_->failure());
    job::FillFigures(job::QuestionOf(*measurement_, record_.job.reserved, users, options_.idle_split),
                     *measurement_, users, &record_);
    pricing_->Price(measurement_->Series(), &record_);
    carbon::FillFootprint(footprint_, &record_);
    record_.state = RunState::kFinished;
    outcome.record = std::move(record_);
    return outcome;
  }

 private:
  Status Prepare() {
    if (Status writable = os::CheckWritable(file_); !writable.ok()) {
      return Error{ErrorCode::kInvalidArgument, writable.error().message, writable.error().hint};
    }
    Result<job::Place> place = job::PlaceOf(options_);
    if (!place.ok()) return place.error();
    Result<job::Pricing> pricing = job::Pricing::Prepare(options_, os::TheClock().Utc(), &*place);
    if (!pricing.ok()) return pricing.error();
    pricing_.emplace(std::move(*pricing));
    if (Status asked = pricing_->StartFeed(); !asked.ok()) return asked.error();
    if (observer_ != nullptr) {
      for (const std::string& notice : pricing_->notices()) observer_->OnNotice(notice);
    }
    auto measurement = job::Measurement::Prepare(options_, os::TheClock());
    if (!measurement.ok()) return measurement.error();
    measurement_ = std::move(*measurement);
    record_.host = job::DescribeHost(measurement_->catalog(), os::Sysroot(options_.sysroot));
    record_.zone = place->zone;
    record_.intensity = place->intensity;
    record_.pue = place->pue;
    record_.pue_given = place->pue_given;
    record_.pue_source = place->pue_source;
    footprint_ = place->footprint;
    record_.version = JOULEPRINT_VERSION;
    auto trace = sampling::TraceWriter::Create(
        file_, job::TraceHeaderOf(*measurement_, options_, footprint_, record_));
    if (!trace.ok()) return trace.error();
    trace_ = std::move(*trace);
    measurement_->TraceTo(trace_);
    return {};
  }

  bool WatchBaseline() {
    const os::BootTime start = os::TheClock().Boot();
    const auto tell = [&](Seconds left) {
      if (observer_ != nullptr) observer_->OnBaseline(left);
    };
    const bool watched = measurement_->WatchBaseline(options_.baseline.duration, [&](Seconds s) {
      tell(options_.baseline.duration - (os::TheClock().Boot() - start));
      return Wait(s);
    });
    tell(Seconds{0});
    return watched;
  }

  // False when a signal wants us to end.
  bool Wait(Seconds s) {
    if (!os::WaitReadable({signals_.fd()}, s)) return true;
    while (const auto signal = signals_.Next()) {
      if (os::EndsProgram(signal->number)) stopped_by_ = signal->number;
    }
    return stopped_by_ == 0;
  }

  // There is no job; the machine's load is everybody else's.
  sampling::UsersEvent Users() const {
    sampling::UsersEvent users;
    users.machine_cpu = load_.Busy();
    return users;
  }

  const RunOptions options_;
  const Seconds duration_;
  const std::string file_;
  RunObserver* observer_;
  os::SignalInbox signals_;
  job::MachineLoad load_;
  std::optional<job::Pricing> pricing_;
  FootprintChoice footprint_;
  std::unique_ptr<job::Measurement> measurement_;
  std::shared_ptr<sampling::TraceWriter> trace_;
  RunRecord record_;
  int stopped_by_ = 0;
};

}  // namespace

Result<RunOutcome> RecordTrace(const TraceRequest& request, RunObserver* observer) {
  if (request.measuring.command.empty()) return Recording(request, observer).Run();
  RunOptions run = request.measuring;
  run.trace_file = request.file;
  run.keep = false;
  return RunCommand(run, observer);
}

}  // namespace jouleprint
