// What a Measurement tells of a run besides its joules: gaps, power over time, what was dropped and why,
// warnings, the baseline.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "job/measurement.h"

namespace jouleprint::job {
namespace {

// A meter of the whole machine that was renewed less often than this during a run says of its load what it
// was before.
constexpr double kFewestRenewals = 2;
// Where a clock stepped by more than this, the record says so.
constexpr Seconds kClockStep{1};

std::string Times(int n) { return n == 1 ? "once" : std::to_string(n) + " times"; }

std::string ReasonOf(const sampling::Gap& gap) {
  switch (gap.cause) {
    case sampling::GapCause::kSuspended:
      return "the machine was suspended";
    case sampling::GapCause::kMeterBlocked:
      return "the meter did not answer";
    case sampling::GapCause::kStarved:
      break;
  }
  return "the sampler was stopped or starved";
}

// The last row is the total's and becomes what the rows before leave of it.
void TakePartsFromTotal(std::vector<std::vector<PowerSeries::Bin>>* rows) {
  std::vector<PowerSeries::Bin>& rest = rows->back();
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const float whole = rest[i].energy_j;
    for (std::size_t part = 0; part + 1 < rows->size(); ++part) rest[i].energy_j -= (*rows)[part][i].energy_j;
    rest[i].energy_j = std::max(0.0F, rest[i].energy_j);
    // The peak of the whole less what the parts used on average: as near as bins can tell.
    rest[i].max_power_w *= whole > 0 ? rest[i].energy_j / whole : 0;
  }
}

}  // namespace

std::vector<GapRecord> Measurement::Gaps() const {
  // Every lane sees the same suspend: the lane that reads most often tells it best.
  if (lanes_.empty()) return {};
  const auto fastest = std::min_element(
      lanes_.begin(), lanes_.end(), [](const auto& a, const auto& b) { return a->period() < b->period(); });
  std::vector<GapRecord> gaps;
  for (const sampling::Gap& gap : (*fastest)->gaps()) {
    gaps.push_back({(gap.from - start_).value(), gap.duration.value(), ReasonOf(gap)});
  }
  if (const sampling::MergedGaps more = (*fastest)->more_gaps(); more.count > 0) {
    gaps.push_back({(more.from - start_).value(), more.duration.value(),
                    std::to_string(more.count) + " more gaps, merged into one from the first of them on"});
  }
  return gaps;
}

PowerSeries Measurement::Series() const {
  PowerSeries series;
  const Totals totals = AllTotals();
  std::vector<sampling::Rollup> rollups;
  const auto add = [&](const Member& m, const std::string& name) {
    series.domains.push_back(name);
    rollups.push_back(lanes_[m.lane]->rollups()[m.index]);
  };
  for (const Member* m : Standing(totals)) add(*m, InfoOf(*m).name);
  const Member* total = StandingTotal(totals);
  if (total != nullptr) add(*total, std::string(energy::kOther));
  Seconds widest{0};
  for (const sampling::Rollup& rollup : rollups) widest = std::max(widest, rollup.bin_width());
  std::size_t longest = 0;
  for (sampling::Rollup& rollup : rollups) {
    rollup.WidenTo(widest);
    longest = std::max(longest, rollup.bins().size());
    series.start = rollup.first_bin();
  }
  series.bin_s = widest.value();
  for (const sampling::Rollup& rollup : rollups) {
    series.bins.push_back(rollup.bins());
    series.bins.back().resize(longest);
  }
  if (total != nullptr) TakePartsFromTotal(&series.bins);
  return series;
}

std::int64_t Measurement::samples() const {
  std::int64_t samples = 0;
  for (const auto& lane : lanes_) samples += lane->ticks();
  return samples;
}

std::string Measurement::ReasonAgainst(const Member& member, const Totals& totals) const {
  const sampling::DomainTotals& shown = totals[member.lane][member.index];
  if (!shown.primed) return "it could not be read";
  if (HasFailed(member, shown)) return "its counter stood still during the whole run";
  if (member.total && IsMostlyFilled(member, shown)) return "it was silent for most of the run";
  // Known at the end only: until then a run may become long enough.
  const Seconds renewed = InfoOf(member).error.update_period;
  if (member.total && end_ && duration() < renewed * kFewestRenewals) {
    return fmt::format("the run was too short for a meter that is renewed every {:g} s", renewed.value());
  }
  return {};
}

std::vector<DroppedDomain> Measurement::Dropped() const {
  std::vector<DroppedDomain> dropped = catalog().dropped;
  const Totals totals = AllTotals();
  for (const Member& m : members_) {
    if (m.standby) continue;
    const std::string reason = ReasonAgainst(m, totals);
    if (!reason.empty()) dropped.push_back({InfoOf(m).name, InfoOf(m).source, reason});
  }
  return dropped;
}

std::vector<std::string> Measurement::Warnings() const {
  std::vector<std::string> warnings;
  const Totals totals = AllTotals();
  for (const Member& m : members_) {
    const std::string reason = m.standby ? std::string() : ReasonAgainst(m, totals);
    if (reason.empty()) continue;
    warnings.push_back(InfoOf(m).name + " is not counted: " + reason +
                       (m.total ? "; the machine's figure is the sum of its parts" : ""));
  }
  std::vector<energy::DomainUse> uses = Uses();
  if (std::optional<energy::DomainUse> total = Total()) uses.push_back(std::move(*total));
  for (const energy::DomainUse& use : uses) {
    if (use.filled <= Joules{0}) continue;
    const auto percent =
        static_cast<int>(std::lround(100 * (use.filled / std::max(use.energy, Joules{1e-9}))));
    warnings.push_back(use.info.name + " could not be read all the time: " + std::to_string(percent) +
                       " % of its energy is filled in from the power before");
  }
  for (std::string& warning : WarningsOfReturns()) warnings.push_back(std::move(warning));
  for (const std::string& meter : hanging_)
    warnings.push_back("the meter " + meter + " did not answer at the end");
  const Seconds step = end_ ? (end_utc_ - start_utc_) - duration() : Seconds{0};
  if (std::abs(step.value()) > kClockStep.value()) {
    warnings.push_back("the machine's clock was set during the run; durations and energy are not affected");
  }
  return warnings;
}

// Meters that were lost for a time: what they counted meanwhile is there, but nobody saw when.
std::vector<std::string> Measurement::WarningsOfReturns() const {
  std::vector<std::string> warnings;
  for (const auto& lane : lanes_) {
    const std::vector<sampling::DomainTotals> totals = lane->totals();
    for (std::size_t i = 0; i < totals.size(); ++i) {
      if (totals[i].returns == 0) continue;
      warnings.push_back(fmt::format("{} was gone {} for {:.1f} s and came back", lane->domains()[i].name,
                                     Times(totals[i].returns), totals[i].away.value()));
    }
    const sampling::BlockedReads blocked = lane->blocked();
    if (blocked.times == 0) continue;
    warnings.push_back(fmt::format("the meter {} blocked {}, for {:.1f} s at the longest",
                                   lane->meter().name(), Times(blocked.times), blocked.longest.value()));
  }
  return warnings;
}

BaselineRecord Measurement::Baseline() const {
  BaselineRecord record;
  record.method = "off";
  if (baseline_option_.kind == BaselineOption::Kind::kGiven) {
    record.method = "given";
    record.power_w = baseline_option_.power.value();
    return record;
  }
  double power = 0;
  bool known = true;
  for (const energy::DomainUse& use : Uses()) {
    known = known && use.idle.has_value();
    if (use.idle) power += use.idle->power.value();
  }
  if (const std::optional<energy::DomainUse> total = Total()) {
    known = known && total->idle.has_value();
    if (total->idle) power = total->idle->power.value();
  }
  if (!known) return record;
  record.method = baseline_watched_ > Seconds{0} ? "measured" : "model";
  record.power_w = power;
  record.duration_s = baseline_watched_.value();
  return record;
}

}  // namespace jouleprint::job
