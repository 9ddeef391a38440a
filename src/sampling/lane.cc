#include "sampling/lane.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace jouleprint::sampling {
namespace {

// Power over a shorter stretch says more of the moment of reading than of the device.
constexpr Seconds kShortestForPower{0.02};
// A counter renewed n times over a stretch gives its power to one part in n.
constexpr double kRenewals = 10;

Seconds StretchForPower(const meters::DomainInfo& domain) {
  if (domain.kind == meters::ReadingKind::kGauge) return kShortestForPower;
  return std::max(kShortestForPower, domain.error.update_period * kRenewals);
}

// Over more than this the lag of a quick counter is less than a fiftieth of a percent.
constexpr Seconds kShortRun{5};
// Between two looks at a counter that is about to be renewed.
constexpr auto kLook = std::chrono::microseconds{200};

std::chrono::nanoseconds ToChrono(Seconds s) {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(s.value() * 1e9)};
}

}  // namespace

Lane::Lane(std::unique_ptr<meters::Meter> meter, const os::Clock& clock, Seconds period)
    : meter_(std::move(meter)),
      clock_(clock),
      period_(period),
      at_start_(meter_->domains()),
      at_end_(meter_->domains()) {
  const std::size_t n = meter_->domains().size();
  readings_.resize(n);
  totals_.resize(n);
  integrators_.reserve(n);
  for (const meters::DomainInfo& domain : meter_->domains()) {
    integrators_.emplace_back(domain, period);
    peaks_.push_back({StretchForPower(domain), {}, Joules{0}});
  }
  BeginRun(clock.Boot(), clock.Utc());
}

Lane::~Lane() {
  if (thread_.joinable()) thread_.detach();
}

void Lane::BeginRun(os::BootTime start, UtcTime start_utc) {
  const std::scoped_lock lock(read_mutex_, totals_mutex_);
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    totals_[i].energy = totals_[i].filled = Joules{0};
    totals_[i].max_power = Watts{0};
    totals_[i].from = totals_[i].upto = integrators_[i].primed() ? integrators_[i].last() : start;
    peaks_[i].from = totals_[i].upto;
    peaks_[i].energy = Joules{0};
  }
  rollups_.clear();
  rollups_.reserve(totals_.size());
  for (std::size_t i = 0; i < totals_.size(); ++i) rollups_.emplace_back(start, start_utc);
  gap_count_ = 0;
  run_start_ = start;
}

void Lane::Tick() noexcept {
  const std::scoped_lock lock(read_mutex_);
  ReadAndAdd();
}

bool Lane::ReadNow(Seconds patience) {
  if (!thread_.joinable()) {
    Tick();
    return true;
  }
  std::unique_lock lock(wish_mutex_);
  if (asked_ != answered_) return false;
  ++asked_;
  wish_changed_.notify_all();
  return wish_changed_.wait_for(lock, ToChrono(patience), [this] { return answered_ == asked_; });
}

void Lane::ReadAndAdd() noexcept {
  meter_->Read(clock_, readings_);
  const os::BootTime now = clock_.Boot();
  const Seconds awake = clock_.Awake();
  ticks_.fetch_add(1, std::memory_order_relaxed);
  const std::scoped_lock lock(totals_mutex_);
  NoteGap(now, awake);
  for (std::size_t i = 0; i < readings_.size(); ++i) AddReading(i, awake);
  last_tick_ = now;
  last_awake_ = awake;
}

void Lane::AddReading(std::size_t i, Seconds awake) noexcept {
  const meters::ReadState state = readings_[i].state;
  totals_[i].gone = state == meters::ReadState::kGone;
  if (totals_[i].gone || state == meters::ReadState::kStale)
    needs_mending_.store(true, std::memory_order_relaxed);
  if (const std::optional<Slice> slice = integrators_[i].Add(readings_[i], awake)) AddSlice(i, *slice);
  totals_[i].primed = integrators_[i].primed();
  totals_[i].alive = integrators_[i].alive();
}

void Lane::AddSlice(std::size_t i, const Slice& slice) noexcept {
  DomainTotals& totals = totals_[i];
  totals.energy += slice.energy;
  if (slice.ground == SliceGround::kFilled) totals.filled += slice.energy;
  totals.upto = slice.to;
  rollups_[i].Add(slice);
  NotePower(i, slice);
}

void Lane::NotePower(std::size_t i, const Slice& slice) noexcept {
  DomainTotals& totals = totals_[i];
  Peak& peak = peaks_[i];
  const bool seen = slice.ground == SliceGround::kRead;
  peak.energy += slice.energy;
  const Seconds stretch = slice.to - peak.from;
  if (seen && stretch < peak.shortest) {
    // Until there is a better figure.
    if (totals.power <= Watts{0}) totals.power = integrators_[i].power();
    return;
  }
  totals.power = seen ? peak.energy / stretch : integrators_[i].power();
  if (seen) totals.max_power = std::max(totals.max_power, totals.power);
  rollups_[i].NotePower(peak.from, slice.to, totals.power);
  peak.from = slice.to;
  peak.energy = Joules{0};
}

void Lane::NoteGap(os::BootTime now, Seconds awake) noexcept {
  if (last_tick_.ns == 0) return;
  const Seconds elapsed = now - last_tick_;
  if (elapsed < ShortestGap(period_)) return;
  const bool suspended = elapsed - (awake - last_awake_) > kShortestSuspend;
  if (gap_count_ < kGapsKept) gaps_[gap_count_++] = {last_tick_, elapsed, suspended};
}

void Lane::Start() {
  thread_ = std::thread([self = shared_from_this()] { self->Loop(); });
}

void Lane::Loop() noexcept {
  WatchRenewal(&at_start_);
  auto next = std::chrono::steady_clock::now() + ToChrono(period_);
  std::unique_lock lock(wish_mutex_);
  while (!stopped_) {
    const bool wished =
        wish_changed_.wait_until(lock, next, [this] { return stopping_ || asked_ != answered_; });
    const bool last = stopping_;
    const std::uint64_t asked = asked_;
    lock.unlock();
    Tick();
    if (last && clock_.Boot() - run_start_ < kShortRun) AddWhatIsHeldBack();
    lock.lock();
    answered_ = asked;
    stopped_ = last;
    wish_changed_.notify_all();
    // After a suspend or starvation the missed ticks are not made up for: counters lose nothing.
    if (!wished) next = std::max(next + ToChrono(period_), std::chrono::steady_clock::now());
  }
}

void Lane::WatchRenewal(RenewalWatch* watch) noexcept {
  if (!watch->Worthwhile()) return;
  const bool at_start = watch == &at_start_;
  const auto pause = [&] {
    std::unique_lock lock(wish_mutex_);
    // At the start nobody waits for this; whoever does after all is served at once.
    const auto wanted = [&] { return at_start && (stopping_ || asked_ != answered_); };
    return !wish_changed_.wait_for(lock, kLook, wanted);
  };
  const std::scoped_lock lock(read_mutex_);
  watch->Watch(meter_.get(), clock_, readings_, pause);
}

// Both ends or none: either alone would be a bias.
void Lane::AddWhatIsHeldBack() noexcept {
  {
    const std::scoped_lock lock(totals_mutex_);
    if (std::none_of(totals_.begin(), totals_.end(), [](const DomainTotals& t) { return t.alive; })) return;
  }
  WatchRenewal(&at_end_);
  const std::scoped_lock lock(totals_mutex_);
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    const Seconds elapsed = totals_[i].upto - run_start_;
    if (elapsed <= Seconds{0}) continue;
    const Watts mean = totals_[i].energy / elapsed;
    const auto at_start = at_start_.HeldBack(i, mean);
    const auto at_end = at_end_.HeldBack(i, mean);
    if (at_start && at_end) totals_[i].energy = std::max(Joules{0}, totals_[i].energy + *at_end - *at_start);
  }
}

bool Lane::Stop(Seconds patience) {
  if (thread_.joinable()) {
    std::unique_lock lock(wish_mutex_);
    stopping_ = true;
    wish_changed_.notify_all();
    if (!wish_changed_.wait_for(lock, ToChrono(patience), [this] { return stopped_; })) return false;
    lock.unlock();
    thread_.join();
  } else {
    Tick();
  }
  Mend();
  return true;
}

void Lane::Mend() {
  if (!needs_mending_.load(std::memory_order_relaxed)) return;
  const std::unique_lock lock(read_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  needs_mending_.store(false, std::memory_order_relaxed);
  if (meter_->Reopen()) ReadAndAdd();
}

std::vector<DomainTotals> Lane::totals() const {
  const std::scoped_lock lock(totals_mutex_);
  return totals_;
}

std::vector<Gap> Lane::gaps() const {
  const std::scoped_lock lock(totals_mutex_);
  return {gaps_.begin(), gaps_.begin() + static_cast<std::ptrdiff_t>(gap_count_)};
}

std::vector<Rollup> Lane::rollups() const {
  const std::scoped_lock lock(totals_mutex_);
  return rollups_;
}

}  // namespace jouleprint::sampling
