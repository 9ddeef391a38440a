// The steps of a Measurement, live and from a trace: the idle machine, the first readings, the start, the
// last readings. A trace holds what each step told the ledgers and when it looked at them, so that the same
// functions, told the same, come to the same figures.
#include <chrono>
#include <cmath>
#include <mutex>
#include <utility>

#include "job/measurement.h"
#include "os/chrono.h"
#include "sampling/trace_writer.h"

namespace jouleprint::job {
namespace {

// How long the first and the last reading may take; nobody waits longer for a meter that hangs.
constexpr Seconds kPatience{1};
// How long a mark in time waits for its reading.
constexpr Seconds kMarkPatience{0.1};
constexpr Seconds kBaselineLook{0.1};

std::chrono::steady_clock::time_point After(Seconds patience) {
  return std::chrono::steady_clock::now() + os::ToChrono(patience);
}

}  // namespace

Measurement::~Measurement() {
  for (const auto& lane : lanes_) lane->Abandon();
}

void Measurement::TraceTo(std::shared_ptr<sampling::TraceWriter> trace) {
  trace_ = std::move(trace);
  for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i]->SetTap(trace_->TapOf(i));
}

bool Measurement::WatchBaseline(Seconds duration, const std::function<bool(Seconds)>& pause) {
  ReadAll(kPatience);
  Step(sampling::Moment::kBaselineBegins);
  const os::BootTime start = clock_.Boot();
  while (clock_.Boot() - start < duration) {
    if (!pause(std::min(kBaselineLook, duration - (clock_.Boot() - start)))) return false;
    ReadAll(kMarkPatience);
    Step(sampling::Moment::kBaselineLook);
  }
  Step(sampling::Moment::kBaselineEnds);
  return true;
}

void Measurement::Begin() {
  start_ = clock_.Boot();
  start_utc_ = clock_.Utc();
  ReadAll(kPatience);
  for (const auto& lane : lanes_) lane->BeginRun(start_, start_utc_);
}

void Measurement::CommandStarted() { Step(sampling::Moment::kCommandStarts); }

void Measurement::LaunchReaders() {
  for (const auto& lane : lanes_) lane->Launch();
}

void Measurement::StartSampling() {
  for (const auto& lane : lanes_) lane->Start();
}

void Measurement::ReadNow() { ReadAll(kMarkPatience); }

// All at once, so that several that hang cost no more than one.
void Measurement::ReadAll(Seconds patience) {
  for (const auto& lane : lanes_) lane->Ask();
  const auto deadline = After(patience);
  for (const auto& lane : lanes_) lane->Await(deadline);
}

void Measurement::End() {
  Step(sampling::Moment::kRunEnds);
  for (const auto& lane : lanes_) lane->AskToStop();
  const auto deadline = After(kPatience);
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i]->AwaitStop(deadline)) continue;
    NoteHanging(i);
    if (trace_) trace_->Note(sampling::HangingEvent{i});
  }
}

void Measurement::NoteHanging(std::size_t lane) { hanging_.push_back(lanes_[lane]->meter().name()); }

// The ledgers are held meanwhile: what a trace puts before the step is what the step has seen.
void Measurement::Step(sampling::Moment moment) {
  std::vector<std::unique_lock<std::mutex>> held;
  Totals totals;
  for (const auto& lane : lanes_) held.push_back(lane->Hold());
  for (const auto& lane : lanes_) totals.push_back(lane->held().totals());
  const os::BootTime boot = clock_.Boot();
  const UtcTime utc = clock_.Utc();
  if (trace_) trace_->Note(sampling::MomentEvent{moment, boot, utc});
  held.clear();
  Apply({moment, boot, utc}, std::move(totals));
}

void Measurement::Apply(const sampling::MomentEvent& event, Totals totals) {
  switch (event.moment) {
    case sampling::Moment::kBaselineBegins:
      baseline_start_ = event.boot;
      idle_looks_.emplace(std::move(totals));
      break;
    case sampling::Moment::kBaselineLook:
      if (idle_looks_) idle_looks_->Add(std::move(totals));
      break;
    case sampling::Moment::kBaselineEnds:
      EndBaseline(event.boot);
      break;
    case sampling::Moment::kCommandStarts:
      start_ = event.boot;
      start_utc_ = event.utc;
      break;
    case sampling::Moment::kRunEnds:
      end_ = event.boot;
      end_utc_ = event.utc;
      break;
  }
}

void Measurement::EndBaseline(os::BootTime now) {
  if (!idle_looks_) return;
  baseline_watched_ = now - baseline_start_;
  for (Member& member : members_) {
    if (!IsModel(InfoOf(member))) member.idle = idle_looks_->MeanOf(member.lane, member.index);
  }
  idle_looks_.reset();
}

void Measurement::Play(const sampling::TraceEvent& event) {
  using namespace sampling;
  const auto ledger = [this](std::size_t lane) -> Ledger& { return lanes_[lane]->ledger(); };
  if (const auto* e = std::get_if<TickEvent>(&event)) return ledger(e->lane).Add(e->readings, e->tick);
  if (const auto* e = std::get_if<BeginRunEvent>(&event)) {
    return ledger(e->lane).BeginRun(e->start, e->start_utc);
  }
  if (const auto* e = std::get_if<BeginLooksEvent>(&event)) {
    ledger(e->lane).BeginLooks(e->end);
    return;
  }
  if (const auto* e = std::get_if<LookEvent>(&event)) {
    ledger(e->lane).Look(e->end, e->readings);
    return;
  }
  if (const auto* e = std::get_if<HeldBackEvent>(&event)) return ledger(e->lane).AddWhatIsHeldBack();
  if (const auto* e = std::get_if<HangingEvent>(&event)) return NoteHanging(e->lane);
  if (const auto* e = std::get_if<MomentEvent>(&event)) Apply(*e, AllTotals());
}

}  // namespace jouleprint::job
