#include "carbon/pricing/by_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace jouleprint::carbon {
namespace {

// Widths of the record's bins, and of the slots in which energy is priced: of wider ones where the series
// keeps no finer ones. They divide each other, as those of the series do (sampling/rollup.h).
constexpr Seconds kBin{300};
constexpr Seconds kSlot{60};

std::int64_t Microseconds(Seconds s) { return std::llround(s.value() * 1e6); }

UtcTime FloorTo(UtcTime time, Seconds width) {
  const std::int64_t width_us = Microseconds(width);
  const std::int64_t rest = time.unix_us % width_us;
  return {time.unix_us - (rest < 0 ? rest + width_us : rest)};
}

// Adds what is left to the largest: a difference of rounding that no figure shows.
void MakeSumExact(double sum, std::vector<double>* values) {
  constexpr int kTries = 4;
  const auto largest = std::max_element(values->begin(), values->end());
  for (int i = 0; i < kTries && largest != values->end(); ++i) {
    const double off = sum - std::accumulate(values->begin(), values->end(), 0.0);
    if (off == 0) return;
    *largest += off;
  }
}

struct Slots {
  UtcTime start;
  Seconds width{0};
  std::vector<double> kwh;

  UtcTime StartOf(std::size_t i) const {
    return {start.unix_us + Microseconds(width) * static_cast<std::int64_t>(i)};
  }
};

// Energy that was read a moment before the run or after it belongs to the run's own ends.
Slots SlotsOf(const EnergyOverTime& energy) {
  const PowerSeries& series = *energy.series;
  Slots slots;
  slots.width = std::max(kSlot, Seconds{series.bin_s});
  slots.start = FloorTo(energy.from, slots.width);
  const std::int64_t width_us = Microseconds(slots.width);
  const std::int64_t length_us = std::max<std::int64_t>(1, energy.to.unix_us - slots.start.unix_us);
  slots.kwh.resize(static_cast<std::size_t>((length_us + width_us - 1) / width_us));
  const auto last = std::ssize(slots.kwh) - 1;
  const std::int64_t bin_us = Microseconds(Seconds{series.bin_s});
  for (const std::vector<PowerSeries::Bin>& domain : series.bins) {
    std::int64_t at_us = series.start.unix_us - slots.start.unix_us;
    for (const PowerSeries::Bin& bin : domain) {
      const std::int64_t slot = std::clamp<std::int64_t>(at_us / width_us, 0, last);
      slots.kwh[static_cast<std::size_t>(slot)] += static_cast<double>(bin.energy_j) / kJoulesPerKwh;
      at_us += bin_us;
    }
  }
  return slots;
}

// What the meters' first and last readings say besides the bins is shared out over them.
void ScaleTo(double machine_kwh, const EnergyOverTime& energy, Slots* slots) {
  const double sum = std::accumulate(slots->kwh.begin(), slots->kwh.end(), 0.0);
  const double length = (energy.to - energy.from).value();
  for (std::size_t i = 0; i < slots->kwh.size(); ++i) {
    if (sum > 0) {
      slots->kwh[i] *= machine_kwh / sum;
    } else {
      const UtcTime from = std::max(energy.from, slots->StartOf(i));
      const UtcTime to = std::min(energy.to, slots->StartOf(i + 1));
      const double even = 1.0 / static_cast<double>(slots->kwh.size());
      slots->kwh[i] = machine_kwh * (length > 0 ? (to - from).value() / length : even);
    }
  }
}

// Whether all stretches have one intensity: their mean is that, to the last bit.
class Sameness {
 public:
  void See(const Estimate& g_per_kwh) {
    if (!first_) first_ = g_per_kwh;
    differ_ = differ_ || g_per_kwh != *first_;
  }
  std::optional<Estimate> One() const { return differ_ ? std::nullopt : first_; }

 private:
  std::optional<Estimate> first_;
  bool differ_ = false;
};

// One source and way of knowing: a part of the record.
using Way = std::pair<std::size_t, PriceOrigin>;

class Pricer {
 public:
  Pricer(const EnergyOverTime& energy, const IntensityTimeline& timeline)
      : energy_(energy), timeline_(timeline), slots_(SlotsOf(energy)) {
    ScaleTo(energy.machine_kwh.value, energy, &slots_);
    by_time_.bin_s = std::max(kBin, slots_.width).value();
    by_time_.start = FloorTo(energy.from, Seconds{by_time_.bin_s});
  }

  PricedRun Run() {
    for (std::size_t i = 0; i < slots_.kwh.size(); ++i) PriceSlot(i);
    CloseBin();
    PricedRun priced;
    priced.mean = Mean();
    priced.operational_gco2e = Product(Scale(energy_.machine_kwh, energy_.pue), priced.mean.value);
    MakeSumExact(energy_.machine_kwh.value, &by_time_.energy_kwh);
    MakeSumExact(priced.operational_gco2e.value, &by_time_.gco2e);
    AddSingleAverages(priced);
    priced.by_time = std::move(by_time_);
    priced.warnings = timeline_.warnings();
    return priced;
  }

 private:
  // What the stretches of a bin have in common.
  struct Bin {
    double kwh = 0;
    double kwh_g = 0;  // kWh x g/kWh
    double s = 0;
    double s_g = 0;
    std::map<std::int64_t, double> s_of_part;
    Sameness intensity;
  };
  // All that one source prices: its errors are shared.
  struct Shared {
    double value = 0;
    double low = 0;
    double high = 0;
  };

  void PriceSlot(std::size_t i) {
    const UtcTime from = std::max(energy_.from, slots_.StartOf(i));
    const UtcTime to = std::min(energy_.to, slots_.StartOf(i + 1));
    const auto bin = static_cast<std::size_t>((slots_.StartOf(i) - by_time_.start).value() / by_time_.bin_s);
    if (bin > by_time_.energy_kwh.size()) CloseBin();
    const double length = (to - from).value();
    for (const PricedStretch& stretch : timeline_.Over(from, to)) {
      const double s = (stretch.to - stretch.from).value();
      Price(stretch, slots_.kwh[i] * (length > 0 ? s / length : 1), s);
    }
  }

  void Price(const PricedStretch& stretch, double kwh, double s) {
    const Estimate& g = stretch.g_per_kwh;
    const std::size_t part = PartOf(stretch);
    by_time_.parts[part].to = stretch.to;
    by_time_.parts[part].estimated = by_time_.parts[part].estimated || stretch.estimated;
    kwh_of_part_[part] += kwh;
    Shared& shared = shared_[stretch.source];
    // A run that used nothing still has an intensity: that of its time.
    const double weight = energy_.machine_kwh.value > 0 ? kwh : std::max(s, 1e-6);
    shared.value += weight * g.value;
    shared.low += weight * g.low;
    shared.high += weight * g.high;
    weight_ += weight;
    intensity_.See(g);
    bin_.intensity.See(g);
    bin_.kwh += kwh;
    bin_.kwh_g += kwh * g.value;
    bin_.s += std::max(s, 1e-6);
    bin_.s_g += std::max(s, 1e-6) * g.value;
    bin_.s_of_part[static_cast<std::int64_t>(part)] += std::max(s, 1e-6);
  }

  std::size_t PartOf(const PricedStretch& stretch) {
    const Way way{stretch.source, stretch.origin};
    const auto known = std::find(ways_.begin(), ways_.end(), way);
    if (known != ways_.end()) return static_cast<std::size_t>(known - ways_.begin());
    ways_.push_back(way);
    kwh_of_part_.push_back(0);
    IntensityPart part;
    part.from = stretch.from;
    part.basis = stretch.g_per_kwh.basis;
    if (stretch.origin == PriceOrigin::kOtherwise) {
      part.source = timeline_.otherwise().source;
      part.kind = timeline_.otherwise().kind;
    } else {
      const IntensitySource& source = timeline_.sources()[stretch.source];
      constexpr std::array<const char*, 4> kHow{"", ", gaps filled between its values", ", its nearest value",
                                                ", its mean over the run"};
      part.source = source.series->source() + kHow[static_cast<std::size_t>(stretch.origin)];
      part.kind = source.series->kind();
      if (source.live != nullptr) part.retrieved = source.live->retrieved;
    }
    by_time_.parts.push_back(std::move(part));
    return by_time_.parts.size() - 1;
  }

  void CloseBin() {
    const auto most = std::max_element(bin_.s_of_part.begin(), bin_.s_of_part.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    by_time_.energy_kwh.push_back(bin_.kwh);
    const std::optional<Estimate> one = bin_.intensity.One();
    const double mean = bin_.kwh > 0 ? bin_.kwh_g / bin_.kwh : bin_.s_g / bin_.s;
    by_time_.intensity_g_per_kwh.push_back(one ? one->value : mean);
    by_time_.gco2e.push_back(bin_.kwh_g * energy_.pue);
    by_time_.part.push_back(most->first);
    all_s_ += bin_.s;
    all_s_g_ += bin_.s_g;
    bin_ = {};
  }

  IntensityUsed Mean() {
    for (std::size_t i = 0; i < by_time_.parts.size(); ++i) {
      IntensityPart& part = by_time_.parts[i];
      part.energy_fraction = energy_.machine_kwh.value > 0 ? kwh_of_part_[i] / energy_.machine_kwh.value : 0;
    }
    const IntensityUsed& otherwise = timeline_.otherwise();
    if (IsConstant()) {
      by_time_.parts.front().energy_fraction = 1;
      return otherwise;
    }
    IntensityUsed mean{Estimate::Exact(0, Basis::kMetered), by_time_.parts.front().kind,
                       by_time_.parts.front().source};
    for (const auto& [source, sum] : shared_) {
      const Basis basis = source < timeline_.sources().size() ? Basis::kModelled : otherwise.value.basis;
      mean.value =
          SumIndependent(mean.value, {sum.value / weight_, sum.low / weight_, sum.high / weight_, basis});
    }
    if (const std::optional<Estimate> one = intensity_.One()) mean.value = *one;
    for (const IntensityPart& part : by_time_.parts) mean.kind = CommonKind(mean.kind, part.kind);
    if (shared_.size() > 1) mean.source = fmt::format("{} sources, see by_time", shared_.size());
    if (shared_.size() == 1) mean.source = timeline_.sources()[shared_.begin()->first].series->source();
    return mean;
  }

  bool IsConstant() const { return ways_.size() == 1 && ways_.front().second == PriceOrigin::kOtherwise; }

  // What one number would have said. Not of a kind that contradicts what was used, nor where one was used.
  void AddSingleAverages(const PricedRun& priced) {
    if (IsConstant() || !(priced.operational_gco2e.value > 0)) return;
    const auto add = [&](const char* what, const IntensityUsed& intensity) {
      const double grams = energy_.machine_kwh.value * energy_.pue * intensity.value.value;
      by_time_.single_averages.push_back(
          {what, intensity, grams, 100 * (grams / priced.operational_gco2e.value - 1)});
    };
    const IntensityUsed& yearly = timeline_.otherwise();
    if (WhyKindsDoNotMix(yearly.kind, priced.mean.kind).empty()) add("yearly average", yearly);
    // Its errors are those of the mean by energy: the same sources, weighted a little differently.
    const double over_time = all_s_g_ / all_s_;
    IntensityUsed hours = priced.mean;
    if (!intensity_.One()) hours.value = Scale(priced.mean.value, over_time / priced.mean.value.value);
    add("mean of the run's hours", hours);
  }

  const EnergyOverTime& energy_;
  const IntensityTimeline& timeline_;
  Slots slots_;
  ByTime by_time_;
  Bin bin_;
  Sameness intensity_;
  std::vector<Way> ways_;  // of by_time_.parts
  std::vector<double> kwh_of_part_;
  std::map<std::size_t, Shared> shared_;  // by source
  double weight_ = 0;
  double all_s_ = 0;
  double all_s_g_ = 0;
};

}  // namespace

std::string CommonKind(std::string_view a, std::string_view b) {
  if (a == b) return std::string(a);
  std::string common;
  for (const std::string_view word :
       {"average", "marginal", "production", "consumption", "lifecycle", "direct"}) {
    if (a.find(word) == std::string_view::npos || b.find(word) == std::string_view::npos) continue;
    common.append(common.empty() ? "" : "-").append(word);
  }
  return IntensityKind(common).value_or("unspecified");
}

PricedRun PriceByTime(const EnergyOverTime& energy, IntensityTimeline* timeline) {
  timeline->Settle(energy.from, energy.to);
  return Pricer(energy, *timeline).Run();
}

}  // namespace jouleprint::carbon
