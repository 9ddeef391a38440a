// The meters of one run, from the idle baseline to the last reading: owns the lanes, chooses at the
// end which domains stand, and turns their totals into what energy/ accounts for.
//
// Used by the main thread only; the lanes' own threads are inside.
#ifndef JOULEPRINT_JOB_MEASUREMENT_H_
#define JOULEPRINT_JOB_MEASUREMENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "energy/account.h"
#include "jouleprint/record.h"
#include "jouleprint/run.h"
#include "meters/catalog.h"
#include "os/clock.h"
#include "sampling/lane.h"

namespace jouleprint::job {

class Measurement {
 public:
  /// Discovers the meters. kNotPresent when the machine offers nothing at all, not even a model.
  static Result<std::unique_ptr<Measurement>> Prepare(const RunOptions& options, const os::Clock& clock);

  const meters::Catalog& catalog() const { return catalog_; }
  /// False where only a model reads: its idle power is its own, and nothing needs to be watched.
  bool NeedsBaseline() const;
  /// Watches the idle machine. `pause(s)` waits and says false to give up.
  bool WatchBaseline(Seconds duration, const std::function<bool(Seconds)>& pause);

  /// First readings, just before the command is started.
  void Begin();
  /// The command has been started: the run starts here, and what was used since Begin is not its.
  void CommandStarted();
  /// From here on the lanes read on their own.
  void StartSampling();
  /// Has every meter read now, so that a mark in time gets its exact energy; waits for none that hangs.
  void ReadNow();
  /// Reopens what is gone. Now and then.
  void Mend();
  /// The run ends here. Last readings; what is used until they are taken is not the run's.
  void End();

  os::BootTime start() const { return start_; }
  UtcTime start_utc() const { return start_utc_; }
  /// Until End, now; after, the end.
  Seconds duration() const;
  /// What the domains that stand have used so far.
  std::vector<energy::DomainUse> Uses() const;
  /// Watts now, by domain that stands.
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
    std::optional<energy::IdlePower> idle;
  };

  Measurement(const RunOptions& options, const os::Clock& clock, meters::Catalog catalog);
  const meters::DomainInfo& InfoOf(const Member& member) const;
  std::vector<std::vector<sampling::DomainTotals>> AllTotals() const;
  /// The members that stand, given what they have shown so far.
  std::vector<const Member*> Standing(const std::vector<std::vector<sampling::DomainTotals>>& totals) const;
  bool HasFailed(const Member& member, const sampling::DomainTotals& totals) const;
  Joules EnergyOfRun(const sampling::DomainTotals& totals) const;
  std::optional<energy::IdlePower> IdleOf(const Member& member, Joules energy, Joules all) const;
  os::BootTime Now() const { return end_ ? *end_ : clock_.Boot(); }

  const BaselineOption baseline_option_;
  const os::Clock& clock_;
  meters::Catalog catalog_;
  std::vector<std::shared_ptr<sampling::Lane>> lanes_;
  std::vector<Member> members_;
  Seconds baseline_watched_{0};
  os::BootTime start_;
  UtcTime start_utc_;
  std::optional<os::BootTime> end_;
  UtcTime end_utc_;
  std::vector<std::string> hanging_;  // meters that did not answer at the end
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_MEASUREMENT_H_
