#include "forecast/predicted_emissions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "carbon/pricing/timeline.h"

namespace jouleprint::forecast {
namespace {

// As far as a forecast reaches: jouleprint/grid_forecast.h.
constexpr Seconds kLongestForecast{14 * 24 * 3600.0};

// Hours later than that have the price of those before them.
constexpr Seconds kLongestLookedAt{3 * 366 * 24 * 3600.0};

Seconds Overlap(UtcTime from, UtcTime to, UtcTime other_from, UtcTime other_to) {
  return std::max(Seconds{0}, std::min(to, other_to) - std::max(from, other_from));
}

// In how much of the time each kind of price was used, 0 to 1.
struct Shares {
  double told = 0;
  double forecast = 0;
  double otherwise = 0;
};

std::string InWords(const Shares& shares, const RestPricing& pricing) {
  std::vector<std::string> parts;
  if (shares.told > 0) parts.push_back(pricing.series->source());
  if (shares.forecast > 0) parts.push_back("the forecast from " + pricing.series->source());
  if (shares.otherwise > 0) parts.push_back(pricing.otherwise.source);
  std::string words;
  for (const std::string& part : parts) words += (words.empty() ? "" : ", then ") + part;
  return words;
}

Estimate Widened(Estimate price, const Estimate& widths) {
  price.low = std::max(0.0, price.value - std::hypot(price.lower_width(), widths.low));
  price.high = price.value + std::hypot(price.upper_width(), widths.high);
  return price;
}

}  // namespace

RestPricer::RestPricer(RestPricing pricing) : pricing_(std::move(pricing)) {}

void RestPricer::LookAhead() {
  if (looked_ahead_) return;
  looked_ahead_ = true;
  const IntensitySeries& series = *pricing_.series;
  const UtcTime end = series.end();
  const Result<GridForecaster> model = GridForecaster::Train(series, end);
  if (!model.ok()) return;
  Result<GridForecast> forecast = model->Forecast(series, end, kLongestForecast);
  if (!forecast.ok()) return;
  std::vector<double> values(series.values().begin(), series.values().end());
  for (const GridForecast::Point& point : forecast->points) {
    const auto at = static_cast<std::size_t>(std::llround((point.time - series.start()) / series.step()));
    if (at < series.values().size()) continue;
    values.resize(std::max(values.size(), at + 1), std::numeric_limits<double>::quiet_NaN());
    values[at] = point.g_per_kwh.value;
  }
  extended_.emplace(SeriesOrigin{series.zone(), series.kind(), series.source()}, series.start(),
                    series.step(), std::move(values));
  forecast_ = std::move(*forecast);
}

Estimate RestPricer::ForecastWidths(UtcTime from, UtcTime to) const {
  Estimate widths;
  const double length = std::max(1e-9, (to - from).value());
  for (const GridForecast::Point& point : forecast_->points) {
    const double share = Overlap(from, to, point.time, point.time + forecast_->step).value() / length;
    widths.low += share * point.g_per_kwh.lower_width();
    widths.high += share * point.g_per_kwh.upper_width();
  }
  return widths;
}

IntensityUsed RestPricer::MeanOfSeries(UtcTime from, UtcTime to) {
  const UtcTime told_until = pricing_.series->end();
  if (to > told_until) LookAhead();
  const IntensitySeries& series = extended_ ? *extended_ : *pricing_.series;
  carbon::IntensityTimeline timeline({{.series = &series}}, pricing_.otherwise);
  timeline.Settle(from, to);
  Shares shares;
  Estimate price{0, 0, 0, Basis::kMetered};
  for (const carbon::PricedStretch& stretch : timeline.Over(from, to)) {
    const double share = (stretch.to - stretch.from) / (to - from);
    price = SumCorrelated(price, Scale(stretch.g_per_kwh, share));
    if (stretch.origin == carbon::PriceOrigin::kOtherwise) {
      shares.otherwise += share;
      continue;
    }
    const double ahead = Overlap(stretch.from, stretch.to, told_until, stretch.to) / (to - from);
    shares.forecast += ahead;
    shares.told += share - ahead;
  }
  if (shares.forecast > 0 && forecast_) price = Widened(price, ForecastWidths(from, to));
  const bool by_series = shares.told + shares.forecast > 0;
  return {price, by_series ? pricing_.series->kind() : pricing_.otherwise.kind, InWords(shares, pricing_)};
}

PricedRest RestPricer::Price(const Estimate& it_kwh, UtcTime from, Seconds duration) {
  // A moment is priced as its second is.
  const UtcTime to = from + std::clamp(duration, Seconds{1}, kLongestLookedAt);
  IntensityUsed mean = pricing_.series ? MeanOfSeries(from, to) : pricing_.otherwise;
  const Estimate gco2e = Product(Scale(it_kwh, pricing_.pue), mean.value);
  return {gco2e, std::move(mean)};
}

std::optional<PricedTotal> PriceTotal(const PredictedTotal& total, UtcTime start, RestPricer* pricer) {
  if (!total.energy_kwh || !total.used_kwh) return std::nullopt;
  const double used_kwh = *total.used_kwh;
  const Estimate& kwh = *total.energy_kwh;
  const Estimate rest_kwh{kwh.value - used_kwh, kwh.low - used_kwh, kwh.high - used_kwh, kwh.basis};
  const Seconds used{total.used_s};
  const PricedRest behind = pricer->Price(Estimate::Exact(used_kwh, kwh.basis), start, used);
  PricedRest ahead = pricer->Price(rest_kwh, start + used, Seconds{total.duration_s.value} - used);
  return PricedTotal{behind.gco2e, SumCorrelated(behind.gco2e, ahead.gco2e), std::move(ahead.mean)};
}

}  // namespace jouleprint::forecast
