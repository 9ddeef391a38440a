#include "job/live_prediction.h"

#include <algorithm>

#include "carbon/footprint/footprint.h"

namespace jouleprint::job {
namespace {

Estimate Plus(Estimate estimate, double more) {
  return {estimate.value + more, estimate.low + more, estimate.high + more, estimate.basis};
}

Estimate NotBelow(Estimate estimate, double least) {
  return {std::max(estimate.value, least), std::max(estimate.low, least), std::max(estimate.high, least),
          estimate.basis};
}

// By what a figure may be wrong, as a factor on it.
Estimate ErrorFactor(const Estimate& estimate) {
  if (!(estimate.value > 0)) return Estimate::Exact(1, estimate.basis);
  return {1, estimate.low / estimate.value, estimate.high / estimate.value, estimate.basis};
}

// `value`, as sure as `part` of it is.
Estimate Around(double value, const Estimate& part) {
  return {value, value - part.lower_width(), value + part.upper_width(), part.basis};
}

}  // namespace

std::int64_t EpochsOfThisRun(const std::vector<EpochRecord>& finished, std::int64_t expected) {
  std::int64_t count = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  for (const EpochRecord& epoch : finished) {
    if (epoch.kind != "train") continue;
    if (count++ == 0) first = epoch.epoch;
    last = epoch.epoch;
  }
  const bool goes_on = first > 1 && last <= expected && last - first == count - 1;
  return goes_on ? expected - (first - 1) : expected;
}

LiveUnits UnitsOf(const FinishedUnits& finished, const std::vector<PausedStretch>& pauses) {
  LiveUnits live;
  live.beside_s = finished.before_s;
  live.beside_kwh = finished.before_kwh;
  for (const EpochRecord& epoch : finished.epochs) {
    UnitCost unit{epoch.end_s - epoch.start_s, epoch.energy_kwh, epoch.kind == "eval"};
    for (const PausedStretch& pause : pauses) {
      if (pause.start_s < epoch.start_s || pause.end_s > epoch.end_s) continue;
      unit.duration_s = std::max(0.0, unit.duration_s - (pause.end_s - pause.start_s));
      unit.energy_kwh = std::max(0.0, *unit.energy_kwh - (pause.end_kwh - pause.start_kwh));
    }
    live.units.push_back(unit);
  }
  for (const PausedStretch& pause : pauses) {
    // One before the first unit is in what stands before it.
    if (pause.end_s <= finished.before_s) continue;
    live.beside_s += pause.end_s - pause.start_s;
    live.beside_kwh += pause.end_kwh - pause.start_kwh;
  }
  return live;
}

forecast::RestPricer& LivePrediction::PricerOf(const Pricing& pricing, double pue) {
  const UtcTime known_until = pricing.rest_known_until();
  if (!pricer_ || known_until != known_until_) pricer_.emplace(pricing.ForTheRest(pue));
  known_until_ = known_until;
  return *pricer_;
}

std::optional<Foretold> LivePrediction::Predict(const LiveUnits& live, std::int64_t epochs_total,
                                                const RunProgress& so_far, const RunRecord& record,
                                                const FootprintChoice& footprint, const Pricing& pricing) {
  const Result<PredictedTotal> total = PredictTotal(live.units, epochs_total);
  if (!total.ok() || !total->energy_kwh) return std::nullopt;
  Foretold foretold;
  PredictionRecord& reported = foretold.reported;
  reported = {total->epochs_seen, total->epochs_total, so_far.elapsed_s};
  reported.duration_s = NotBelow(Plus(total->duration_s, live.beside_s), so_far.elapsed_s);
  reported.energy_kwh = NotBelow(Plus(*total->energy_kwh, live.beside_kwh), so_far.energy_kwh.value);
  const Seconds duration{reported.duration_s.value};
  const Estimate rest_kwh = Plus(reported.energy_kwh, -so_far.energy_kwh.value);
  const Estimate meter = ErrorFactor(so_far.energy_kwh);
  const forecast::PricedRest priced =
      PricerOf(pricing, record.pue)
          .Price(Product(rest_kwh, meter), record.start + Seconds{so_far.elapsed_s},
                 duration - Seconds{so_far.elapsed_s});
  reported.intensity = priced.mean.source;
  foretold.shown = reported;
  foretold.shown.energy_kwh = Product(reported.energy_kwh, meter);
  const Estimate used = carbon::Footprint(so_far.energy_kwh, record.pue, record.intensity).operational;
  // Both rest on the same grid's figures, which err together.
  foretold.shown.emissions_gco2e =
      carbon::TotalSoFar(footprint, record, SumCorrelated(used, priced.gco2e), duration);
  const Estimate rest_gco2e = Scale(rest_kwh, priced.mean.value.value * record.pue);
  reported.emissions_gco2e = Around(foretold.shown.emissions_gco2e.value, rest_gco2e);
  return foretold;
}

}  // namespace jouleprint::job
