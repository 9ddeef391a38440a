#include "sampling/integrator.h"

#include <algorithm>
#include <cmath>

namespace jouleprint::sampling {
namespace {

// No domain of a node draws this much: the largest accelerators and sockets stay under 2 kW
// (data/hardware), and firmware's "unknown" reads as 4.29 MW (lm-sensors#460).
constexpr Watts kAbsurd{5000};
constexpr double kTimesTheLimit = 3;
// A power taken over less time than this is mostly the counter's own granularity.
constexpr Seconds kShortest{1e-4};
// Two readings may come together by chance, just before and after a renewal: what is to speak for a longer
// stretch is taken over this much.
constexpr Seconds kShortestForPower{0.05};
constexpr double kGapPeriods = 10;
constexpr Seconds kShortestGapOfAll{1};

}  // namespace

Seconds ShortestGap(Seconds period) { return std::max(period * kGapPeriods, kShortestGapOfAll); }

Integrator::Integrator(const meters::DomainInfo& info, Seconds period)
    : counter_(info.kind == meters::ReadingKind::kCounter),
      mean_since_last_read_(info.mean_since_last_read),
      joules_per_count_(info.joules_per_count * info.gain),
      gain_(info.gain),
      counter_values_(info.counter_values),
      absurd_(info.limit ? std::max(kAbsurd, *info.limit * kTimesTheLimit) : kAbsurd),
      gap_(ShortestGap(period)) {}

std::optional<Slice> Integrator::Add(const meters::Reading& reading, Seconds awake) noexcept {
  const bool has_value =
      reading.state == meters::ReadState::kOk || reading.state == meters::ReadState::kStale;
  // Written so that a NaN is not possible either.
  const bool possible = counter_ || (reading.watts >= 0 && reading.watts * gain_ <= absurd_.value());
  if (!has_value || !possible) return std::nullopt;
  if (!primed_) {
    Remember(reading, awake);
    primed_ = true;
    alive_ = !counter_ && reading.watts > 0;
    return std::nullopt;
  }
  const Seconds elapsed = MiddleOf(reading) - last_time_;
  if (elapsed <= Seconds{0}) return std::nullopt;
  return counter_ ? AddCounter(reading, elapsed, awake) : AddGauge(reading, elapsed, awake);
}

std::optional<Slice> Integrator::AddCounter(const meters::Reading& reading, Seconds elapsed,
                                            Seconds awake) noexcept {
  const Seconds awake_elapsed = AwakeElapsed(elapsed, awake);
  if (WentBackForGood(reading.counts, elapsed, awake_elapsed))
    return PassOverOrStartAnew(reading, elapsed, awake);
  const Joules energy = CounterEnergy(reading.counts, awake_elapsed);
  const Watts power = energy / std::max(elapsed, kShortest);
  if (power > absurd_) return PassOverOrStartAnew(reading, elapsed, awake);
  alive_ = alive_ || energy > Joules{0};
  NotePower(energy, elapsed);
  const Slice slice{last_time_, MiddleOf(reading), energy, SliceGround::kRead};
  Remember(reading, awake);
  return slice;
}

void Integrator::NotePower(Joules energy, Seconds elapsed) noexcept {
  known_energy_ += energy;
  known_time_ += elapsed;
  const bool enough = known_time_ >= kShortestForPower;
  if (enough || !power_known_) power_ = known_energy_ / std::max(known_time_, kShortest);
  if (!enough) return;
  power_known_ = true;
  known_energy_ = Joules{0};
  known_time_ = Seconds{0};
}

std::optional<Slice> Integrator::PassOverOrStartAnew(const meters::Reading& reading, Seconds elapsed,
                                                     Seconds awake) noexcept {
  if (!suspicious_) {
    suspicious_ = true;
    return std::nullopt;
  }
  const Slice slice{last_time_, MiddleOf(reading), power_ * AwakeElapsed(elapsed, awake),
                    SliceGround::kFilled};
  Remember(reading, awake);
  return slice;
}

// Rather than wrapped.
bool Integrator::WentBackForGood(std::uint64_t counts, Seconds elapsed,
                                 Seconds awake_elapsed) const noexcept {
  if (counts >= last_counts_) return false;
  if (counter_values_ == 0) return true;  // never wraps: its driver was loaded anew
  // In S3 and below the processor's context is lost (ACPI 6.5, 2.4): its counter begins at 0. After a
  // wrap it would stand this low once in hundreds of times.
  const bool suspended = elapsed - awake_elapsed > kShortestSuspend;
  const Joules since_zero{static_cast<double>(counts) * joules_per_count_};
  return suspended && since_zero <= absurd_ * std::max(awake_elapsed, kShortest);
}

Joules Integrator::CounterEnergy(std::uint64_t counts, Seconds awake_elapsed) const noexcept {
  if (counts >= last_counts_ && counter_values_ == 0) {
    return Joules{static_cast<double>(counts - last_counts_) * joules_per_count_};
  }
  const std::uint64_t steps =
      counts >= last_counts_ ? counts - last_counts_ : counter_values_ - last_counts_ + counts;
  const Joules once{static_cast<double>(steps) * joules_per_count_};
  const Joules whole{static_cast<double>(counter_values_) * joules_per_count_};
  if (power_ <= Watts{0} || whole <= Joules{0}) return once;
  const double wraps = std::round((power_ * awake_elapsed - once) / whole);
  return once + whole * std::max(0.0, wraps);
}

std::optional<Slice> Integrator::AddGauge(const meters::Reading& reading, Seconds elapsed,
                                          Seconds awake) noexcept {
  const Watts watts{reading.watts * gain_};
  const Seconds awake_elapsed = AwakeElapsed(elapsed, awake);
  alive_ = alive_ || watts > Watts{0};
  power_ = mean_since_last_read_ ? watts : (watts + Watts{last_watts_}) / 2;
  const bool unseen = !mean_since_last_read_ && awake_elapsed >= gap_;
  const Slice slice{last_time_, MiddleOf(reading), power_ * awake_elapsed,
                    unseen ? SliceGround::kFilled : SliceGround::kRead};
  Remember(reading, awake);
  return slice;
}

Seconds Integrator::AwakeElapsed(Seconds elapsed, Seconds awake) const noexcept {
  return std::clamp(awake - last_awake_, Seconds{0}, elapsed);
}

void Integrator::Remember(const meters::Reading& reading, Seconds awake) noexcept {
  last_time_ = MiddleOf(reading);
  last_awake_ = awake;
  last_counts_ = reading.counts;
  last_watts_ = reading.watts * gain_;
  suspicious_ = false;
}

}  // namespace jouleprint::sampling
