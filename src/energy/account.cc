#include "energy/account.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

namespace jouleprint::energy {
namespace {

// Both ends of a run fall somewhere within a device's update period u, so the difference of two such
// readings errs by the difference of two uniform times: triangular on [-u, u], whose central 90 % is
// +-u (1 - sqrt(0.1)).
const double kTriangular90 = 1 - std::sqrt(0.1);
// What was filled in where readings failed may be half or one and a half of it.
constexpr double kFilledHalfWidth = 0.5;
// The kernel counts busy time in ticks of 10 ms (USER_HZ is 100), at both ends.
constexpr Seconds kBusyGranularity{0.02};

double Kwh(Joules e) { return ToKilowattHours(e); }

Estimate InKwh(Estimate joules) { return Scale(joules, 1 / kJoulesPerKwh); }

// The meter's error: a gain, the same for every joule of the domain, and joules that are uncertain once.
struct DomainError {
  double gain_low = 0;
  double gain_high = 0;
  double once_j = 0;
};

DomainError ErrorOf(const DomainUse& use, Seconds duration) {
  const meters::MeterError& error = use.info.error;
  const double mean_power = duration > Seconds{0} ? (use.energy / duration).value() : 0;
  const double ends = kTriangular90 * error.update_period.value() * mean_power;
  const double filled = kFilledHalfWidth * use.filled.value();
  return {error.low_factor ? 1 - *error.low_factor : error.relative,
          error.high_factor ? *error.high_factor - 1 : error.relative, std::hypot(ends, filled)};
}

Estimate DomainJoules(const DomainUse& use, Seconds duration) {
  const DomainError error = ErrorOf(use, duration);
  const double value = use.energy.value();
  return {value, std::max(0.0, value - std::hypot(error.gain_low * value, error.once_j)),
          value + std::hypot(error.gain_high * value, error.once_j), use.info.basis};
}

// Domains of one meter share its error; different meters err on their own.
Estimate Sum(const std::vector<DomainUse>& uses, const std::vector<Estimate>& parts) {
  std::map<std::string, Estimate> by_meter;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const auto [it, is_new] = by_meter.try_emplace(uses[i].meter, parts[i]);
    if (!is_new) it->second = SumCorrelated(it->second, parts[i]);
  }
  if (by_meter.empty()) return Estimate{0, 0, 0, Basis::kAssumed};
  Estimate total = by_meter.begin()->second;
  for (auto it = std::next(by_meter.begin()); it != by_meter.end(); ++it) {
    total = SumIndependent(total, it->second);
  }
  return total;
}

Joules IdleJoules(const DomainUse& use, Seconds duration) {
  return std::clamp(use.idle->power * duration, Joules{0}, use.energy);
}

// The same meter watched the idle machine, so its gain errs on the difference only; what is uncertain
// once stays as it is, and the baseline adds its own.
Estimate MarginalJoules(const DomainUse& use, const Estimate& machine, Seconds duration) {
  const DomainError error = ErrorOf(use, duration);
  const double value = (use.energy - IdleJoules(use, duration)).value();
  const double baseline = (use.idle->half_width * duration).value();
  const double low = value - std::hypot(error.gain_low * value, error.once_j, baseline);
  const double high = value + std::hypot(error.gain_high * value, error.once_j, baseline);
  return {value, std::max(0.0, low), std::min(high, machine.high), machine.basis};
}

struct Fraction {
  double value = 0;
  double low = 0;
  double high = 0;
};

// The job's part of the CPU time used. The kernel's busy time is coarse, the job's is exact.
Fraction OfBusyTime(const CpuUse& cpu) {
  if (cpu.job <= Seconds{0}) return {};
  const auto fraction = [&](Seconds busy) { return std::min(1.0, cpu.job / std::max(busy, cpu.job)); };
  return {fraction(cpu.machine), fraction(cpu.machine + kBusyGranularity),
          fraction(cpu.machine - kBusyGranularity)};
}

double OfCapacity(const CpuUse& cpu) {
  return cpu.capacity > Seconds{0} ? std::min(1.0, cpu.job / cpu.capacity) : 0;
}

// The job's fraction of what a domain used above idle or, where idle is not known, of all that it used.
Fraction ShareOf(const DomainUse& use, const CpuUse& cpu) {
  // Nothing tells yet who used an accelerator: what is above idle is taken to be the job's, and may be
  // nobody's.
  const bool by_cpu_time = use.info.component != Component::kGpu;
  const Fraction busy = by_cpu_time ? OfBusyTime(cpu) : Fraction{1, 0, 1};
  if (use.idle) return busy;
  const double low = by_cpu_time ? OfCapacity(cpu) : 0;
  const double high = std::max(low, busy.high);
  // The busier the machine, the more of its energy is above idle; on an idle one hardly any is.
  const double load = by_cpu_time ? std::min(1.0, cpu.machine / std::max(cpu.capacity, kBusyGranularity)) : 0.5;
  return {std::clamp(low + (busy.value - low) * load, low, high), low, high};
}

// Attribution by time rests on a model of who causes what, whatever the counter under it.
Estimate ShareJoules(const Estimate& whole, const Fraction& share) {
  return {whole.value * share.value, whole.low * share.low, whole.high * share.high,
          Weakest(whole.basis, Basis::kModelled)};
}

DomainRecord RecordOf(const DomainUse& use, const Estimate& machine, double share, Seconds duration) {
  DomainRecord record;
  record.name = use.info.name;
  record.component = use.info.component;
  record.basis = use.info.basis;
  record.source = use.info.source;
  record.energy_kwh = InKwh(machine);
  if (use.idle) record.idle_kwh = Kwh(IdleJoules(use, duration));
  record.mean_power_w = duration > Seconds{0} ? (use.energy / duration).value() : 0;
  record.max_power_w = std::max(use.max_power.value(), record.mean_power_w);
  record.share = share;
  return record;
}

}  // namespace

Account MakeAccount(const std::vector<DomainUse>& uses, Seconds duration, const CpuUse& cpu) {
  Account account;
  std::vector<Estimate> machine, marginal, share;
  bool idle_known = !uses.empty();
  for (const DomainUse& use : uses) {
    machine.push_back(DomainJoules(use, duration));
    idle_known = idle_known && use.idle.has_value();
    if (use.idle) marginal.push_back(MarginalJoules(use, machine.back(), duration));
    share.push_back(ShareJoules(use.idle ? marginal.back() : machine.back(), ShareOf(use, cpu)));
    const double fraction = use.energy > Joules{0} ? share.back().value / machine.back().value : 0;
    account.domains.push_back(RecordOf(use, machine.back(), fraction, duration));
  }
  account.kwh.machine = InKwh(Sum(uses, machine));
  if (idle_known) account.kwh.marginal = InKwh(Sum(uses, marginal));
  account.kwh.share = InKwh(Sum(uses, share));
  const Estimate& all = account.kwh.machine;
  const Estimate& job = account.kwh.share;
  account.kwh.unattributed = {all.value - job.value, std::max(0.0, all.low - job.high),
                              std::max(all.high - job.low, all.value - job.value), job.basis};
  return account;
}

}  // namespace jouleprint::energy
