// What a Measurement tells of a run besides its joules: gaps, power over time, what was dropped and why,
// warnings, the baseline.
#include <algorithm>
#include <cmath>

#include "job/measurement.h"

namespace jouleprint::job {
namespace {

// Where a clock stepped by more than this, the record says so.
constexpr Seconds kClockStep{1};

std::string ReasonOf(const sampling::Gap& gap) {
  if (gap.suspended) return "the machine was suspended";
  return "the sampler was stopped or starved";
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
  return gaps;
}

PowerSeries Measurement::Series() const {
  PowerSeries series;
  const auto totals = AllTotals();
  std::vector<sampling::Rollup> rollups;
  for (const Member* m : Standing(totals)) {
    series.domains.push_back(InfoOf(*m).name);
    rollups.push_back(lanes_[m->lane]->rollups()[m->index]);
  }
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
  return series;
}

std::int64_t Measurement::samples() const {
  std::int64_t samples = 0;
  for (const auto& lane : lanes_) samples += lane->ticks();
  return samples;
}

std::vector<DroppedDomain> Measurement::Dropped() const {
  std::vector<DroppedDomain> dropped = catalog_.dropped;
  const auto totals = AllTotals();
  for (const Member& m : members_) {
    if (m.standby || !HasFailed(m, totals[m.lane][m.index])) continue;
    const meters::DomainInfo& info = InfoOf(m);
    const bool never = !totals[m.lane][m.index].primed;
    dropped.push_back({info.name, info.source,
                       never ? "it could not be read" : "its counter stood still during the whole run"});
  }
  return dropped;
}

std::vector<std::string> Measurement::Warnings() const {
  std::vector<std::string> warnings;
  const auto totals = AllTotals();
  for (const Member& m : members_) {
    if (!m.standby && HasFailed(m, totals[m.lane][m.index])) {
      warnings.push_back(
          InfoOf(m).name + " is not counted: " +
          (totals[m.lane][m.index].primed ? "its counter stood still" : "it could not be read"));
    }
  }
  for (const energy::DomainUse& use : Uses()) {
    if (use.filled <= Joules{0}) continue;
    const auto percent =
        static_cast<int>(std::lround(100 * (use.filled / std::max(use.energy, Joules{1e-9}))));
    warnings.push_back(use.info.name + " could not be read all the time: " + std::to_string(percent) +
                       " % of its energy is filled in from the power before");
  }
  for (const std::string& meter : hanging_)
    warnings.push_back("the meter " + meter + " did not answer at the end");
  const Seconds step = end_ ? (end_utc_ - start_utc_) - duration() : Seconds{0};
  if (std::abs(step.value()) > kClockStep.value()) {
    warnings.push_back("the machine's clock was set during the run; durations and energy are not affected");
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
  if (!known) return record;
  record.method = baseline_watched_ > Seconds{0} ? "measured" : "model";
  record.power_w = power;
  record.duration_s = baseline_watched_.value();
  return record;
}

}  // namespace jouleprint::job
