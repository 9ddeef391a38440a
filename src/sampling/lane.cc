#include "sampling/lane.h"
#include "os/chrono.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace jouleprint::sampling {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Between two looks at a counter that is about to be renewed.
constexpr auto kLook = std::chrono::microseconds{200};

// Multiples of the period: lanes of one cadence then wake together, which costs a sleeping processor one
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

Lane::Lane(std::unique_ptr<meters::Meter> meter, const os::Clock& clock, Seconds period)
    : meter_(std::move(meter)),
      clock_(clock),
      period_(period),
      readings_(meter_->domains().size()),
      ledger_(meter_->domains(), period, clock.Boot(), clock.Utc()) {}

Lane::~Lane() {
  if (thread_.joinable()) thread_.detach();
}

void Lane::BeginRun(os::BootTime start, UtcTime start_utc) {
  const std::scoped_lock lock(ledger_mutex_);
  ledger_.BeginRun(start, start_utc);
  if (tap_) tap_->OnBeginRun(start, start_utc);
}

void Lane::Tick() noexcept {
  const std::scoped_lock lock(read_mutex_);
  ReadAndAdd(clock_.Boot());
}

void Lane::ReadAndAdd(os::BootTime began) noexcept {
  busy_since_ns_.store(began.ns, std::memory_order_relaxed);
  meter_->Read(clock_, readings_);
  busy_since_ns_.store(0, std::memory_order_relaxed);
  const sampling::Tick tick{began, clock_.Boot(), clock_.Awake()};
  if (tick.now - began >= ShortestGap(period_)) {
    aside_.Failed(tick.now);
  } else {
    aside_.Reset();
  }
  const std::scoped_lock lock(ledger_mutex_);
  ledger_.Add(readings_, tick);
  if (tap_) tap_->OnTick(readings_, tick);
}

void Lane::Mend(bool at_once) noexcept {
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
  if (mended || now - began >= ShortestGap(period_)) ReadAndAdd(began);
}

bool Lane::NeedsMending() const {
  const auto lock = Hold();
  return ledger_.needs_mending();
}

void Lane::Ask() {
  may_await_ = true;
  if (!thread_.joinable()) {
    Tick();
    Mend(false);
    return;
  }
  const std::scoped_lock lock(wish_mutex_);
  may_await_ = asked_ == answered_;
  if (!may_await_) return;
  ++asked_;
  wished_.Ring();
}

bool Lane::Await(SteadyClock::time_point deadline) {
  if (!may_await_) return false;
  return AwaitDone(deadline, [this] { return answered_ == asked_; });
}

bool Lane::ReadNow(Seconds patience) {
  Ask();
  return Await(SteadyClock::now() + os::ToChrono(patience));
}

void Lane::Launch() {
  if (thread_.joinable()) return;
  try {
    thread_ = std::thread([self = shared_from_this()] { self->Loop(); });
  } catch (const std::system_error&) {
    // Out of threads: the owner's asking is all the cadence that there is.
  }
}

void Lane::Start() {
  Launch();
  const std::scoped_lock lock(wish_mutex_);
  on_cadence_ = true;
  wished_.Ring();
}

void Lane::Loop() noexcept {
  bool was_on_cadence = false;
  SteadyClock::time_point next;
  std::unique_lock lock(wish_mutex_);
  while (!stopped_) {
    const Wish wish = AwaitWish(&lock, next);
    const bool starts = on_cadence_ && !was_on_cadence;
    was_on_cadence = on_cadence_;
    const std::uint64_t asked = asked_;
    lock.unlock();
    if (starts) {
      WatchRenewal(RunEnd::kStart);
      next = NextOnGrid(SteadyClock::now(), os::ToChrono(period_));
    }
    if (!starts || wish != Wish::kCadence) Serve(wish);
    lock.lock();
    answered_ = asked;
    stopped_ = wish == Wish::kLast;
    if (wish != Wish::kCadence || starts) done_.Ring();
    // After a suspend or starvation the missed ticks are not made up for: counters lose nothing.
    if (wish == Wish::kCadence && !starts) {
      next += os::ToChrono(period_);
      if (SteadyClock::now() >= next) next = NextOnGrid(SteadyClock::now(), os::ToChrono(period_));
    }
  }
}

Lane::Wish Lane::AwaitWish(std::unique_lock<std::mutex>* lock, SteadyClock::time_point next) {
  for (;;) {
    if (stopping_) return Wish::kLast;
    if (asked_ != answered_) return Wish::kReading;
    const SteadyClock::time_point until = on_cadence_ ? next : SteadyClock::time_point::max();
    if (SteadyClock::now() >= until) return Wish::kCadence;
    const std::uint32_t heard = wished_.Count();
    lock->unlock();
    wished_.Await(heard, until);
    lock->lock();
  }
}

bool Lane::AwaitDone(SteadyClock::time_point deadline, const std::function<bool()>& done) {
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

void Lane::Serve(Wish wish) noexcept {
  const bool last = wish == Wish::kLast;
  {
    const std::scoped_lock lock(read_mutex_);
    const os::BootTime now = clock_.Boot();
    if (!last && !aside_.Over(now)) return;
    ReadAndAdd(now);
  }
  Mend(last);
  if (last) CorrectShortRun();
}

void Lane::WatchRenewal(RunEnd end) noexcept {
  const std::scoped_lock reading(read_mutex_);
  {
    const std::scoped_lock lock(ledger_mutex_);
    if (!ledger_.BeginLooks(end)) return;
    if (tap_) tap_->OnBeginLooks(end);
  }
  const os::BootTime until = clock_.Boot() + ledger_.look_patience();
  const auto pause = [&] {
    const std::uint32_t heard = wished_.Count();
    {
      const std::scoped_lock lock(wish_mutex_);
      // At the start nobody waits for this; whoever does after all is served at once.
      if (end == RunEnd::kStart && (stopping_ || asked_ != answered_)) return false;
    }
    wished_.Await(heard, SteadyClock::now() + kLook);
    return true;
  };
  do {
    meter_->Read(clock_, readings_);
    const std::scoped_lock lock(ledger_mutex_);
    if (tap_) tap_->OnLook(end, readings_);
    if (ledger_.Look(end, readings_)) return;
  } while (clock_.Boot() < until && pause());
}

void Lane::CorrectShortRun() noexcept {
  {
    const std::scoped_lock lock(ledger_mutex_);
    if (!ledger_.LagMatters(clock_.Boot())) return;
  }
  WatchRenewal(RunEnd::kEnd);
  const std::scoped_lock lock(ledger_mutex_);
  ledger_.AddWhatIsHeldBack();
  if (tap_) tap_->OnHeldBack();
}

void Lane::AskToStop() {
  if (!thread_.joinable()) {
    Tick();
    Mend(true);
    return;
  }
  Abandon();
}

void Lane::Abandon() {
  const std::scoped_lock lock(wish_mutex_);
  stopping_ = true;
  wished_.Ring();
}

bool Lane::AwaitStop(SteadyClock::time_point deadline) {
  if (!thread_.joinable()) return true;
  if (!AwaitDone(deadline, [this] { return stopped_; })) return false;
  thread_.join();
  return true;
}

bool Lane::Stop(Seconds patience) {
  AskToStop();
  return AwaitStop(SteadyClock::now() + os::ToChrono(patience));
}

std::vector<DomainTotals> Lane::totals() const {
  const auto lock = Hold();
  return ledger_.totals();
}

std::vector<Gap> Lane::gaps() const {
  const auto lock = Hold();
  return {ledger_.gaps().begin(), ledger_.gaps().end()};
}

MergedGaps Lane::more_gaps() const {
  const auto lock = Hold();
  return ledger_.more_gaps();
}

BlockedReads Lane::blocked() const {
  const auto lock = Hold();
  return ledger_.blocked();
}

std::vector<Rollup> Lane::rollups() const {
  const auto lock = Hold();
  return ledger_.rollups();
}

std::int64_t Lane::ticks() const {
  const auto lock = Hold();
  return ledger_.ticks();
}

std::optional<os::BootTime> Lane::hanging() const {
  const os::BootTime since{busy_since_ns_.load(std::memory_order_relaxed)};
  if (since.ns == 0 || clock_.Boot() - since < ShortestGap(period_)) return std::nullopt;
  return since;
}

}  // namespace jouleprint::sampling
