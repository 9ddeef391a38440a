// A run's price at a start is the sum of its steps' energy times their intensity. Starts that lie alike
// within a step share the energy of each step, so that all of them are priced by one pass per step of the
// run, over sums of the series: a constant power takes one pass in all.
#include "jouleprint/whatwhere.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "carbon/pricing/run_series.h"
#include "carbon/whatwhere/run_profile.h"

namespace jouleprint {
namespace {

using carbon::EqualSteps;
using carbon::RunProfile;

std::int64_t Microseconds(Seconds s) { return std::llround(s.value() * 1e6); }

std::int64_t RoundUp(std::int64_t value, std::int64_t to) {
  const std::int64_t rest = value % to;
  return rest == 0 ? value : value - rest + (rest > 0 ? to : 0);
}

// All starts of one zone.
class Starts {
 public:
  Starts(const RunProfile& profile, double pue, const IntensitySeries& series, Seconds every)
      : profile_(profile), pue_(pue), series_(series), step_us_(Microseconds(series.step())) {
    every_us_ = std::max<std::int64_t>(1, Microseconds(every));
    first_us_ = RoundUp(series.start().unix_us, every_us_);
    const std::int64_t length_us =
        series.start().unix_us + step_us_ * std::ssize(series.values()) - first_us_;
    count_ = static_cast<std::size_t>(std::max<std::int64_t>(0, (length_us + every_us_ - 1) / every_us_));
    sums_.reserve(series.values().size() + 1);
    known_.reserve(series.values().size() + 1);
    sums_.push_back(0);
    known_.push_back(0);
    for (const double value : series.values()) {
      const bool known = !std::isnan(value);
      sums_.push_back(sums_.back() + (known ? value : 0));
      known_.push_back(known_.back() + (known ? 1 : 0));
    }
  }

  std::size_t count() const { return count_; }

  std::vector<StartPrice> Price() {
    prices_.clear();
    // Starts that are so many apart lie alike within their step.
    const std::size_t alike = static_cast<std::size_t>(step_us_ / std::gcd(step_us_, every_us_));
    for (std::size_t first = 0; first < std::min(alike, count_); ++first) PriceAlike(first, alike);
    std::sort(prices_.begin(), prices_.end(),
              [](const StartPrice& a, const StartPrice& b) { return a.start < b.start; });
    return std::move(prices_);
  }

 private:
  std::int64_t OffsetUs(std::size_t start) const {
    return first_us_ - series_.start().unix_us + every_us_ * static_cast<std::int64_t>(start);
  }

  void PriceAlike(std::size_t first, std::size_t alike) {
    const std::vector<EqualSteps> steps = profile_.Over(step_us_, OffsetUs(first) % step_us_);
    const std::size_t lasts = steps.back().first + steps.back().count;
    std::vector<std::size_t> starts, at;
    for (std::size_t i = first; i < count_; i += alike) {
      const auto step = static_cast<std::size_t>(OffsetUs(i) / step_us_);
      if (step + lasts >= known_.size() || known_[step + lasts] - known_[step] != lasts) continue;
      starts.push_back(i);
      at.push_back(step);
    }
    std::vector<double> grams(starts.size());
    for (const EqualSteps& equal : steps) {
      const double* from = sums_.data() + equal.first;
      const double* to = from + equal.count;
      for (std::size_t i = 0; i < at.size(); ++i) grams[i] += equal.kwh * (to[at[i]] - from[at[i]]);
    }
    for (std::size_t i = 0; i < starts.size(); ++i) {
      prices_.push_back({UtcTime{series_.start().unix_us + OffsetUs(starts[i])}, pue_ * grams[i]});
    }
  }

  const RunProfile& profile_;
  double pue_;
  const IntensitySeries& series_;
  std::int64_t step_us_;
  std::int64_t every_us_ = 0;
  std::int64_t first_us_ = 0;
  std::size_t count_ = 0;
  std::vector<double> sums_;        // of the known values before a step
  std::vector<std::size_t> known_;  // how many of them
  std::vector<StartPrice> prices_;
};

// Between the two nearest of sorted values.
double Quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

bool Cheaper(const StartPrice& a, const StartPrice& b) { return a.gco2e < b.gco2e; }

std::pair<int, int> YearAndMonth(UtcTime time) {
  const std::chrono::sys_time<std::chrono::microseconds> moment{std::chrono::microseconds{time.unix_us}};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month()))};
}

std::vector<MonthPrices> ByMonth(const std::vector<StartPrice>& prices) {
  std::vector<MonthPrices> months;
  std::size_t count = 0;
  for (const StartPrice& price : prices) {
    const auto [year, month] = YearAndMonth(price.start);
    if (months.empty() || months.back().year != year || months.back().month != month) {
      months.push_back({year, month, 0, price});
      count = 0;
    }
    MonthPrices& of = months.back();
    if (Cheaper(price, of.best)) of.best = price;
    of.mean_gco2e += (price.gco2e - of.mean_gco2e) / static_cast<double>(++count);
  }
  return months;
}

ZonePrices Describe(const IntensitySeries& series, const std::vector<StartPrice>& prices, std::size_t tried) {
  ZonePrices zone;
  zone.zone = series.zone();
  zone.kind = series.kind();
  zone.source = series.source();
  zone.starts = prices.size();
  zone.skipped = tried - prices.size();
  if (prices.empty()) return zone;
  zone.best = *std::min_element(prices.begin(), prices.end(), Cheaper);
  zone.worst = *std::max_element(prices.begin(), prices.end(), Cheaper);
  std::vector<double> grams;
  grams.reserve(prices.size());
  for (const StartPrice& price : prices) grams.push_back(price.gco2e);
  zone.mean_gco2e = std::accumulate(grams.begin(), grams.end(), 0.0) / static_cast<double>(grams.size());
  std::sort(grams.begin(), grams.end());
  zone.p05_gco2e = Quantile(grams, 0.05);
  zone.p95_gco2e = Quantile(grams, 0.95);
  zone.months = ByMonth(prices);
  return zone;
}

Status CheckKinds(const std::vector<IntensitySeries>& series) {
  std::vector<const IntensitySeries*> kinds;  // the first of each
  for (const IntensitySeries& one : series) {
    const auto same = [&one](const IntensitySeries* other) { return other->kind() == one.kind(); };
    if (std::any_of(kinds.begin(), kinds.end(), same)) continue;
    for (const IntensitySeries* other : kinds) {
      const std::string why = WhyKindsDoNotMix(other->kind(), one.kind());
      if (why.empty()) continue;
      return Error{
          ErrorCode::kInvalidArgument,
          fmt::format("{} is {} and {} is {}: {}", other->zone(), other->kind(), one.zone(), one.kind(), why),
          "compare one kind at a time: choose it with --kind"};
    }
    kinds.push_back(&one);
  }
  return {};
}

// In the series' kind: the record's own figure, else the series of the run's zone at its time.
void PriceThisRun(const RunRecord& run, const RunProfile& profile, const std::vector<IntensitySeries>& series,
                  Whatwhere* answer) {
  std::string why;
  for (const IntensitySeries& one : series) {
    if (why.empty()) why = WhyKindsDoNotMix(run.intensity.kind, one.kind());
  }
  if (why.empty()) {
    answer->gco2e = run.emissions_gco2e.operational.value;
    return;
  }
  for (const IntensitySeries& one : series) {
    if (!carbon::SameZone(one.zone(), run.zone)) continue;
    if (one.MeanOver(run.start, run.end).covered < 1) continue;
    double grams = 0;
    const std::int64_t step_us = Microseconds(one.step());
    const std::int64_t offset_us = run.start.unix_us - one.start().unix_us;
    for (const EqualSteps& equal : profile.Over(step_us, offset_us % step_us)) {
      for (std::size_t i = 0; i < equal.count; ++i) {
        const std::size_t step = static_cast<std::size_t>(offset_us / step_us) + equal.first + i;
        grams += equal.kwh * one.values()[std::min(step, one.values().size() - 1)];
      }
    }
    answer->gco2e = run.pue * grams;
    return;
  }
  answer->notes.push_back("this run's own figure is left out: " + why);
}

// Every series that knows a whole run; the others are noted.
Status PriceZones(const RunProfile& profile, const std::vector<IntensitySeries>& series, Seconds every,
                  Whatwhere* answer) {
  std::size_t tried = 0;
  for (const IntensitySeries& one : series) {
    Starts starts(profile, answer->pue, one, every);
    tried += starts.count();
    ZonePrices zone = Describe(one, starts.Price(), starts.count());
    if (zone.starts > 0) {
      answer->zones.push_back(std::move(zone));
    } else if (starts.count() == 0) {
      answer->notes.push_back(one.zone() + " is left out: no start falls into its series; shorten --every");
    } else {
      answer->notes.push_back(one.zone() + " is left out: its series nowhere covers a run of this length");
    }
  }
  if (!answer->zones.empty()) return {};
  if (tried == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("no start falls into a series: with --every {:.3g}h all lie before or after it",
                             every.value() / 3600),
                 "give a shorter --every, such as 1h"};
  }
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("no series covers a run of {:.3g} h", answer->duration_s / 3600),
               "give longer series, with fewer gaps"};
}

}  // namespace

double SavingPercent(double from_gco2e, double to_gco2e) {
  return from_gco2e > 0 ? 100 * (1 - to_gco2e / from_gco2e) : 0;
}

Result<Whatwhere> CompareStarts(const RunRecord& run, const std::vector<IntensitySeries>& series,
                                Seconds every) {
  if (!(run.energy_kwh.machine.value > 0)) {
    return Error{ErrorCode::kInvalidArgument, "the energy of the run " + run.run_id + " is not known",
                 "choose a run whose record has one; 'jouleprint runs list' shows them"};
  }
  if (series.empty()) {
    return Error{ErrorCode::kInvalidArgument, "there is no series of intensities to compare with",
                 "give --series FILE"};
  }
  if (Status alike = CheckKinds(series); !alike.ok()) return alike.error();
  const RunProfile profile(run);
  Whatwhere answer;
  answer.run_id = run.run_id;
  answer.energy_kwh = run.energy_kwh.machine.value;
  answer.duration_s = run.duration_s;
  answer.pue = run.pue;
  answer.zone = run.zone;
  if (Status priced = PriceZones(profile, series, every, &answer); !priced.ok()) return priced.error();
  PriceThisRun(run, profile, series, &answer);
  std::stable_sort(answer.zones.begin(), answer.zones.end(),
                   [](const ZonePrices& a, const ZonePrices& b) { return a.mean_gco2e < b.mean_gco2e; });
  return answer;
}

}  // namespace jouleprint
