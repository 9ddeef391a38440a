// The public face: checks the units, reads training and evaluation apart, and puts the total together.
#include "jouleprint/epoch_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "forecast/error_bands.h"
#include "forecast/evaluations.h"
#include "forecast/found.h"
#include "forecast/robust.h"
#include "forecast/steady_units.h"
#include "forecast/warm_up.h"

namespace jouleprint {
namespace {

using forecast::Widths;

// A rhythm that adds this part of a unit and more is that of evaluations, or of what is like them.
constexpr double kLeastEvaluation = 0.03;

// What a run has shown: training units, and evaluations with how many training units came before each.
struct Seen {
  std::vector<double> train_s, train_kwh;
  std::vector<double> eval_s, eval_kwh;
  std::vector<std::int64_t> eval_after;
  bool has_energy = true;
};

Status Check(const UnitCost& unit, std::size_t number) {
  const auto wrong = [](double value) { return !std::isfinite(value) || value < 0; };
  const bool duration = wrong(unit.duration_s);
  if (!duration && !(unit.energy_kwh && wrong(*unit.energy_kwh))) return {};
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("unit {} has {} that is no number of 0 or more", number,
                           duration ? "a duration" : "an energy"),
               "give what it took, in seconds and kWh; an energy that is not known is left out"};
}

Result<Seen> Sort(const std::vector<UnitCost>& units) {
  Seen seen;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (Status good = Check(units[i], i + 1); !good.ok()) return good.error();
    seen.has_energy = seen.has_energy && units[i].energy_kwh.has_value();
  }
  for (const UnitCost& unit : units) {
    if (unit.eval) seen.eval_after.push_back(static_cast<std::int64_t>(seen.train_s.size()));
    (unit.eval ? seen.eval_s : seen.train_s).push_back(unit.duration_s);
    if (seen.has_energy) (unit.eval ? seen.eval_kwh : seen.train_kwh).push_back(*unit.energy_kwh);
  }
  return seen;
}

std::vector<double> PowersOf(const std::vector<double>& kwh, const std::vector<double>& seconds) {
  std::vector<double> powers;
  for (std::size_t i = 0; i < kwh.size(); ++i) powers.push_back(seconds[i] > 0 ? kwh[i] / seconds[i] : 0);
  return powers;
}

double Sum(const std::vector<double>& a, const std::vector<double>& b) {
  return std::accumulate(b.begin(), b.end(), std::accumulate(a.begin(), a.end(), 0.0));
}

// What training has left, by both measures.
class TrainingRest {
 public:
  TrainingRest(const Seen& seen, std::int64_t total)
      : seen_(seen), total_(total), count_(static_cast<std::int64_t>(seen.train_s.size())) {
    if (count_ < 2) return;
    warm_up_ = forecast::WarmUpUnits(seen.train_s);
    if (!seen.has_energy) return;
    powers_ = PowersOf(seen.train_kwh, seen.train_s);
    warm_up_ = std::max(warm_up_, forecast::WarmUpUnits(powers_));
  }

  std::int64_t warm_up() const { return warm_up_; }
  forecast::Steady Read(const std::vector<double>& costs) const {
    return forecast::ReadSteady(costs, warm_up_);
  }

  Estimate Duration() const {
    const Seconds first{seen_.train_s[0]};
    if (count_ == 1)
      return OfFirst(first.value(), forecast::LaterPerFirstDuration(first),
                     forecast::WidthsAfterFirstDuration(first));
    return OfSteady(Read(seen_.train_s), 1);
  }

  Estimate Energy() const {
    const Seconds first{seen_.train_s[0]};
    if (count_ == 1)
      return OfFirst(seen_.train_kwh[0], forecast::LaterPerFirstEnergy(first),
                     forecast::WidthsAfterFirstEnergy(first));
    const Seconds elapsed{Sum(seen_.train_s, seen_.eval_s)};
    return OfSteady(Read(seen_.train_kwh), PowerStillRising() * forecast::PowerOnceWarm(elapsed));
  }

 private:
  Estimate OfFirst(double first, double later_per_first, const Widths& widths) const {
    return forecast::WithWidths(static_cast<double>(total_ - 1) * first * later_per_first, widths);
  }

  Estimate OfSteady(const forecast::Steady& steady, double factor) const {
    const double late = LateWork(steady);
    const double rest = steady.SumOf(count_ + 1, total_) * factor * late;
    Widths widths = forecast::WidthsOf(steady, total_, late);
    // A power that is still rising is known no better than by how much it will.
    widths = {std::hypot(widths.down, std::log(factor)), std::hypot(widths.up, std::log(factor))};
    return forecast::WithWidths(rest, widths);
  }

  // Evaluations that have been seen, in whatever way, do not begin late. The first unit's duration tells for
  // energies too: powers differ more between a first unit and the others.
  double LateWork(const forecast::Steady& steady) const {
    const bool stepped = steady.since > warm_up_ + 1;
    const bool in_rhythm =
        steady.rhythm && steady.rhythm->sure && steady.rhythm->excess > kLeastEvaluation * steady.level;
    if (stepped || in_rhythm || !seen_.eval_s.empty()) return 1;
    const double level = Read(seen_.train_s).level;
    return forecast::LateWork(count_, total_, level > 0 ? seen_.train_s[0] / level : 1);
  }

  double PowerStillRising() const {
    if (count_ != 2) return 1;
    return forecast::PowerStillToCome(Seconds{seen_.train_s[0]}, Seconds{seen_.train_s[1]}, Watts{powers_[0]},
                                      Watts{powers_[1]});
  }

  const Seen& seen_;
  std::int64_t total_;
  std::int64_t count_;
  std::int64_t warm_up_ = 0;
  std::vector<double> powers_;
};

// What evaluations have left, of costs in one measure.
Estimate EvaluationsRest(const std::vector<double>& costs, const forecast::Schedule& schedule,
                         std::int64_t total) {
  const double count = schedule.CountUntil(total);
  if (count <= 0 || costs.empty()) return Estimate::Exact(0, Basis::kModelled);
  // The first one warms up as a first epoch does.
  const std::span<const double> usual = std::span(costs).subspan(costs.size() > 1 ? 1 : 0);
  const double one = forecast::Median({usual.begin(), usual.end()});
  const double scatter = one > 0 ? forecast::Spread(usual) / one : 0;
  // A count that rests on one or two gaps may be a third off; a cost that rests on one evaluation, a tenth.
  const double unsure_count = schedule.sure ? 1 / (count + 1) : 0.33;
  const double unsure_cost = 0.1 / static_cast<double>(costs.size()) + scatter;
  const double width = std::hypot(unsure_count, unsure_cost);
  return forecast::WithWidths(count * one, {width, width});
}

// Never below what has been used.
Estimate TotalOf(double used, const Estimate& rest) {
  return {used + rest.value, used + std::max(0.0, rest.low), used + rest.high, Basis::kModelled};
}

Status CheckCount(std::size_t seen, std::int64_t total_epochs) {
  if (seen == 0) {
    return Error{ErrorCode::kInvalidArgument, "no training epoch has been finished",
                 "predict when the first one has ended"};
  }
  if (static_cast<std::int64_t>(seen) <= total_epochs) return {};
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("{} training epochs have been finished, of {} in all", seen, total_epochs),
               "give the number of all epochs, finished ones and those to come"};
}

}  // namespace

Result<PredictedTotal> PredictTotal(const std::vector<UnitCost>& units, std::int64_t total_epochs) {
  const Result<Seen> seen = Sort(units);
  if (!seen.ok()) return seen.error();
  if (Status good = CheckCount(seen->train_s.size(), total_epochs); !good.ok()) return good.error();
  PredictedTotal total;
  total.epochs_seen = static_cast<std::int64_t>(seen->train_s.size());
  total.epochs_total = total_epochs;
  total.used_s = Sum(seen->train_s, seen->eval_s);
  if (seen->has_energy) total.used_kwh = Sum(seen->train_kwh, seen->eval_kwh);
  if (total.epochs_seen == total_epochs) {
    total.duration_s = Estimate::Exact(total.used_s, Basis::kModelled);
    if (total.used_kwh) total.energy_kwh = Estimate::Exact(*total.used_kwh, Basis::kModelled);
    total.found.push_back("all epochs are finished: the totals are sums");
    return total;
  }
  const TrainingRest training(*seen, total_epochs);
  const forecast::Schedule schedule = forecast::ReadSchedule(seen->eval_after, total.epochs_seen);
  total.duration_s =
      TotalOf(total.used_s,
              SumCorrelated(training.Duration(), EvaluationsRest(seen->eval_s, schedule, total_epochs)));
  if (seen->has_energy) {
    total.energy_kwh =
        TotalOf(*total.used_kwh,
                SumCorrelated(training.Energy(), EvaluationsRest(seen->eval_kwh, schedule, total_epochs)));
  }
  total.found =
      forecast::WhatWasFound(training.Read(seen->train_s), training.warm_up(), schedule, total_epochs);
  return total;
}

}  // namespace jouleprint
