#include "forecast/rhythm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "forecast/robust.h"

namespace jouleprint::forecast {
namespace {

// Longer rhythms are rare, and looking for them takes time that grows with their square.
constexpr std::int64_t kLongestPeriod = 64;
// A rhythm shows in its newest units: older ones are not looked at.
constexpr std::size_t kMostUnits = 256;
// A unit is held against so many on either side.
constexpr std::size_t kNeighbours = 3;
// The heavy units stand out by this part of an ordinary one, and by so many times its scatter: by more of it
// where few units show it, for there are many rhythms that some of them could have by chance.
constexpr double kLeastExcess = 0.005;
constexpr double kLeastContrast = 4;
constexpr double kDoubledAt = 8;

double LeastContrast(std::size_t units) {
  return kLeastContrast * (1 + kDoubledAt / static_cast<double>(units));
}

// Beside fewer units than that, one that stands out may be scatter.
constexpr std::int64_t kLeastToSuspect = 4;

// Costs less what is usual of each and its neighbours, so that a trend is no rhythm.
std::vector<double> Flattened(std::span<const double> costs) {
  std::vector<double> flat;
  flat.reserve(costs.size());
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const std::size_t from = i < kNeighbours ? 0 : i - kNeighbours;
    const std::size_t to = std::min(costs.size(), i + kNeighbours + 1);
    const std::span<const double> around = costs.subspan(from, to - from);
    flat.push_back(costs[i] - Median({around.begin(), around.end()}));
  }
  return flat;
}

// Of two heavy units, the first stands out by this part of what the second does.
constexpr double kAsHeavy = 0.5;

// A longer period is taken only where it leaves less than this part of what a shorter one leaves unexplained:
// a multiple of the true period explains some of the heavy units well by chance, and the others not at all.
constexpr double kMustExplain = 0.7;

struct Candidate {
  Rhythm rhythm;
  double unexplained = 0;
};

// What the values lie off their median by, in all.
double SumOfDistances(const std::vector<double>& values) {
  const double centre = Median(values);
  double sum = 0;
  for (const double value : values) sum += std::abs(value - centre);
  return sum;
}

struct Range {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();

  void Add(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

class RhythmSearch {
 public:
  RhythmSearch(std::span<const double> costs, std::int64_t first)
      : costs_(costs),
        first_(first),
        flat_(Flattened(costs)),
        ordinary_(Median({costs.begin(), costs.end()})) {}

  double ordinary() const { return ordinary_; }

  // How well the units of one phase stand apart from all others; nothing where they do not.
  std::optional<Candidate> Judge(std::int64_t period, std::int64_t phase) const {
    Range in, out;
    for (std::size_t i = 0; i < flat_.size(); ++i) (IsIn(i, period, phase) ? in : out).Add(flat_[i]);
    if (in.least <= out.most && in.most >= out.least) return std::nullopt;
    std::vector<double> in_costs, out_costs;
    for (std::size_t i = 0; i < costs_.size(); ++i)
      (IsIn(i, period, phase) ? in_costs : out_costs).push_back(costs_[i]);
    if (in_costs.size() < 2 || out_costs.size() < 2) return std::nullopt;
    // The first evaluation of a run warms up as its first epoch does.
    const double in_level = in_costs.size() == 2 ? in_costs[1] : Median(in_costs);
    const double excess = in_level - Median(out_costs);
    // One heavy unit makes no rhythm with an ordinary one.
    if (in_costs.size() == 2 && (in_costs[0] - Median(out_costs)) / excess < kAsHeavy) return std::nullopt;
    const double scatter = std::hypot(in_costs.size() > 2 ? Spread(in_costs) : 0, Spread(out_costs));
    if (std::abs(excess) < std::max(kLeastExcess * ordinary_, LeastContrast(flat_.size()) * scatter))
      return std::nullopt;
    return Candidate{{period, phase, excess, true}, SumOfDistances(in_costs) + SumOfDistances(out_costs)};
  }

 private:
  bool IsIn(std::size_t i, std::int64_t period, std::int64_t phase) const {
    return (first_ + static_cast<std::int64_t>(i)) % period == phase;
  }

  std::span<const double> costs_;
  std::int64_t first_;
  std::vector<double> flat_;
  double ordinary_;
};

std::optional<Rhythm> Suspected(std::span<const double> costs, std::int64_t first, double ordinary) {
  const auto n = static_cast<std::int64_t>(costs.size());
  const std::int64_t last = first + n - 1;
  if (n < kLeastToSuspect) return std::nullopt;
  const auto heaviest = std::max_element(costs.begin(), costs.end());
  const std::int64_t at = first + (heaviest - costs.begin());
  // The newest unit may as well be the first of a new level.
  if (at == last || last >= 2 * at) return std::nullopt;
  std::vector<double> others(costs.begin(), heaviest);
  others.insert(others.end(), heaviest + 1, costs.end());
  const double excess = *heaviest - Median(others);
  const double next = *std::max_element(others.begin(), others.end()) - Median(others);
  if (excess < std::max({kLeastExcess * ordinary, LeastContrast(costs.size()) * Spread(others), 2 * next}))
    return std::nullopt;
  return Rhythm{at, 0, kSuspicion * excess, false};
}

}  // namespace

std::optional<Rhythm> FindRhythm(std::span<const double> costs, std::int64_t first) {
  if (costs.size() > kMostUnits) {
    first += static_cast<std::int64_t>(costs.size() - kMostUnits);
    costs = costs.last(kMostUnits);
  }
  const RhythmSearch search(costs, first);
  const std::int64_t longest = std::min(kLongestPeriod, static_cast<std::int64_t>(costs.size()) / 2 + 1);
  std::optional<Candidate> best;
  for (std::int64_t period = 2; period <= longest; ++period) {
    for (std::int64_t phase = 0; phase < period; ++phase) {
      const std::optional<Candidate> one = search.Judge(period, phase);
      if (one && (!best || one->unexplained < kMustExplain * best->unexplained)) best = one;
    }
  }
  if (best) return best->rhythm;
  return Suspected(costs, first, search.ordinary());
}

}  // namespace jouleprint::forecast
