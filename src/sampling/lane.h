// One meter as one run sees it: what has been used since the run began is in a Ledger of its own, which may
// be seen from any thread at any time, even while the meter hangs. Who reads the meter, and when, is the
// reader's business (meter_reader.h): it is the lane's alone, or shared with lanes of other runs.
//
// Tested by tests/sampling/lane_test.cc, lane_thread_test.cc, lane_faults_test.cc, lane_sharing_test.cc.
#ifndef JOULEPRINT_SAMPLING_LANE_H_
#define JOULEPRINT_SAMPLING_LANE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "meters/meter.h"
#include "os/clock.h"
#include "sampling/ledger.h"
#include "sampling/meter_reader.h"

namespace jouleprint::sampling {

class Lane {
 public:
  /// With a reader of its own. `clock` outlives the lane. `period` > 0.
  Lane(std::unique_ptr<meters::Meter> meter, const os::Clock& clock, Seconds period);
  /// One of several on a reader; the readings may come more often than every `period`.
  Lane(std::shared_ptr<MeterReader> reader, Seconds period);
  /// As Abandon.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Everything that the ledger is told is told to `tap` too. Before Launch.
  void SetTap(std::shared_ptr<LedgerTap> tap) { books_->tap = std::move(tap); }

  /// Starts the thread; it reads when it is asked to. Without one, Ask reads on the calling thread.
  void Launch() { reader_->Launch(); }
  /// From now on the thread reads on its cadence as well. Launches it where nobody has.
  void Start() { reader_->Start(books_.get()); }

  /// Has the meter read as soon as may be. Does nothing while it has not come back from the time before.
  void Ask();
  /// True once what was asked for has been done. False at `deadline`, or at once when Ask did nothing.
  bool Await(std::chrono::steady_clock::time_point deadline);
  /// Ask and Await. One caller at a time, as with each of them.
  bool ReadNow(Seconds patience);
  /// Reads on the calling thread: it hangs if the meter does. Waits for a read in progress.
  void Tick() noexcept { reader_->Tick(); }
  /// Forgets what was used so far; readings go on from the last one.
  void BeginRun(os::BootTime start, UtcTime start_utc);

  /// A last reading is to be taken; whoever is the last on the reader has its thread end.
  void AskToStop() { reader_->AskToEnd(books_.get()); }
  /// False when it has not by the deadline, because the meter hangs: the thread is left behind and the
  /// totals end at the last good reading.
  bool AwaitStop(std::chrono::steady_clock::time_point deadline);
  /// Both.
  bool Stop(Seconds patience);
  /// As AskToStop, but that nobody waits for it and nothing is read on the calling thread.
  void Abandon();

  const std::shared_ptr<MeterReader>& reader() const { return reader_; }
  const meters::Meter& meter() const { return reader_->meter(); }
  const std::vector<meters::DomainInfo>& domains() const { return meter().domains(); }
  Seconds period() const { return books_->period; }
  std::vector<DomainTotals> totals() const;
  std::vector<Gap> gaps() const;
  MergedGaps more_gaps() const;
  BlockedReads blocked() const;
  std::vector<Rollup> rollups() const;
  std::int64_t ticks() const;
  /// Since when the meter has not answered, where that is longer than a gap.
  std::optional<os::BootTime> hanging() const;
  /// Nothing enters the ledger while the lock is held: for moments only.
  std::unique_lock<std::mutex> Hold() const { return reader_->Hold(); }
  /// What the ledger says while it is held.
  const Ledger& held() const { return books_->ledger; }
  /// For a lane whose readings come from a trace: its ledger, which nobody else touches.
  Ledger& ledger() { return books_->ledger; }

 private:
  const std::shared_ptr<MeterReader> reader_;
  const std::shared_ptr<LaneBooks> books_;  // the reader's as well, until they have ended
  MeterReader::Ticket ticket_ = 0;          // of the last Ask that was heard
  bool may_await_ = true;                   // the last Ask was heard
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_LANE_H_
