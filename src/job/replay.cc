// The implementation of trace.h but for recording: a trace's events go into the ledgers of a Measurement
// that has no meters, and from there on all is as in a run.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "carbon/footprint/footprint.h"
#include "job/figures.h"
#include "job/pricing.h"
#include "job/run_trace.h"
#include "jouleprint/trace.h"
#include "record/run_id.h"
#include "sampling/trace_reader.h"

namespace jouleprint {
namespace {

using sampling::TraceEvent;

// Shows the time of the event that is played.
class ReplayClock final : public os::Clock {
 public:
  os::BootTime Boot() const noexcept override { return boot_; }
  Seconds Awake() const noexcept override { return awake_; }
  UtcTime Utc() const noexcept override { return utc_; }

  void Follow(const TraceEvent& event) {
    if (const auto* tick = std::get_if<sampling::TickEvent>(&event)) {
      boot_ = std::max(boot_, tick->tick.now);
      awake_ = tick->tick.awake;
    } else if (const auto* moment = std::get_if<sampling::MomentEvent>(&event)) {
      boot_ = moment->boot;
      utc_ = moment->utc;
    }
  }

 private:
  os::BootTime boot_;
  Seconds awake_{0};
  UtcTime utc_;
};

class Replay {
 public:
  explicit Replay(sampling::TraceReader* reader)
      : reader_(*reader),
        options_(job::OptionsOf(reader->header())),
        measurement_(job::Measurement::OfTrace(options_, clock_, job::CatalogOf(reader->header()))) {}

  Result<TraceReplay> Run() {
    while (const std::optional<TraceEvent> event = reader_.Next()) Play(*event);
    if (!started_) {
      return Error{ErrorCode::kCorrupt, "the trace ends before its run began" + Because(),
                   "record it again; let it run until the command has started"};
    }
    if (!measurement_->ended()) EndHere();
    TraceReplay replay;
    replay.record = Record();
    replay.series = measurement_->Series();
    replay.problem = Problem();
    return replay;
  }

 private:
  void Play(const TraceEvent& event) {
    clock_.Follow(event);
    if (const auto* lost = std::get_if<sampling::LostEvent>(&event)) lost_ += lost->events;
    if (const auto* moment = std::get_if<sampling::MomentEvent>(&event))
      started_ = started_ || moment->moment == sampling::Moment::kCommandStarts;
    if (const auto* users = std::get_if<sampling::UsersEvent>(&event)) {
      users_ = *users;
    } else {
      measurement_->Play(event);
    }
  }

  // Where the trace stops, so does its run; nobody knows whether the clock was set.
  void EndHere() {
    const os::BootTime now = std::max(clock_.Boot(), measurement_->start());
    measurement_->Play(sampling::MomentEvent{sampling::Moment::kRunEnds, now,
                                             measurement_->start_utc() + (now - measurement_->start())});
  }

  RunRecord Record() const {
    const sampling::TraceHeader& header = reader_.header();
    RunRecord record;
    record.version = JOULEPRINT_VERSION;
    record.host = header.host;
    record.job.reserved = header.reserved;
    record.pue = header.pue;
    record.pue_given = header.pue_given;
    record.pue_source = header.pue_source;
    record.zone = header.zone;
    record.intensity = header.intensity;
    record.start = measurement_->start_utc();
    record.run_id = users_.run_id.empty() ? record::MakeRunId(record.start) : users_.run_id;
    record.state = Problem().empty() ? RunState::kFinished : RunState::kRecovered;
    job::FillFigures(job::QuestionOf(*measurement_, header.reserved, users_, options_.idle_split),
                     *measurement_, users_, &record);
    job::Pricing(header.intensity).Price(measurement_->Series(), &record);
    if (header.priced_by_time) {
      record.warnings.push_back("the run was priced by the clock; a trace holds no intensities, so that " +
                                header.intensity.source + " stands for all times here");
    }
    carbon::FillFootprint(header.footprint, &record);
    return record;
  }

  std::string Problem() const {
    if (!reader_.problem().empty()) return reader_.problem() + "; the figures are of what lies before";
    if (lost_ == 0) return {};
    return "the trace lacks " + std::to_string(lost_) +
           " events that the disk was too slow for: its figures are not those of the run";
  }
  std::string Because() const { return reader_.problem().empty() ? "" : ": " + reader_.problem(); }

  sampling::TraceReader& reader_;
  ReplayClock clock_;
  const RunOptions options_;
  const std::unique_ptr<job::Measurement> measurement_;
  sampling::UsersEvent users_;
  std::uint64_t lost_ = 0;
  bool started_ = false;
};

class Inspection {
 public:
  explicit Inspection(const sampling::TraceHeader& header) {
    facts_.version = header.version;
    facts_.host = header.host;
    for (const sampling::TraceLane& lane : header.lanes) {
      TraceFacts::Meter& meter = facts_.meters.emplace_back();
      meter.name = lane.meter;
      meter.period = lane.period;
      for (const meters::DomainInfo& domain : lane.domains) meter.domains.push_back(domain.name);
    }
  }

  void See(const TraceEvent& event) {
    ++facts_.events;
    if (const auto* tick = std::get_if<sampling::TickEvent>(&event)) {
      ++facts_.meters[tick->lane].ticks;
      last_ = tick->tick.now;
    } else if (const auto* lost = std::get_if<sampling::LostEvent>(&event)) {
      facts_.lost += static_cast<std::int64_t>(lost->events);
    } else if (const auto* moment = std::get_if<sampling::MomentEvent>(&event)) {
      if (moment->moment == sampling::Moment::kCommandStarts) {
        start_ = moment->boot;
        facts_.start = moment->utc;
      }
      if (moment->moment == sampling::Moment::kRunEnds) end_ = moment->boot;
    }
  }

  TraceFacts Take(const sampling::TraceReader& reader) {
    if (start_) facts_.duration = std::max(Seconds{0}, end_.value_or(last_) - *start_);
    facts_.bytes = reader.bytes();
    facts_.problem = reader.problem();
    return std::move(facts_);
  }

 private:
  TraceFacts facts_;
  std::optional<os::BootTime> start_;
  std::optional<os::BootTime> end_;
  os::BootTime last_;
};

}  // namespace

Result<TraceReplay> ReplayTrace(const std::string& file) {
  Result<sampling::TraceReader> reader = sampling::TraceReader::Open(file);
  if (!reader.ok()) return reader.error();
  Result<TraceReplay> replay = Replay(&*reader).Run();
  if (!replay.ok())
    return Error{replay.error().code, file + ": " + replay.error().message, replay.error().hint};
  return replay;
}

Result<TraceFacts> InspectTrace(const std::string& file) {
  Result<sampling::TraceReader> reader = sampling::TraceReader::Open(file);
  if (!reader.ok()) return reader.error();
  Inspection inspection(reader->header());
  while (const std::optional<TraceEvent> event = reader->Next()) inspection.See(*event);
  return inspection.Take(*reader);
}

}  // namespace jouleprint
