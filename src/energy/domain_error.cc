#include "energy/domain_error.h"

#include <algorithm>
#include <cmath>

namespace jouleprint::energy {
namespace {

// Both ends of a run fall somewhere within a device's update period u, so the difference of two such
// readings errs by the difference of two uniform times: triangular on [-u, u], whose central 90 % is
// +-u (1 - sqrt(0.1)). The same of two values rounded to a step.
const double kTriangular90 = 1 - std::sqrt(0.1);
// The central 90 % of one value rounded to a step: uniform on half a step either way.
constexpr double kUniform90 = 0.45;
// 5 % and 95 % of a normal distribution lie 1.645 standard deviations out.
constexpr double kNormal90 = 1.645;
// What was filled in where readings failed may be half or one and a half of it.
constexpr double kFilledHalfWidth = 0.5;

// What the power of a domain moved between over a run, as far as is known.
struct PowerRange {
  Watts low{0};
  Watts mean{0};
  Watts high{0};
};

PowerRange RangeOf(const DomainUse& use, Seconds duration) {
  PowerRange range;
  if (duration <= Seconds{0}) return range;
  range.mean = use.energy / duration;
  range.high = std::max(use.max_power, range.mean);
  if (use.idle) range.low = std::clamp(use.idle->power, Watts{0}, range.mean);
  return range;
}

bool IsGauge(const DomainUse& use) { return use.info.kind == meters::ReadingKind::kGauge; }

// A counter's ends: it shows what was true up to a period ago, at the power of that moment.
Joules CounterEnds(const DomainUse& use, const PowerRange& power) {
  const Joules renewal = power.mean * use.info.error.update_period * kTriangular90;
  const double step = kTriangular90 * use.info.error.resolution;
  return Joules{std::hypot(renewal.value(), step)};
}

// A value that comes late, by half of what it averages over, up to a period of the device and up to one of
// ours, moves the run's window: the energy errs by that time at the difference of the power at both ends. A
// job begins near idle and may end at its peak, or the other way round. (Boards that average over 1 s and
// renew every 0.1 s show half of a step 0.49 to 0.64 s after it, without our own period: Yang, Adamek,
// Armour, SC'24, their data's column of delays.)
Joules Lag(const DomainUse& use, const PowerRange& power) {
  const meters::MeterError& error = use.info.error;
  if (use.info.mean_since_last_read) return Joules{0};
  const Seconds age = IsGauge(use) ? error.update_period + use.read_every : Seconds{0};
  const Seconds late = error.averaging_window / 2 + age;
  return (power.high - power.low) * late;
}

// Of each cycle the device looks at a part, or nobody looks at each of its values.
struct Looking {
  Seconds cycle{0};
  double seen = 1;
};

Looking LookingOf(const DomainUse& use) {
  const meters::MeterError& error = use.info.error;
  Looking looking{error.update_period, error.seen_fraction};
  if (!IsGauge(use) || use.info.mean_since_last_read) return looking;
  looking.cycle = std::max(error.update_period, use.read_every);
  if (looking.cycle <= Seconds{0}) return looking;
  looking.seen = std::min(looking.seen, error.averaging_window / looking.cycle);
  return looking;
}

// What was not looked at had a power of its own. A value between `low` and `high` with a known mean has at
// most the variance (high - mean)(mean - low) (R. Bhatia, C. Davis, "A Better Bound on the Variance",
// American Mathematical Monthly 107(4), 2000), and the mean of n looks has the n-th part of it.
Joules Unseen(const DomainUse& use, const PowerRange& power, Seconds duration) {
  const Looking looking = LookingOf(use);
  if (looking.seen >= 1 || looking.cycle <= Seconds{0} || duration <= Seconds{0}) return Joules{0};
  const double variance = (power.high - power.mean).value() * (power.mean - power.low).value();
  const double looks = std::max(1.0, duration / looking.cycle);
  return Watts{kNormal90 * std::sqrt(variance * (1 - looking.seen) / looks)} * duration;
}

}  // namespace

DomainError ErrorOf(const DomainUse& use, Seconds duration) {
  const meters::MeterError& error = use.info.error;
  const PowerRange power = RangeOf(use, duration);
  // A steady load is rounded the same way in every reading.
  const Joules ends =
      IsGauge(use) ? Watts{kUniform90 * error.resolution} * duration : CounterEnds(use, power);
  const Joules lag = Lag(use, power);
  const Joules unseen = Unseen(use, power, duration);
  const Joules filled = use.filled * kFilledHalfWidth;
  return {error.low_factor ? 1 - *error.low_factor : error.relative,
          error.high_factor ? *error.high_factor - 1 : error.relative,
          Joules{std::hypot(std::hypot(ends.value(), lag.value()), unseen.value(), filled.value())}};
}

Estimate DomainJoules(const DomainUse& use, Seconds duration) {
  const DomainError error = ErrorOf(use, duration);
  const double value = use.energy.value();
  return {value, std::max(0.0, value - std::hypot(error.gain_low * value, error.once.value())),
          value + std::hypot(error.gain_high * value, error.once.value()), use.info.basis};
}

Joules IdleJoules(const DomainUse& use, Seconds duration) {
  return std::clamp(use.idle->power * duration, Joules{0}, use.energy);
}

Estimate IdleEstimate(const DomainUse& use, Seconds duration) {
  const DomainError error = ErrorOf(use, duration);
  const double value = IdleJoules(use, duration).value();
  const double baseline = (use.idle->half_width * duration).value();
  return {value, std::max(0.0, value - std::hypot(error.gain_low * value, baseline)),
          value + std::hypot(error.gain_high * value, baseline), use.info.basis};
}

// The same meter watched the idle machine, so its gain errs on the difference only; what is uncertain
// once stays as it is, and the baseline adds its own.
Estimate MarginalJoules(const DomainUse& use, Seconds duration) {
  const DomainError error = ErrorOf(use, duration);
  const double value = (use.energy - IdleJoules(use, duration)).value();
  const double baseline = (use.idle->half_width * duration).value();
  const double low = value - std::hypot(error.gain_low * value, error.once.value(), baseline);
  const double high = value + std::hypot(error.gain_high * value, error.once.value(), baseline);
  return {value, std::max(0.0, low), std::min(high, DomainJoules(use, duration).high), use.info.basis};
}

}  // namespace jouleprint::energy
