// One meter, read by one thread on the cadence of whoever wants it most often, which also brings it back
// when it is gone.
//
// A reader per meter means that a meter that is slow, blocks or dies delays no other, nor the run. Its
// thread alone touches the meter; whoever wants something of it asks and waits with patience. A meter
// that blocks is set aside (it is not asked again at once) and one that is gone is reopened, both after
// a pause that grows while it does not help. Every reading goes to all the books that have joined: one
// run's, or those of many at once. The thread ends with the last of them.
//
// The sampling loop allocates nothing, opens nothing and logs nothing; only Reopen may, when something
// is gone. Any thread may call any of it. A lane (lane.h) is the only user. Tested through it by
// tests/sampling/lane*_test.cc.
#ifndef JOULEPRINT_SAMPLING_METER_READER_H_
#define JOULEPRINT_SAMPLING_METER_READER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
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

/// What one lane keeps of the readings, and what it wants of the reader.
struct LaneBooks {
  LaneBooks(Ledger ledger_of, Seconds period_of) : ledger(std::move(ledger_of)), period(period_of) {}

  Ledger ledger;                   // under the reader's ledger mutex
  std::shared_ptr<LedgerTap> tap;  // set before the first reading

  const Seconds period;
  // Under the reader's wish mutex:
  bool on_cadence = false;
  bool starts = false;            // it has just gone on cadence: its first readings' lag is asked for
  std::uint64_t last_ticket = 0;  // != 0: the reading with this number is its last
  bool ended = false;
};

class MeterReader : public std::enable_shared_from_this<MeterReader> {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  using Ticket = std::uint64_t;

  /// `clock` outlives the reader.
  MeterReader(std::unique_ptr<meters::Meter> meter, const os::Clock& clock);
  ~MeterReader();

  meters::Meter& meter() const { return *meter_; }
  const os::Clock& clock() const { return clock_; }

  /// From now on `books` get every reading.
  void Join(std::shared_ptr<LaneBooks> books);
  /// And from now on they get none. Nobody waits, and nothing is read.
  void Leave(const LaneBooks* books);
  /// Starts the thread where there is none; it reads when it is asked to.
  void Launch();
  /// From now on the thread reads on the cadence of `books` as well. Launches it where nobody has.
  void Start(LaneBooks* books);

  /// Has the meter read as soon as may be: by the thread, or where there is none by the caller. The ticket
  /// says which reading that is.
  Ticket Ask();
  /// True when a reading with this number, or a later one, has been taken.
  bool Answered(Ticket ticket);
  bool Await(Ticket ticket, Deadline deadline);
  /// Reads on the calling thread: it hangs if the meter does. Waits for a read in progress.
  void Tick() noexcept;

  /// `books` are to get a last reading, and no more after it.
  void AskToEnd(LaneBooks* books);
  /// False when that has not been by the deadline, because the meter hangs: the thread is left behind.
  bool AwaitEnd(const LaneBooks* books, Deadline deadline);

  /// Nothing enters a ledger while the lock is held: for moments only.
  std::unique_lock<std::mutex> Hold() const { return std::unique_lock(ledger_mutex_); }
  /// Since when the meter has been asked without an answer.
  std::optional<os::BootTime> busy_since() const;
  /// CPU time of the thread, where one runs.
  Seconds CpuTime();

 private:
  enum class Wish { kNothing, kCadence, kReading, kLast };

  void Loop() noexcept;
  Wish AwaitWish(std::unique_lock<std::mutex>* lock);
  bool AwaitDone(Deadline deadline, const std::function<bool()>& done);
  void Serve(Wish wish) noexcept;
  void ReadAndAdd(os::BootTime began) noexcept;
  void Mend(bool at_once) noexcept;
  bool NeedsMending() const;
  void LookAtStarts() noexcept;
  void EndBooks(Ticket upto) noexcept;
  void WatchRenewal(LaneBooks* books, RunEnd end) noexcept;
  void CorrectShortRun(LaneBooks* books) noexcept;
  /// The first of the books for which `wanted`; null where there are none. Allocates nothing.
  std::shared_ptr<LaneBooks> FirstOf(const std::function<bool(const LaneBooks&)>& wanted);
  void Remove(const LaneBooks* books);
  void NoteCadence();
  void JoinEndedThread();
  Seconds period() const { return Seconds{period_s_.load(std::memory_order_relaxed)}; }

  const std::unique_ptr<meters::Meter> meter_;
  const os::Clock& clock_;

  std::mutex read_mutex_;  // one reader of the meter at a time; may be held for long by a hanging meter
  std::vector<meters::Reading> readings_;
  GrowingPause aside_;    // of a meter that blocked
  GrowingPause mending_;  // of one that is gone

  // Taken in this order: read, wish, ledger. The list of books changes with the last two held.
  mutable std::mutex wish_mutex_;    // of what is wanted of the thread; never held over a read
  mutable std::mutex ledger_mutex_;  // held for moments only
  std::vector<std::shared_ptr<LaneBooks>> books_;

  std::atomic<std::int64_t> busy_since_ns_{0};  // with the meter; 0: it is not asked for anything
  std::atomic<double> period_s_{0};             // the shortest that any of the books want

  os::Doorbell wished_;  // rung by whoever wants something
  os::Doorbell done_;    // rung by the thread
  Deadline next_{};      // reading on cadence
  bool on_cadence_ = false;
  bool stopped_ = false;
  Ticket asked_ = 0;  // readings out of turn
  Ticket answered_ = 0;
  std::thread thread_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_METER_READER_H_
