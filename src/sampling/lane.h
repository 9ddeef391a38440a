// One meter, read on its own cadence by its own thread, and what its domains have used so far.
//
// A lane per meter means that a meter that is slow, blocks or dies delays no other. The sampling
// loop (Tick) allocates nothing, opens nothing and logs nothing; what needs that (Reopen) is done by
// the owner's thread through Mend(). Totals may be read from any thread at any time, even while the
// meter hangs in a read.
#ifndef JOULEPRINT_SAMPLING_LANE_H_
#define JOULEPRINT_SAMPLING_LANE_H_

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "meters/meter.h"
#include "os/clock.h"
#include "sampling/integrator.h"
#include "sampling/renewal.h"
#include "sampling/rollup.h"

namespace jouleprint::sampling {

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
};

/// A stretch between two readings that was much longer than the cadence.
struct Gap {
  os::BootTime from;
  Seconds duration{0};
  bool suspended = false;
};

class Lane : public std::enable_shared_from_this<Lane> {
 public:
  /// `clock` outlives the lane. `period` > 0.
  Lane(std::unique_ptr<meters::Meter> meter, const os::Clock& clock, Seconds period);
  ~Lane();

  /// Reads the meter once, on the calling thread: it hangs if the meter does. Waits for a read in progress.
  void Tick() noexcept;
  /// Has the lane's own thread read now. False when that takes longer than `patience`, and at once when
  /// it has not come back from the time before. Without a thread it is a Tick. One caller at a time.
  bool ReadNow(Seconds patience);
  /// Forgets what was used so far; readings go on from the last one.
  void BeginRun(os::BootTime start, UtcTime start_utc);

  /// Starts the thread that ticks. Once.
  void Start();
  /// The thread takes a last reading and ends. False when the meter hangs: the thread is left behind
  /// and the totals end at the last good reading.
  bool Stop(Seconds patience);
  /// Reopens what is gone or replaced, and reads. Called by the owner every now and then.
  void Mend();

  const meters::Meter& meter() const { return *meter_; }
  const std::vector<meters::DomainInfo>& domains() const { return meter_->domains(); }
  Seconds period() const { return period_; }
  std::vector<DomainTotals> totals() const;
  std::vector<Gap> gaps() const;
  std::vector<Rollup> rollups() const;
  std::int64_t ticks() const { return ticks_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kGapsKept = 64;

  // The stretch that the next figure of power is taken over: long enough that when the device renewed
  // its counter matters little, or two renewals in one stretch would look like twice the power.
  struct Peak {
    Seconds shortest{0};
    os::BootTime from;
    Joules energy{0};
  };

  void Loop() noexcept;
  void ReadAndAdd() noexcept;
  void AddReading(std::size_t i, Seconds awake) noexcept;
  void AddSlice(std::size_t i, const Slice& slice) noexcept;
  void NotePower(std::size_t i, const Slice& slice) noexcept;
  void NoteGap(os::BootTime now, Seconds awake) noexcept;
  void WatchRenewal(RenewalWatch* watch) noexcept;
  void AddWhatIsHeldBack() noexcept;

  const std::unique_ptr<meters::Meter> meter_;
  const os::Clock& clock_;
  const Seconds period_;

  std::mutex read_mutex_;  // one reader of the meter at a time; may be held for long by a hanging meter
  std::vector<meters::Reading> readings_;
  std::vector<Integrator> integrators_;
  RenewalWatch at_start_;
  RenewalWatch at_end_;
  os::BootTime run_start_;
  os::BootTime last_tick_;
  Seconds last_awake_{0};

  mutable std::mutex totals_mutex_;  // held for moments only; taken after read_mutex_, never before
  std::vector<DomainTotals> totals_;
  std::vector<Rollup> rollups_;
  std::vector<Peak> peaks_;
  std::array<Gap, kGapsKept> gaps_{};
  std::size_t gap_count_ = 0;

  std::atomic<bool> needs_mending_{false};
  std::atomic<std::int64_t> ticks_{0};

  std::mutex wish_mutex_;  // of what the owner wants of the thread; never held over a read
  std::condition_variable wish_changed_;
  bool stopping_ = false;
  bool stopped_ = false;
  std::uint64_t asked_ = 0;  // readings out of turn
  std::uint64_t answered_ = 0;
  std::thread thread_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_LANE_H_
