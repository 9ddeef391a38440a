// Energy and emissions by the clock of several runs on one grid: the widest of theirs, whose bins are
// multiples of all others' (carbon/pricing/by_time.h).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "record/merge_sums.h"

namespace jouleprint::record {
namespace {

// A job of months in bins of five minutes. Runs that lie further apart get wider ones, of a day at most.
constexpr std::int64_t kMostBins = 20'000;
constexpr double kNarrowestBin_s = 1;
constexpr double kWidestBin_s = 86'400;

std::int64_t FloorTo(std::int64_t time_us, std::int64_t width_us) {
  const std::int64_t rest = time_us % width_us;
  return time_us - (rest < 0 ? rest + width_us : rest);
}

// Adds what rounding has left to the largest, so that the list adds up to the figure that it explains.
void MakeSumExact(double sum, std::vector<double>* values) {
  constexpr int kTries = 4;
  const auto largest = std::max_element(values->begin(), values->end());
  for (int i = 0; i < kTries && largest != values->end(); ++i) {
    const double off = sum - std::accumulate(values->begin(), values->end(), 0.0);
    if (off == 0) return;
    *largest += off;
  }
}

bool SamePart(const IntensityPart& a, const IntensityPart& b) {
  return a.source == b.source && a.kind == b.kind && a.basis == b.basis && a.estimated == b.estimated &&
         a.retrieved == b.retrieved;
}

class Grid {
 public:
  Grid(const std::vector<Node>& nodes, const RunRecord& all) : nodes_(nodes), all_(all) {
    EachCounted(nodes, [this](const Node&, const Member& member) {
      const ByTime& one = *member.run->by_time;
      const bool first = seen_++ == 0;
      out_.bin_s = first ? one.bin_s : std::max(out_.bin_s, one.bin_s);
      out_.start = first ? one.start : std::min(out_.start, one.start);
      const auto bins = static_cast<std::int64_t>(one.energy_kwh.size());
      const std::int64_t end_us = one.start.unix_us + bins * Microseconds(one.bin_s);
      end_us_ = first ? end_us : std::max(end_us_, end_us);
    });
    while ((end_us_ - out_.start.unix_us) / Microseconds(out_.bin_s) > kMostBins) out_.bin_s *= 2;
    width_us_ = Microseconds(out_.bin_s);
    out_.start.unix_us = FloorTo(out_.start.unix_us, width_us_);
  }

  bool Fits() const { return out_.bin_s <= kWidestBin_s; }

  ByTime Make() {
    EachCounted(nodes_, [this](const Node&, const Member& member) { Add(member); });
    FillIntensities();
    MakeSumExact(all_.energy_kwh.machine.value, &out_.energy_kwh);
    MakeSumExact(all_.emissions_gco2e.operational.value, &out_.gco2e);
    AddAverages();
    return std::move(out_);
  }

 private:
  void Add(const Member& member) {
    const ByTime& one = *member.run->by_time;
    const std::vector<double> fractions = CountedOfBins(member);
    const std::vector<std::size_t> parts = PartsOf(one, member);
    for (std::size_t i = 0; i < one.energy_kwh.size(); ++i) {
      if (fractions[i] == 0) continue;
      const std::int64_t at_us =
          one.start.unix_us + static_cast<std::int64_t>(i) * Microseconds(one.bin_s) - out_.start.unix_us;
      const auto bin = static_cast<std::size_t>(at_us / width_us_);
      Grow(bin + 1);
      const double kwh = one.energy_kwh[i] * fractions[i];
      out_.energy_kwh[bin] += kwh;
      out_.gco2e[bin] += one.gco2e[i] * fractions[i];
      weighted_[bin] += kwh * member.run->pue * one.intensity_g_per_kwh[i];
      weights_[bin] += kwh * member.run->pue;
      plain_[bin] += one.intensity_g_per_kwh[i];
      ++counts_[bin];
      const std::size_t part = parts[static_cast<std::size_t>(one.part[i])];
      of_part_[bin].resize(std::max(of_part_[bin].size(), part + 1));
      of_part_[bin][part] += kwh;
    }
  }

  // Where the parts of one run stand among those of all.
  std::vector<std::size_t> PartsOf(const ByTime& one, const Member& member) {
    std::vector<std::size_t> places;
    const double kwh = member.run->energy_kwh.machine.value * member.energy;
    const double whole = all_.energy_kwh.machine.value;
    for (const IntensityPart& part : one.parts) {
      auto known = std::find_if(out_.parts.begin(), out_.parts.end(),
                                [&part](const IntensityPart& other) { return SamePart(part, other); });
      if (known == out_.parts.end()) {
        known = out_.parts.insert(known, part);
        known->energy_fraction = 0;
      }
      known->from = std::min(known->from, part.from);
      known->to = std::max(known->to, part.to);
      known->energy_fraction += whole > 0 ? part.energy_fraction * (kwh / whole) : 0;
      places.push_back(static_cast<std::size_t>(known - out_.parts.begin()));
    }
    return places;
  }

  void Grow(std::size_t bins) {
    if (bins <= out_.energy_kwh.size()) return;
    for (std::vector<double>* list :
         {&out_.energy_kwh, &out_.gco2e, &weighted_, &weights_, &plain_, &counts_}) {
      list->resize(bins);
    }
    of_part_.resize(bins);
  }

  // A bin between two stretches of the job, in which nothing ran, keeps the intensity and part of the one
  // before.
  void FillIntensities() {
    double last = 0;
    std::int64_t part = 0;
    for (std::size_t i = 0; i < out_.energy_kwh.size(); ++i) {
      if (weights_[i] > 0) {
        last = weighted_[i] / weights_[i];
      } else if (counts_[i] > 0) {
        last = plain_[i] / counts_[i];
      }
      const std::vector<double>& parts = of_part_[i];
      if (!parts.empty()) part = std::max_element(parts.begin(), parts.end()) - parts.begin();
      out_.intensity_g_per_kwh.push_back(last);
      out_.part.push_back(part);
    }
  }

  // What is said of every run, in sum.
  void AddAverages() {
    const Member* first = nullptr;
    EachCounted(nodes_, [&first](const Node&, const Member& member) {
      if (first == nullptr) first = &member;
    });
    for (const SingleAverage& average : first->run->by_time->single_averages) AddAverage(average.what);
  }

  void AddAverage(const std::string& what) {
    std::vector<std::pair<double, IntensityUsed>> intensities;
    SingleAverage sum{what, {}, 0, 0};
    EachCounted(nodes_, [&](const Node&, const Member& member) {
      const std::vector<SingleAverage>& all = member.run->by_time->single_averages;
      const auto one =
          std::find_if(all.begin(), all.end(), [&what](const SingleAverage& a) { return a.what == what; });
      if (one == all.end()) return;
      const double kwh = member.run->energy_kwh.machine.value * member.energy;
      intensities.emplace_back(kwh * member.run->pue, one->intensity);
      sum.operational_gco2e += one->operational_gco2e * member.energy;
    });
    const double operational = all_.emissions_gco2e.operational.value;
    if (intensities.size() != seen_ || !(operational > 0)) return;
    sum.intensity = MeanIntensity(intensities);
    sum.error_percent = 100 * (sum.operational_gco2e / operational - 1);
    out_.single_averages.push_back(std::move(sum));
  }

  const std::vector<Node>& nodes_;
  const RunRecord& all_;
  std::size_t seen_ = 0;  // counted runs
  std::int64_t end_us_ = 0;
  std::int64_t width_us_ = 0;
  ByTime out_;
  std::vector<double> weighted_;  // by bin: kWh with PUE x g/kWh
  std::vector<double> weights_;   // kWh with PUE
  std::vector<double> plain_;     // g/kWh, of how many:
  std::vector<double> counts_;
  std::vector<std::vector<double>> of_part_;  // kWh by part
};

}  // namespace

std::optional<ByTime> MergeByTime(const std::vector<Node>& nodes, const RunRecord& all) {
  bool known = true;
  EachCounted(nodes, [&known](const Node&, const Member& member) {
    const std::optional<ByTime>& by_time = member.run->by_time;
    known = known && by_time && !by_time->energy_kwh.empty() && by_time->bin_s >= kNarrowestBin_s &&
            by_time->bin_s <= kWidestBin_s;
  });
  if (!known) return std::nullopt;
  Grid grid(nodes, all);
  return grid.Fits() ? std::optional(grid.Make()) : std::nullopt;
}

}  // namespace jouleprint::record
