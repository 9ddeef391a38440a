#include "job/measurement.h"

#include <algorithm>
#include <set>
#include <utility>

namespace jouleprint::job {
namespace {

// A counter that has not moved for this long stands still: RAPL is renewed every millisecond, NVML
// every tenth of a second.
constexpr Seconds kStandstill{0.5};
// A domain silent for this many of its periods at the end is filled in and said to be.
constexpr double kSilentPeriods = 3;
// A total of which more than this was filled in is our assumption rather than a measurement.
constexpr double kMostFilledOfTotal = 0.5;
// What has nothing new to say for a second or more (a BMC, a plug, the model) is not asked faster.
constexpr Seconds kSlow{1};

Seconds CadenceOf(Seconds own, std::optional<Seconds> wanted) {
  if (!wanted) return own;
  return own >= kSlow ? std::max(own, *wanted) : *wanted;
}

}  // namespace

Result<std::unique_ptr<Measurement>> Measurement::Prepare(const RunOptions& options, const os::Clock& clock) {
  Result<std::shared_ptr<const MeterSet>> set = MeterSet::Discover(options, clock);
  if (!set.ok()) return set.error();
  return Of(options, clock, std::move(*set));
}

std::unique_ptr<Measurement> Measurement::Of(const RunOptions& options, const os::Clock& clock,
                                             std::shared_ptr<const MeterSet> set) {
  return std::unique_ptr<Measurement>(new Measurement(options, clock, std::move(set)));
}

std::unique_ptr<Measurement> Measurement::OfTrace(const RunOptions& options, const os::Clock& clock,
                                                  meters::Catalog catalog) {
  return Of(options, clock, MeterSet::Of(std::move(catalog), clock, true));
}

Measurement::Measurement(const RunOptions& options, const os::Clock& clock,
                         std::shared_ptr<const MeterSet> set)
    : baseline_option_(options.baseline), clock_(clock), set_(std::move(set)) {
  const std::set<std::string> standby(catalog().standby.begin(), catalog().standby.end());
  for (const MeterSet::One& meter : set_->meters) {
    const std::vector<meters::DomainInfo>& domains = meter.reader->meter().domains();
    for (std::size_t i = 0; i < domains.size(); ++i) {
      const bool is_standby = IsModel(domains[i]) && standby.contains(domains[i].name);
      members_.push_back({lanes_.size(), i, is_standby, domains[i].name == catalog().total});
    }
    lanes_.push_back(
        std::make_shared<sampling::Lane>(meter.reader, CadenceOf(meter.period, options.interval)));
  }
  for (Member& member : members_) {
    const meters::DomainInfo& info = InfoOf(member);
    if (info.model_idle && baseline_option_.kind == BaselineOption::Kind::kMeasured) {
      member.idle = energy::IdlePower{*info.model_idle * info.gain, Watts{0}};
    }
  }
}

const meters::DomainInfo& Measurement::InfoOf(const Member& member) const {
  return lanes_[member.lane]->domains()[member.index];
}

bool Measurement::NeedsBaseline() const {
  if (baseline_option_.kind != BaselineOption::Kind::kMeasured) return false;
  return std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return !IsModel(InfoOf(m)); });
}

Seconds Measurement::duration() const { return Now() - start_; }

Measurement::Totals Measurement::AllTotals() const {
  Totals totals;
  totals.reserve(lanes_.size());
  for (const auto& lane : lanes_) totals.push_back(lane->totals());
  return totals;
}

bool Measurement::HasFailed(const Member& member, const sampling::DomainTotals& totals) const {
  if (!totals.primed) return true;
  return !totals.alive && !IsModel(InfoOf(member)) && duration() > kStandstill;
}

bool Measurement::IsMostlyFilled(const Member& member, const sampling::DomainTotals& totals) const {
  const energy::DomainUse use = UseOf(member, totals);
  // One that fell silent after its first reading has no power to be filled in with.
  const Seconds silent = Now() - totals.upto;
  const bool lost = silent > SilenceOf(member) && silent > duration() * kMostFilledOfTotal;
  return lost || use.filled > use.energy * kMostFilledOfTotal;
}

const Measurement::Member* Measurement::StandingTotal(const Totals& totals) const {
  for (const Member& m : members_) {
    if (m.total && ReasonAgainst(m, totals).empty()) return &m;
  }
  return nullptr;
}

std::vector<const Measurement::Member*> Measurement::Standing(const Totals& totals) const {
  std::vector<const Member*> standing;
  std::set<Component> covered;
  for (const Member& m : members_) {
    if (m.standby || m.total || HasFailed(m, totals[m.lane][m.index])) continue;
    standing.push_back(&m);
    covered.insert(InfoOf(m).component);
  }
  if (covered.contains(Component::kCpu) || covered.contains(Component::kBoard)) return standing;
  for (const Member& m : members_) {
    // A memory counter may go on where the processor's has failed.
    if (m.standby && !covered.contains(InfoOf(m).component)) standing.push_back(&m);
  }
  return standing;
}

std::optional<energy::IdlePower> Measurement::IdleOf(const Member& member, Joules energy, Joules all) const {
  if (baseline_option_.kind != BaselineOption::Kind::kGiven) return member.idle;
  // One figure for the whole boundary: its parts are taken to idle in the proportion in which they work.
  const double part = all > Joules{0} ? energy / all : 0;
  return energy::IdlePower{baseline_option_.power * part, Watts{0}};
}

// Readings are taken just before the start and just after the end; a millisecond counts where a run is
// short. At the end, and where readings have stopped, the last known power goes on.
Joules Measurement::EnergyOfRun(const sampling::DomainTotals& totals) const {
  const Seconds read = totals.upto - totals.from;
  const Watts mean = read > Seconds{0} ? totals.energy / read : totals.power;
  const Joules before_start = mean * std::max(Seconds{0}, start_ - totals.from);
  const Joules after_reading = totals.power * (Now() - totals.upto);
  return std::max(Joules{0}, totals.energy - before_start + after_reading);
}

Seconds Measurement::SilenceOf(const Member& member) const {
  return std::max(lanes_[member.lane]->period(), InfoOf(member).error.update_period) * kSilentPeriods;
}

energy::DomainUse Measurement::UseOf(const Member& member, const sampling::DomainTotals& totals) const {
  const sampling::Lane& lane = *lanes_[member.lane];
  energy::DomainUse use;
  use.info = InfoOf(member);
  use.meter = lane.meter().name();
  use.energy = EnergyOfRun(totals);
  use.max_power = totals.max_power;
  use.read_every = lane.period();
  const Seconds silent = Now() - totals.upto;
  const bool lost = silent > SilenceOf(member);
  use.filled = lost ? totals.filled + totals.power * silent : totals.filled;
  return use;
}

std::vector<energy::DomainUse> Measurement::Uses() const {
  const Totals totals = AllTotals();
  const std::vector<const Member*> standing = Standing(totals);
  std::vector<energy::DomainUse> uses;
  Joules all{0};
  for (const Member* m : standing) {
    uses.push_back(UseOf(*m, totals[m->lane][m->index]));
    all += uses.back().energy;
  }
  if (const Member* total = StandingTotal(totals)) all = EnergyOfRun(totals[total->lane][total->index]);
  for (std::size_t i = 0; i < standing.size(); ++i) uses[i].idle = IdleOf(*standing[i], uses[i].energy, all);
  return uses;
}

std::optional<energy::DomainUse> Measurement::Total() const {
  const Totals totals = AllTotals();
  const Member* member = StandingTotal(totals);
  if (member == nullptr) return std::nullopt;
  energy::DomainUse total = UseOf(*member, totals[member->lane][member->index]);
  total.idle = IdleOf(*member, total.energy, total.energy);
  return total;
}

std::vector<std::pair<std::string, double>> Measurement::PowerNow() const {
  const Totals totals = AllTotals();
  std::vector<std::pair<std::string, double>> powers;
  double parts = 0;
  for (const Member* m : Standing(totals)) {
    powers.emplace_back(InfoOf(*m).name, totals[m->lane][m->index].power.value());
    parts += powers.back().second;
  }
  if (const Member* total = StandingTotal(totals)) {
    const double power = totals[total->lane][total->index].power.value();
    powers.emplace_back(energy::kOther, std::max(0.0, power - parts));
  }
  return powers;
}

}  // namespace jouleprint::job
