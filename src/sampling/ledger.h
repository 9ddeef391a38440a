// The books of one meter: what its domains have used, over which time, and what was missed.
//
// Pure: it is told readings and times and decides all that there is to decide about them, without a
// clock, a thread or a meter. What a lane does live and what a trace does later are the same calls, in
// the same order, and give the same figures to the last bit. Nothing is allocated after construction.
// One thread at a time. Tested by tests/sampling/lane_test.cc, lane_faults_test.cc and trace_test.cc.
#ifndef JOULEPRINT_SAMPLING_LEDGER_H_
#define JOULEPRINT_SAMPLING_LEDGER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "meters/meter.h"
#include "os/clock.h"
#include "sampling/integrator.h"
#include "sampling/renewal.h"
#include "sampling/rollup.h"

namespace jouleprint::sampling {

/// When a meter was asked and when it had answered.
struct Tick {
  os::BootTime began;
  os::BootTime now;
  Seconds awake{0};  ///< Clock::Awake() at `now`
};

/// What one domain has used since BeginRun.
struct DomainTotals {
  Joules energy{0};
  Joules filled{0};  ///< of `energy`, what was filled in where readings failed
  Watts power{0};    ///< over the last stretch, see Peak
  Watts max_power{0};
  os::BootTime from;    ///< energy is counted from here
  os::BootTime upto;    ///< energy is known up to here
  bool primed = false;  ///< it has been read at least once
  bool alive = false;   ///< it has shown that it moves
  bool gone = false;    ///< the last attempt to read it failed
  int returns = 0;      ///< how often it was gone and came back
  Seconds away{0};      ///< for so long in all
};

enum class GapCause : std::uint8_t { kStarved, kSuspended, kMeterBlocked };

/// A stretch between two readings that was much longer than the cadence.
struct Gap {
  os::BootTime from;
  Seconds duration{0};
  GapCause cause = GapCause::kStarved;
};

/// The gaps after those that are kept one by one.
struct MergedGaps {
  std::int64_t count = 0;
  os::BootTime from;    ///< where the first of them begins
  Seconds duration{0};  ///< of all of them together
};

/// Reads that took so long that they were gaps themselves.
struct BlockedReads {
  int times = 0;
  Seconds longest{0};
};

/// Which end of a run a look for a renewal belongs to.
enum class RunEnd : std::uint8_t { kStart, kEnd };

class Ledger {
 public:
  static constexpr std::size_t kGapsKept = 64;

  /// `period` is the time between two readings as it is meant to be.
  Ledger(const std::vector<meters::DomainInfo>& domains, Seconds period, os::BootTime start,
         UtcTime start_utc);

  /// Forgets what was used so far; readings go on from the last one. What a domain that has not been read
  /// yet uses until it is read is filled in.
  void BeginRun(os::BootTime start, UtcTime start_utc) noexcept;
  /// One reading per domain.
  void Add(std::span<const meters::Reading> readings, const Tick& tick) noexcept;

  /// The lag of the last readings is asked for: looks at the meter follow. False when it has no counter
  /// that is renewed often enough.
  bool BeginLooks(RunEnd end) noexcept;
  /// True when there is nothing more to look for.
  bool Look(RunEnd end, std::span<const meters::Reading> readings) noexcept;
  /// For how long it pays to look.
  Seconds look_patience() const { return at_start_.patience(); }
  /// True of a run so short at `now` that the counters' lag shows in its energy.
  bool LagMatters(os::BootTime now) const noexcept;
  /// Corrects the energy by what the counters held back at both ends, where both have been seen.
  void AddWhatIsHeldBack() noexcept;

  /// True when the last reading found a domain gone or replaced.
  bool needs_mending() const { return needs_mending_; }
  const std::vector<DomainTotals>& totals() const { return totals_; }
  const std::vector<Rollup>& rollups() const { return rollups_; }
  std::span<const Gap> gaps() const { return {gaps_.data(), gap_count_}; }
  const MergedGaps& more_gaps() const { return more_gaps_; }
  const BlockedReads& blocked() const { return blocked_; }
  /// Since construction.
  std::int64_t ticks() const { return ticks_; }

 private:
  // The stretch that the next figure of power is taken over: long enough that when the device renewed
  // its counter matters little, or two renewals in one stretch would look like twice the power.
  struct Peak {
    Seconds shortest{0};
    os::BootTime from;
    Joules energy{0};
  };
  // What a domain is waiting for.
  struct Waiting {
    bool first_slice = false;  // none since a run that began before the first reading
    os::BootTime gone_since;   // 0: it is there
  };

  void AddReading(std::size_t i, const meters::Reading& reading, const Tick& tick) noexcept;
  void AddSlice(std::size_t i, const Slice& slice) noexcept;
  void FillBefore(std::size_t i, const Slice& first) noexcept;
  void NotePower(std::size_t i, const Slice& slice) noexcept;
  void NoteState(std::size_t i, meters::ReadState state, os::BootTime now) noexcept;
  void NoteGap(const Tick& tick) noexcept;

  const Seconds shortest_gap_;
  std::vector<Integrator> integrators_;
  std::vector<DomainTotals> totals_;
  std::vector<Rollup> rollups_;
  std::vector<Peak> peaks_;
  std::vector<Waiting> waiting_;
  std::vector<meters::Reading> last_readings_;
  RenewalWatch at_start_;
  RenewalWatch at_end_;
  std::array<Gap, kGapsKept> gaps_{};
  std::size_t gap_count_ = 0;
  MergedGaps more_gaps_;
  BlockedReads blocked_;
  os::BootTime run_start_;
  Tick last_tick_;
  bool needs_mending_ = false;
  std::int64_t ticks_ = 0;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_LEDGER_H_
