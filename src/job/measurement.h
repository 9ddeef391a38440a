// The meters of one run, from the idle baseline to the last reading: owns the lanes, chooses at the
// end which domains stand, and turns their totals into what energy/ accounts for. The meters themselves may
// be shared with other measurements (meter_set.h).
//
// Used by one thread at a time; the readers' own threads are inside.
#ifndef JOULEPRINT_JOB_MEASUREMENT_H_
#define JOULEPRINT_JOB_MEASUREMENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "energy/account.h"
#include "job/idle_looks.h"
#include "job/meter_set.h"
#include "jouleprint/record.h"
#include "jouleprint/run.h"
#include "meters/catalog.h"
#include "os/clock.h"
#include "sampling/lane.h"
#include "sampling/ledger.h"
#include "sampling/trace_event.h"

namespace jouleprint::sampling {
class TraceWriter;
}

namespace jouleprint::job {

class Measurement {
 public:
  /// Discovers the meters. kNotPresent when the machine offers nothing at all, not even a model.
  static Result<std::unique_ptr<Measurement>> Prepare(const RunOptions& options, const os::Clock& clock);
  /// With meters that have been discovered, and may be others' as well.
  static std::unique_ptr<Measurement> Of(const RunOptions& options, const os::Clock& clock,
                                         std::shared_ptr<const MeterSet> set);

  /// Whoever has not called End leaves no thread behind that goes on reading.
  ~Measurement();

  const meters::Catalog& catalog() const { return set_->catalog; }
  /// False where only a model reads: its idle power is its own, and nothing needs to be watched.
  bool NeedsBaseline() const;
  /// Watches the idle machine. `pause(s)` waits and says false to give up.
  bool WatchBaseline(Seconds duration, const std::function<bool(Seconds)>& pause);

  /// Set up from a trace's catalog, whose meters are never read: Play tells what happened instead.
  static std::unique_ptr<Measurement> OfTrace(const RunOptions& options, const os::Clock& clock,
                                              meters::Catalog catalog);
  void Play(const sampling::TraceEvent& event);

  /// Everything from here on goes to the trace as well. Before LaunchReaders.
  void TraceTo(std::shared_ptr<sampling::TraceWriter> trace);
  const std::vector<std::shared_ptr<sampling::Lane>>& lanes() const { return lanes_; }
  /// Has each meter read by a thread of its own from here on, so that one that hangs delays nobody by more
  /// than a second. Whoever does not call it (a test) has everything read on the calling thread.
  void LaunchReaders();
  /// First readings, just before the command is started.
  void Begin();
  /// The command has been started: the run starts here, and what was used since Begin is not its.
  void CommandStarted();
  /// From here on the lanes read on their own.
  void StartSampling();
  /// Has every meter read now, so that a mark in time gets its exact energy; waits for none that hangs.
  void ReadNow();
  /// What every domain has used up to a moment at which it was read.
  struct Mark {
    os::BootTime at;
    std::vector<std::vector<sampling::DomainTotals>> totals;  // by lane and domain
  };
  /// Has every meter read now. What does not answer in time has used its last known power since.
  Mark MarkNow();
  /// What was used between two marks, by the domains that stand now: for energy::MakeAccount. Exact to the
  /// counters; who used it is not asked.
  energy::Question Between(const Mark& from, const Mark& to) const;
  /// The run ends here. Last readings; what is used until they are taken is not the run's.
  void End();

  bool ended() const { return end_.has_value(); }
  os::BootTime start() const { return start_; }
  UtcTime start_utc() const { return start_utc_; }
  /// Until End, now; after, the end.
  Seconds duration() const;
  /// What the domains that stand have used so far, but for the total.
  std::vector<energy::DomainUse> Uses() const;
  /// What the meter of the whole machine counted. Nothing where there is none, or none that can be believed.
  std::optional<energy::DomainUse> Total() const;
  /// Who can tell who used the accelerators.
  std::vector<std::shared_ptr<meters::AcceleratorUse>> Accelerators() const { return set_->accelerators; }
  /// Watts now, by domain that stands; with a total, "other" is what the parts leave of it.
  std::vector<std::pair<std::string, double>> PowerNow() const;
  std::vector<GapRecord> Gaps() const;
  PowerSeries Series() const;
  std::int64_t samples() const;
  /// Domains that were to be counted and are not, after what they showed; with the catalog's own.
  std::vector<DroppedDomain> Dropped() const;
  /// What a reader of the record should know: domains filled in, lanes that hang, a clock that stepped.
  std::vector<std::string> Warnings() const;
  BaselineRecord Baseline() const;

 private:
  struct Member {  // a domain of the machine
    std::size_t lane = 0;
    std::size_t index = 0;
    bool standby = false;
    bool total = false;  // measures all the others and more
    std::optional<energy::IdlePower> idle{};
  };
  using Totals = IdleLooks::Totals;

  Measurement(const RunOptions& options, const os::Clock& clock, std::shared_ptr<const MeterSet> set);
  void Step(sampling::Moment moment);
  void Apply(const sampling::MomentEvent& event, Totals totals);
  void EndBaseline(os::BootTime now);
  void NoteHanging(std::size_t lane);
  const meters::DomainInfo& InfoOf(const Member& member) const;
  void ReadAll(Seconds patience);
  std::vector<std::string> WarningsOfReturns() const;
  Totals AllTotals() const;
  /// The members that stand, given what they have shown so far; the total is not among them.
  std::vector<const Member*> Standing(const Totals& totals) const;
  /// Null where there is none, or it has failed.
  const Member* StandingTotal(const Totals& totals) const;
  bool HasFailed(const Member& member, const sampling::DomainTotals& totals) const;
  /// A total that was silent for too long says less than its parts.
  bool IsMostlyFilled(const Member& member, const sampling::DomainTotals& totals) const;
  /// Why a member that was to be counted is not; "" when it is.
  std::string ReasonAgainst(const Member& member, const Totals& totals) const;
  /// How long a member may say nothing before it is taken for lost.
  Seconds SilenceOf(const Member& member) const;
  energy::DomainUse UseOf(const Member& member, const sampling::DomainTotals& totals) const;
  energy::DomainUse UseBetween(const Member& member, const Mark& from, const Mark& to) const;
  Joules EnergyOfRun(const sampling::DomainTotals& totals) const;
  std::optional<energy::IdlePower> IdleOf(const Member& member, Joules energy, Joules all) const;
  os::BootTime Now() const { return end_ ? *end_ : clock_.Boot(); }

  const BaselineOption baseline_option_;
  const os::Clock& clock_;
  std::shared_ptr<const MeterSet> set_;
  std::vector<std::shared_ptr<sampling::Lane>> lanes_;
  std::vector<Member> members_;
  std::shared_ptr<sampling::TraceWriter> trace_;
  std::optional<IdleLooks> idle_looks_;  // while the idle machine is watched
  os::BootTime baseline_start_;
  Seconds baseline_watched_{0};
  os::BootTime start_;
  UtcTime start_utc_;
  std::optional<os::BootTime> end_;
  UtcTime end_utc_;
  std::vector<std::string> hanging_;  // meters that did not answer at the end
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_MEASUREMENT_H_
