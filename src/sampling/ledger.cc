#include "sampling/ledger.h"

#include <algorithm>

namespace jouleprint::sampling {
namespace {

// Power over a shorter stretch says more of the moment of reading than of the device.
constexpr Seconds kShortestForPower{0.02};
// A counter renewed n times over a stretch gives its power to one part in n.
constexpr double kRenewals = 10;

Seconds StretchForPower(const meters::DomainInfo& domain) {
  if (domain.kind == meters::ReadingKind::kGauge || domain.dated) return kShortestForPower;
  return std::max(kShortestForPower, domain.error.update_period * kRenewals);
}

// Over more than this the lag of a quick counter is less than a fiftieth of a percent.
constexpr Seconds kShortRun{5};

}  // namespace

Ledger::Ledger(const std::vector<meters::DomainInfo>& domains, Seconds period, os::BootTime start,
               UtcTime start_utc)
    : shortest_gap_(ShortestGap(period)),
      totals_(domains.size()),
      waiting_(domains.size()),
      last_readings_(domains.size()),
      at_start_(domains),
      at_end_(domains),
      run_start_(start) {
  integrators_.reserve(domains.size());
  rollups_.reserve(domains.size());
  for (std::size_t i = 0; i < domains.size(); ++i) {
    integrators_.emplace_back(domains[i], period);
    rollups_.emplace_back(start, start_utc);
    peaks_.push_back({StretchForPower(domains[i]), start, Joules{0}});
    totals_[i].from = totals_[i].upto = start;
  }
}

void Ledger::BeginRun(os::BootTime start, UtcTime start_utc) noexcept {
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    DomainTotals& totals = totals_[i];
    const bool primed = integrators_[i].primed();
    totals.energy = totals.filled = Joules{0};
    totals.max_power = Watts{0};
    totals.from = totals.upto = primed ? integrators_[i].last() : start;
    totals.returns = 0;
    totals.away = Seconds{0};
    peaks_[i].from = totals.upto;
    peaks_[i].energy = Joules{0};
    waiting_[i].first_slice = !primed;
    rollups_[i].Restart(start, start_utc);
  }
  gap_count_ = 0;
  more_gaps_ = {};
  blocked_ = {};
  run_start_ = start;
}

void Ledger::Add(std::span<const meters::Reading> readings, const Tick& tick) noexcept {
  ++ticks_;
  NoteGap(tick);
  needs_mending_ = false;
  for (std::size_t i = 0; i < readings.size(); ++i) AddReading(i, readings[i], tick);
  std::copy(readings.begin(), readings.end(), last_readings_.begin());
  last_tick_ = tick;
}

void Ledger::AddReading(std::size_t i, const meters::Reading& reading, const Tick& tick) noexcept {
  NoteState(i, reading.state, tick.now);
  if (const std::optional<Slice> slice = integrators_[i].Add(reading, tick.awake)) AddSlice(i, *slice);
  const bool first = !totals_[i].primed && integrators_[i].primed();
  if (first && !waiting_[i].first_slice) {
    totals_[i].from = totals_[i].upto = peaks_[i].from = integrators_[i].last();
  }
  totals_[i].primed = integrators_[i].primed();
  totals_[i].alive = integrators_[i].alive();
}

void Ledger::NoteState(std::size_t i, meters::ReadState state, os::BootTime now) noexcept {
  DomainTotals& totals = totals_[i];
  os::BootTime& since = waiting_[i].gone_since;
  totals.gone = state == meters::ReadState::kGone;
  needs_mending_ = needs_mending_ || totals.gone || state == meters::ReadState::kStale;
  if (totals.gone && since.ns == 0) since = now;
  // A reading without data says neither that it is there nor that it is not.
  const bool there = state == meters::ReadState::kOk || state == meters::ReadState::kStale;
  if (!there || since.ns == 0) return;
  ++totals.returns;
  totals.away += now - since;
  since = {};
}

void Ledger::AddSlice(std::size_t i, const Slice& slice) noexcept {
  if (waiting_[i].first_slice) FillBefore(i, slice);
  DomainTotals& totals = totals_[i];
  totals.energy += slice.energy;
  if (slice.ground == SliceGround::kFilled) totals.filled += slice.energy;
  totals.upto = slice.to;
  rollups_[i].Add(slice);
  NotePower(i, slice);
}

// A run has begun before its meter answered: until then the power was what it is found to be.
void Ledger::FillBefore(std::size_t i, const Slice& first) noexcept {
  waiting_[i].first_slice = false;
  const Slice before{totals_[i].upto, first.from,
                     first.energy / (first.to - first.from) * (first.from - totals_[i].upto),
                     SliceGround::kFilled};
  if (before.to > before.from) AddSlice(i, before);
}

void Ledger::NotePower(std::size_t i, const Slice& slice) noexcept {
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

void Ledger::NoteGap(const Tick& tick) noexcept {
  if (last_tick_.now.ns == 0) return;
  const Seconds elapsed = tick.now - last_tick_.now;
  if (elapsed < shortest_gap_) return;
  const bool suspended = elapsed - (tick.awake - last_tick_.awake) > kShortestSuspend;
  const Seconds reading = tick.now - tick.began;
  const bool blocked = !suspended && reading >= shortest_gap_;
  const GapCause cause = suspended ? GapCause::kSuspended
                         : blocked ? GapCause::kMeterBlocked
                                   : GapCause::kStarved;
  if (blocked) {
    ++blocked_.times;
    blocked_.longest = std::max(blocked_.longest, reading);
  }
  if (gap_count_ < kGapsKept) {
    gaps_[gap_count_++] = {last_tick_.now, elapsed, cause};
    return;
  }
  if (more_gaps_.count++ == 0) more_gaps_.from = last_tick_.now;
  more_gaps_.duration += elapsed;
}

bool Ledger::BeginLooks(RunEnd end) noexcept {
  RenewalWatch& watch = end == RunEnd::kStart ? at_start_ : at_end_;
  if (!watch.Worthwhile()) return false;
  watch.Begin(last_readings_);
  return true;
}

bool Ledger::Look(RunEnd end, std::span<const meters::Reading> readings) noexcept {
  return (end == RunEnd::kStart ? at_start_ : at_end_).Look(readings);
}

bool Ledger::LagMatters(os::BootTime now) const noexcept {
  return now - run_start_ < kShortRun &&
         std::any_of(totals_.begin(), totals_.end(), [](const DomainTotals& t) { return t.alive; });
}

// Both ends or none: either alone would be a bias.
void Ledger::AddWhatIsHeldBack() noexcept {
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    const Seconds elapsed = totals_[i].upto - run_start_;
    if (elapsed <= Seconds{0}) continue;
    const Watts mean = totals_[i].energy / elapsed;
    const auto at_start = at_start_.HeldBack(i, mean);
    const auto at_end = at_end_.HeldBack(i, mean);
    if (at_start && at_end) totals_[i].energy = std::max(Joules{0}, totals_[i].energy + *at_end - *at_start);
  }
}

}  // namespace jouleprint::sampling
