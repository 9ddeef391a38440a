#include "energy/account.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

#include "energy/attribution.h"
#include "energy/domain_error.h"

namespace jouleprint::energy {
namespace {

double Kwh(Joules e) { return ToKilowattHours(e); }

Estimate InKwh(Estimate joules) { return Scale(joules, 1 / kJoulesPerKwh); }

Part PartOf(const DomainUse& use, const Question& question) {
  Part part{use, DomainJoules(use, question.duration), std::nullopt, std::nullopt, {}, {}};
  if (use.idle) {
    part.idle = IdleEstimate(use, question.duration);
    part.dynamic = MarginalJoules(use, question.duration);
  }
  part.job = JobFractionOf(use, question.cpu, &part.by);
  return part;
}

// Domains of one meter share its error; different meters err on their own.
Estimate Sum(const std::vector<Part>& parts, const std::function<Estimate(const Part&)>& figure) {
  std::map<std::string, Estimate> by_meter;
  for (const Part& part : parts) {
    const auto [it, is_new] = by_meter.try_emplace(part.use.meter, figure(part));
    if (!is_new) it->second = SumCorrelated(it->second, figure(part));
  }
  if (by_meter.empty()) return Estimate{0, 0, 0, Basis::kAssumed};
  Estimate sum = by_meter.begin()->second;
  for (auto it = std::next(by_meter.begin()); it != by_meter.end(); ++it) {
    sum = SumIndependent(sum, it->second);
  }
  return sum;
}

// What of the whole its parts leave over: the errors of both are in it.
Estimate Rest(const Estimate& whole, const Estimate& parts) {
  const double rest = whole.value - parts.value;
  const double below = std::hypot(whole.lower_width(), parts.upper_width());
  const double above = std::hypot(whole.upper_width(), parts.lower_width());
  return {std::max(0.0, rest), std::max(0.0, rest - below), std::max(0.0, rest + above),
          Weakest(whole.basis, parts.basis)};
}

Estimate EnergyOf(const Part& part) { return part.energy; }
Estimate IdleOf(const Part& part) { return *part.idle; }
Estimate DynamicOf(const Part& part) { return *part.dynamic; }

bool IdleKnown(const std::vector<Part>& parts) {
  return std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.idle.has_value(); });
}

// The domain "other": power supply, fans, disks, what no part covers.
Part OtherOf(const Part& total, const std::vector<Part>& parts, const Question& question) {
  Part other = total;
  const bool alone = parts.empty();
  const Estimate measured = Sum(parts, EnergyOf);
  other.use.info.name = kOther;
  other.use.info.component = Component::kOther;
  other.use.info.source = alone ? total.use.info.source : total.use.info.source + ", less its parts";
  if (!alone) other.energy = Rest(total.energy, measured);
  other.use.energy = Joules{other.energy.value};
  other.use.info.basis = other.energy.basis;
  if (!alone && question.duration > Seconds{0}) {
    const Watts of_parts = Joules{measured.value} / question.duration;
    other.use.max_power = std::max(Watts{0}, total.use.max_power - of_parts);
  }
  other.job = JobFractionOfRest(parts, question.cpu, &other.by);
  if (!IdleKnown(parts)) {
    other.idle.reset();
    other.dynamic.reset();
  } else if (total.idle && !alone) {
    other.dynamic = Rest(*total.dynamic, Sum(parts, DynamicOf));
    // Both come from differences of their own: the idle part is what the other leaves of the energy.
    other.dynamic->value = std::min(other.dynamic->value, other.energy.value);
    other.idle = Rest(*total.idle, Sum(parts, IdleOf));
    other.idle->value = other.energy.value - other.dynamic->value;
    other.idle->low = std::min(other.idle->low, other.idle->value);
    other.idle->high = std::max(other.idle->high, other.idle->value);
    other.dynamic->low = std::min(other.dynamic->low, other.dynamic->value);
  }
  return other;
}

DomainRecord RecordOf(const Part& part, double share, Seconds duration) {
  DomainRecord record;
  const DomainUse& use = part.use;
  record.name = use.info.name;
  record.component = use.info.component;
  record.basis = use.info.basis;
  record.source = use.info.source;
  record.energy_kwh = InKwh(part.energy);
  if (part.idle) record.idle_kwh = Kwh(Joules{part.idle->value});
  record.mean_power_w = duration > Seconds{0} ? (use.energy / duration).value() : 0;
  record.max_power_w = std::max(use.max_power.value(), record.mean_power_w);
  record.share = share;
  record.attributed_by = part.by;
  return record;
}

// The domains of a run and, where one meter measures all of it, that one.
struct Books {
  std::vector<Part> parts{};
  std::optional<Part> total{};

  Estimate Machine() const { return total ? total->energy : Sum(parts, EnergyOf); }
  Estimate Marginal() const { return total ? *total->dynamic : Sum(parts, DynamicOf); }
  Estimate ShareWithoutIdle() const {
    return total ? ShareOfTotal(*total, parts) : Sum(parts, JobWithoutIdle);
  }

  // No more than there is, and no less than without.
  Estimate ShareWithIdle() const {
    const Estimate machine = Machine();
    const Estimate without = ShareWithoutIdle();
    Estimate with = total ? SumCorrelated(without, ReservedOfTotal(*total, parts)) : Sum(parts, JobWithIdle);
    with.value = std::min(with.value, std::max(machine.value, without.value));
    const double least = std::max(without.high, with.value);
    with.high = std::clamp(with.high, least, std::max(machine.high, least));
    return with;
  }
};

double Ratio(const Estimate& part, const Estimate& whole) {
  return whole.value > 0 ? std::min(1.0, part.value / whole.value) : 0;
}

Estimate Unattributed(const Estimate& all, const Estimate& job) {
  return {all.value - job.value, std::max(0.0, all.low - job.high),
          std::max(all.high - job.low, all.value - job.value), job.basis};
}

bool Exceeds(const Estimate& parts, const Estimate& whole) {
  return parts.value - whole.value > std::hypot(parts.lower_width(), whole.upper_width());
}

// Nobody can measure a part of something and find more than the whole has. A meter of another machine is
// told by what is above idle, long before the sums contradict each other: it does not move with the load.
void WarnOfExcess(const Part& total, const std::vector<Part>& parts, Account* account) {
  // A model that finds more than a meter is the one that is off.
  const auto modelled = [](const Part& part) { return part.use.info.basis >= Basis::kCalibrated; };
  if (std::any_of(parts.begin(), parts.end(), modelled)) return;
  const bool idle_known = total.dynamic && !parts.empty() && IdleKnown(parts);
  const bool energy = Exceeds(Sum(parts, EnergyOf), total.energy);
  if (!energy && !(idle_known && Exceeds(Sum(parts, DynamicOf), *total.dynamic))) return;
  account->warnings.push_back("the parts of " + total.use.info.name + " show more energy " +
                              (energy ? "" : "above idle ") + "than " + total.use.info.name + " itself (" +
                              total.use.info.source +
                              "), by more than their errors: it may measure another machine");
}

}  // namespace

Account MakeAccount(const Question& question) {
  Account account;
  Books books;
  for (const DomainUse& use : question.uses) books.parts.push_back(PartOf(use, question));
  if (question.total) {
    books.total = PartOf(*question.total, question);
    WarnOfExcess(*books.total, books.parts, &account);
    books.parts.push_back(OtherOf(*books.total, books.parts, question));
  }
  const bool idle_known = !books.parts.empty() && IdleKnown(books.parts);
  const bool with_idle = idle_known && question.idle_split == IdleSplit::kReservation;
  const Estimate machine = books.Machine();
  const Estimate without = books.ShareWithoutIdle();
  const Estimate share = with_idle ? books.ShareWithIdle() : without;
  account.kwh.machine = InKwh(machine);
  if (idle_known) {
    account.kwh.marginal = InKwh(books.Marginal());
    account.kwh.share_without_idle = InKwh(without);
    account.kwh.share_with_idle = InKwh(books.ShareWithIdle());
  }
  account.kwh.share = InKwh(share);
  account.kwh.unattributed = Unattributed(account.kwh.machine, account.kwh.share);
  for (const Part& part : books.parts) {
    const Estimate job = with_idle ? JobWithIdle(part) : JobWithoutIdle(part);
    account.domains.push_back(RecordOf(part, Ratio(job, part.energy), question.duration));
  }
  if (books.total) {
    books.total->by = books.parts.back().by;
    account.total = RecordOf(*books.total, Ratio(share, machine), question.duration);
  }
  return account;
}

}  // namespace jouleprint::energy
