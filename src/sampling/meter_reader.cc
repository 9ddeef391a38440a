#include "sampling/meter_reader.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "os/chrono.h"
#include "os/thread_time.h"
#include "sampling/integrator.h"

namespace jouleprint::sampling {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Multiples of the period: readers of one cadence then wake together, which costs a sleeping processor one
// wake-up and not one for each.
SteadyClock::time_point NextOnGrid(SteadyClock::time_point now, SteadyClock::duration period) {
  return now - now.time_since_epoch() % period + period;
}

}  // namespace

void GrowingPause::Failed(os::BootTime now) {
  until_ = now + next_;
  next_ = std::min(next_ * 2, kLongest);
}

void GrowingPause::Succeeded(os::BootTime now) {
  next_ = kShortest;
  until_ = now + next_;
}

MeterReader::MeterReader(std::unique_ptr<meters::Meter> meter, const os::Clock& clock)
    : meter_(std::move(meter)), clock_(clock), readings_(meter_->domains().size()) {}

MeterReader::~MeterReader() {
  if (thread_.joinable()) thread_.detach();
}

void MeterReader::Join(std::shared_ptr<LaneBooks> books) {
  const std::scoped_lock wish(wish_mutex_);
  {
    const std::scoped_lock ledgers(ledger_mutex_);
    books_.push_back(std::move(books));
  }
  NoteCadence();
}

void MeterReader::Leave(const LaneBooks* books) {
  const std::scoped_lock wish(wish_mutex_);
  Remove(books);
  wished_.Ring();
}

void MeterReader::Remove(const LaneBooks* books) {
  {
    const std::scoped_lock ledgers(ledger_mutex_);
    std::erase_if(books_, [books](const auto& one) { return one.get() == books; });
  }
  NoteCadence();
}

void MeterReader::NoteCadence() {
  on_cadence_ = false;
  Seconds shortest{0};
  for (const auto& books : books_) {
    on_cadence_ = on_cadence_ || books->on_cadence;
    if (shortest == Seconds{0} || books->period < shortest) shortest = books->period;
  }
  if (shortest > Seconds{0}) period_s_.store(shortest.value(), std::memory_order_relaxed);
}

void MeterReader::Tick() noexcept {
  const std::scoped_lock lock(read_mutex_);
  ReadAndAdd(clock_.Boot());
}

void MeterReader::ReadAndAdd(os::BootTime began) noexcept {
  busy_since_ns_.store(began.ns, std::memory_order_relaxed);
  meter_->Read(clock_, readings_);
  busy_since_ns_.store(0, std::memory_order_relaxed);
  const sampling::Tick tick{began, clock_.Boot(), clock_.Awake()};
  if (tick.now - began >= ShortestGap(period())) {
    aside_.Failed(tick.now);
  } else {
    aside_.Reset();
  }
  const std::scoped_lock lock(ledger_mutex_);
  for (const auto& books : books_) {
    books->ledger.Add(readings_, tick);
    if (books->tap) books->tap->OnTick(readings_, tick);
  }
}

void MeterReader::Mend(bool at_once) noexcept {
  const std::scoped_lock lock(read_mutex_);
  if (!NeedsMending()) {
    mending_.Reset();
    return;
  }
  const os::BootTime began = clock_.Boot();
  if (!at_once && !mending_.Over(began)) return;
  busy_since_ns_.store(began.ns, std::memory_order_relaxed);
  const bool mended = meter_->Reopen();
  busy_since_ns_.store(0, std::memory_order_relaxed);
  const os::BootTime now = clock_.Boot();
  mended ? mending_.Succeeded(now) : mending_.Failed(now);
  // One that blocked is to be known as such, whether it helped or not.
  if (mended || now - began >= ShortestGap(period())) ReadAndAdd(began);
}

bool MeterReader::NeedsMending() const {
  const auto lock = Hold();
  return std::any_of(books_.begin(), books_.end(),
                     [](const auto& books) { return books->ledger.needs_mending(); });
}

MeterReader::Ticket MeterReader::Ask() {
  {
    const std::scoped_lock lock(wish_mutex_);
    if (thread_.joinable() && !stopped_) {
      wished_.Ring();
      return ++asked_;
    }
  }
  Tick();
  Mend(false);
  return 0;
}

bool MeterReader::Answered(Ticket ticket) {
  const std::scoped_lock lock(wish_mutex_);
  return answered_ >= ticket || stopped_;
}

bool MeterReader::Await(Ticket ticket, Deadline deadline) {
  return AwaitDone(deadline, [&] { return answered_ >= ticket; });
}

void MeterReader::Launch() {
  const std::scoped_lock lock(wish_mutex_);
  JoinEndedThread();
  if (thread_.joinable()) return;
  stopped_ = false;
  try {
    thread_ = std::thread([self = shared_from_this()] { self->Loop(); });
  } catch (const std::system_error&) {
    // Out of threads: the owner's asking is all the cadence that there is.
  }
}

void MeterReader::JoinEndedThread() {
  if (stopped_ && thread_.joinable()) thread_.join();
}

void MeterReader::Start(LaneBooks* books) {
  Launch();
  const std::scoped_lock lock(wish_mutex_);
  books->on_cadence = books->starts = true;
  next_ = {};
  NoteCadence();
  wished_.Ring();
}

void MeterReader::Loop() noexcept {
  std::unique_lock lock(wish_mutex_);
  while (!stopped_) {
    const Wish wish = AwaitWish(&lock);
    const Ticket asked = asked_;
    const bool starts =
        std::any_of(books_.begin(), books_.end(), [](const auto& books) { return books->starts; });
    lock.unlock();
    if (starts) LookAtStarts();
    if (wish != Wish::kNothing && (!starts || wish != Wish::kCadence)) Serve(wish);
    if (wish == Wish::kLast) EndBooks(asked);
    lock.lock();
    answered_ = asked;
    stopped_ = books_.empty();
    if (wish != Wish::kCadence || starts) done_.Ring();
    // After a suspend or starvation the missed ticks are not made up for: counters lose nothing.
    if (wish == Wish::kCadence || starts) {
      next_ = starts ? Deadline{} : next_ + os::ToChrono(period());
      if (SteadyClock::now() >= next_) next_ = NextOnGrid(SteadyClock::now(), os::ToChrono(period()));
    }
  }
}

MeterReader::Wish MeterReader::AwaitWish(std::unique_lock<std::mutex>* lock) {
  for (;;) {
    if (books_.empty()) return Wish::kNothing;
    if (std::any_of(books_.begin(), books_.end(), [](const auto& b) { return b->last_ticket != 0; })) {
      return Wish::kLast;
    }
    if (asked_ != answered_) return Wish::kReading;
    if (std::any_of(books_.begin(), books_.end(), [](const auto& b) { return b->starts; })) {
      return Wish::kCadence;
    }
    const Deadline until = on_cadence_ ? next_ : Deadline::max();
    if (SteadyClock::now() >= until) return Wish::kCadence;
    const std::uint32_t heard = wished_.Count();
    lock->unlock();
    wished_.Await(heard, until);
    lock->lock();
  }
}

bool MeterReader::AwaitDone(Deadline deadline, const std::function<bool()>& done) {
  for (;;) {
    const std::uint32_t heard = done_.Count();
    {
      const std::scoped_lock lock(wish_mutex_);
      if (done()) return true;
    }
    if (SteadyClock::now() >= deadline) return false;
    done_.Await(heard, deadline);
  }
}

void MeterReader::Serve(Wish wish) noexcept {
  const bool last = wish == Wish::kLast;
  {
    const std::scoped_lock lock(read_mutex_);
    const os::BootTime now = clock_.Boot();
    if (!last && !aside_.Over(now)) return;
    ReadAndAdd(now);
  }
  Mend(last);
}

void MeterReader::AskToEnd(LaneBooks* books) {
  {
    const std::scoped_lock lock(wish_mutex_);
    if (books->ended || books->last_ticket != 0) return;
    if (thread_.joinable() && !stopped_) {
      books->last_ticket = ++asked_;
      wished_.Ring();
      return;
    }
  }
  Tick();
  Mend(true);
  const std::scoped_lock lock(wish_mutex_);
  books->ended = true;
  Remove(books);
}

bool MeterReader::AwaitEnd(const LaneBooks* books, Deadline deadline) {
  if (!AwaitDone(deadline, [books] { return books->ended; })) return false;
  if (!AwaitDone(deadline, [this] { return stopped_ || !books_.empty() || !thread_.joinable(); }))
    return false;
  const std::scoped_lock lock(wish_mutex_);
  JoinEndedThread();
  return true;
}

std::optional<os::BootTime> MeterReader::busy_since() const {
  const os::BootTime since{busy_since_ns_.load(std::memory_order_relaxed)};
  if (since.ns == 0) return std::nullopt;
  return since;
}

Seconds MeterReader::CpuTime() {
  const std::scoped_lock lock(wish_mutex_);
  if (stopped_ || !thread_.joinable()) return Seconds{0};
  return os::CpuTimeOf(&thread_);
}

}  // namespace jouleprint::sampling
