// One meter, read on its own cadence by its own thread, which also brings it back when it is gone.
//
// A lane per meter means that a meter that is slow, blocks or dies delays no other, nor the run. Its
// thread alone touches the meter; whoever wants something of it asks and waits with patience. A meter
// that blocks is set aside (it is not asked again at once) and one that is gone is reopened, both after
// a pause that grows while it does not help. What has been used is in a Ledger; it may be seen from any
// thread at any time, even while the meter hangs.
//
// The sampling loop allocates nothing, opens nothing and logs nothing; only Reopen may, when something
// is gone. Tested by tests/sampling/lane_test.cc, lane_thread_test.cc, lane_faults_test.cc.
#ifndef JOULEPRINT_SAMPLING_LANE_H_
#define JOULEPRINT_SAMPLING_LANE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "meters/meter.h"
#include "os/clock.h"
#include "os/doorbell.h"
#include "sampling/ledger.h"

namespace jouleprint::sampling {

/// A pause before the next try: it doubles with each one that fails.
class GrowingPause {
 public:
  static constexpr Seconds kShortest{0.5};
  static constexpr Seconds kLongest{30};

  bool Over(os::BootTime now) const { return now >= until_; }
  void Failed(os::BootTime now);
  void Succeeded(os::BootTime now);
  void Reset() { *this = {}; }

 private:
  Seconds next_ = kShortest;
  os::BootTime until_;
};

/// What a lane's ledger is told, for whoever keeps a trace. Called with the ledger locked, so in the
/// order in which it happens; allocates nothing and waits for nothing.
class LedgerTap {
 public:
  virtual ~LedgerTap() = default;
  virtual void OnTick(std::span<const meters::Reading> readings, const Tick& tick) noexcept = 0;
  virtual void OnBeginRun(os::BootTime start, UtcTime start_utc) noexcept = 0;
  virtual void OnBeginLooks(RunEnd end) noexcept = 0;
  virtual void OnLook(RunEnd end, std::span<const meters::Reading> readings) noexcept = 0;
  virtual void OnHeldBack() noexcept = 0;
};

class Lane : public std::enable_shared_from_this<Lane> {
 public:
  /// `clock` outlives the lane. `period` > 0.
  Lane(std::unique_ptr<meters::Meter> meter, const os::Clock& clock, Seconds period);
  ~Lane();

  /// Everything that the ledger is told is told to `tap` too. Before Launch.
  void SetTap(std::shared_ptr<LedgerTap> tap) { tap_ = std::move(tap); }

  /// Starts the thread; it reads when it is asked to. Without one, Ask reads on the calling thread.
  void Launch();
  /// From now on the thread reads on its cadence as well. Launches it where nobody has.
  void Start();

  /// Has the meter read as soon as may be. Does nothing while it has not come back from the time before.
  void Ask();
  /// True once what was asked for has been done. False at `deadline`, or at once when Ask did nothing.
  bool Await(std::chrono::steady_clock::time_point deadline);
  /// Ask and Await. One caller at a time, as with each of them.
  bool ReadNow(Seconds patience);
  /// Reads on the calling thread: it hangs if the meter does. Waits for a read in progress.
  void Tick() noexcept;
  /// Forgets what was used so far; readings go on from the last one.
  void BeginRun(os::BootTime start, UtcTime start_utc);

  /// The thread is to take a last reading and end.
  void AskToStop();
  /// False when it has not by the deadline, because the meter hangs: the thread is left behind and the
  /// totals end at the last good reading.
  bool AwaitStop(std::chrono::steady_clock::time_point deadline);
  /// Both.
  bool Stop(Seconds patience);
  /// The thread, where there is one, is to end, and nobody waits for it.
  void Abandon();

  const meters::Meter& meter() const { return *meter_; }
  const std::vector<meters::DomainInfo>& domains() const { return meter_->domains(); }
  Seconds period() const { return period_; }
  std::vector<DomainTotals> totals() const;
  std::vector<Gap> gaps() const;
  MergedGaps more_gaps() const;
  BlockedReads blocked() const;
  std::vector<Rollup> rollups() const;
  std::int64_t ticks() const;
  /// Since when the meter has not answered, where that is longer than a gap.
  std::optional<os::BootTime> hanging() const;
  /// Nothing enters the ledger while the lock is held: for moments only.
  std::unique_lock<std::mutex> Hold() const { return std::unique_lock(ledger_mutex_); }
  /// What the ledger says while it is held.
  const Ledger& held() const { return ledger_; }
  /// For a lane whose readings come from a trace: its ledger, which nobody else touches.
  Ledger& ledger() { return ledger_; }

 private:
  enum class Wish { kNothing, kCadence, kReading, kLast };

  void Loop() noexcept;
  Wish AwaitWish(std::unique_lock<std::mutex>* lock, std::chrono::steady_clock::time_point next);
  bool AwaitDone(std::chrono::steady_clock::time_point deadline, const std::function<bool()>& done);
  void Serve(Wish wish) noexcept;
  void ReadAndAdd(os::BootTime began) noexcept;
  void Mend(bool at_once) noexcept;
  bool NeedsMending() const;
  void WatchRenewal(RunEnd end) noexcept;
  void CorrectShortRun() noexcept;

  const std::unique_ptr<meters::Meter> meter_;
  const os::Clock& clock_;
  const Seconds period_;
  std::shared_ptr<LedgerTap> tap_;

  std::mutex read_mutex_;  // one reader of the meter at a time; may be held for long by a hanging meter
  std::vector<meters::Reading> readings_;
  GrowingPause aside_;    // of a meter that blocked
  GrowingPause mending_;  // of one that is gone

  mutable std::mutex ledger_mutex_;  // held for moments only; taken after read_mutex_, never before
  Ledger ledger_;

  std::atomic<std::int64_t> busy_since_ns_{0};  // with the meter; 0: it is not asked for anything

  std::mutex wish_mutex_;  // of what the owner wants of the thread; never held over a read
  os::Doorbell wished_;    // rung by the owner
  os::Doorbell done_;      // rung by the thread
  bool on_cadence_ = false;
  bool stopping_ = false;
  bool stopped_ = false;
  std::uint64_t asked_ = 0;  // readings out of turn
  std::uint64_t answered_ = 0;
  bool may_await_ = true;  // the owner's: its last Ask was heard
  std::thread thread_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_LANE_H_
