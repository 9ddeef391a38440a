#include "energy/attribution.h"

#include <algorithm>
#include <functional>

namespace jouleprint::energy {
namespace {

// The kernel counts busy time in ticks of 10 ms (USER_HZ is 100), at both ends.
constexpr Seconds kBusyGranularity{0.02};

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

// Of all that a domain used where nobody knows how much of it was idle.
Fraction OfAllByCpuTime(const CpuUse& cpu) {
  const Fraction busy = OfBusyTime(cpu);
  const double low = OfCapacity(cpu);
  const double high = std::max(low, busy.high);
  // The busier the machine, the more of its energy is above idle; on an idle one hardly any is.
  const double load = std::min(1.0, cpu.machine / std::max(cpu.capacity, kBusyGranularity));
  return {std::clamp(low + (busy.value - low) * load, low, high), low, high};
}

// Attribution by time rests on a model of who causes what, whatever the counter under it.
Estimate Of(const Estimate& whole, const Fraction& part) {
  return {whole.value * part.value, whole.low * part.low, whole.high * part.high,
          Weakest(whole.basis, Basis::kModelled)};
}

// Who has reserved a domain is not always known: then in proportion to its use, and it may be all or nothing.
Fraction ReservedOf(const Part& part) {
  const std::optional<double>& reserved = part.use.reserved;
  if (!reserved) return {part.job.value, 0, 1};
  const double fraction = std::clamp(*reserved, 0.0, 1.0);
  return {fraction, fraction, fraction};
}

// Of all that a domain used, whether its idle part is known or not.
Fraction OfAll(const Part& part) {
  if (!part.dynamic) return part.job;
  if (part.energy.value <= 0) return {0, 0, part.job.high};
  const double above_idle = part.dynamic->value / part.energy.value;
  return {part.job.value * above_idle, part.job.low * above_idle, part.job.high * above_idle};
}

// The mean of the parts' fractions, each with its weight.
Fraction MeanOf(const std::vector<Part>& parts, const std::function<double(const Part&)>& weight,
                const std::function<Fraction(const Part&)>& fraction) {
  double weights = 0;
  Fraction sum;
  for (const Part& part : parts) {
    const Fraction of_part = fraction(part);
    weights += weight(part);
    sum.value += weight(part) * of_part.value;
    sum.low += weight(part) * of_part.low;
    sum.high += weight(part) * of_part.high;
  }
  if (weights <= 0) return fraction(parts.back());
  return {std::min(1.0, sum.value / weights), std::min(1.0, sum.low / weights),
          std::min(1.0, sum.high / weights)};
}

double WeightOf(const Part& part) { return part.dynamic ? part.dynamic->value : part.energy.value; }
double IdleWeight(const Part& part) { return part.idle->value; }

}  // namespace

Fraction JobFractionOf(const DomainUse& use, const CpuUse& cpu, std::string* by) {
  const bool by_cpu_time = use.info.component != Component::kGpu && !use.job_part;
  if (by_cpu_time) {
    *by = "CPU time";
    return use.idle ? OfBusyTime(cpu) : OfAllByCpuTime(cpu);
  }
  *by = use.job_part ? use.job_part->by : "nothing tells";
  // Where nothing tells who used an accelerator, what is above idle is taken to be the job's, and may be
  // nobody's.
  const Fraction of_dynamic = use.job_part ? use.job_part->of_dynamic : Fraction{1, 0, 1};
  if (use.idle) return of_dynamic;
  // Between none of it being above idle and all of it.
  return {of_dynamic.value / 2, 0, of_dynamic.high};
}

// A power supply's loss and the fans follow what they serve: on average as its parts, at worst as the one
// part that is least, or most, the job's.
Fraction JobFractionOfRest(const std::vector<Part>& parts, const CpuUse& cpu, std::string* by) {
  double used = 0;
  for (const Part& part : parts) used += WeightOf(part);
  if (used <= 0) {
    *by = "CPU time";
    return OfBusyTime(cpu);
  }
  *by = "its parts";
  const auto of_part = [](const Part& part) { return part.job; };
  Fraction rest = MeanOf(parts, WeightOf, of_part);
  for (const Part& part : parts) {
    if (WeightOf(part) <= 0) continue;
    rest.low = std::min(rest.low, part.job.low);
    rest.high = std::max(rest.high, part.job.high);
  }
  return rest;
}

Estimate JobWithoutIdle(const Part& part) { return Of(part.dynamic ? *part.dynamic : part.energy, part.job); }

Estimate JobWithIdle(const Part& part) {
  Estimate job = SumCorrelated(JobWithoutIdle(part), Of(*part.idle, ReservedOf(part)));
  job.value = std::min(job.value, part.energy.value);
  job.high = std::max(job.value, std::min(job.high, part.energy.high));
  return job;
}

// The rest is shared as its parts are, so the whole is: one meter's error, not that of a difference.
Estimate ShareOfTotal(const Part& total, const std::vector<Part>& parts) {
  const bool idle_known = total.dynamic && std::all_of(parts.begin(), parts.end(),
                                                       [](const Part& p) { return p.dynamic.has_value(); });
  if (idle_known) {
    return Of(*total.dynamic, MeanOf(parts, WeightOf, [](const Part& part) { return part.job; }));
  }
  return Of(total.energy, MeanOf(
                              parts, [](const Part& part) { return part.energy.value; }, OfAll));
}

Estimate ReservedOfTotal(const Part& total, const std::vector<Part>& parts) {
  return Of(*total.idle, MeanOf(parts, IdleWeight, ReservedOf));
}

}  // namespace jouleprint::energy
