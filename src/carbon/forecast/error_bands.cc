// Weighted conformal quantiles: as in split conformal prediction, bounds come from errors that the model did
// not learn from; weights that fade with age keep them honest while the errors drift (Barber et al. 2023).
#include "carbon/forecast/error_bands.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "carbon/forecast/least_relative_error.h"
#include "carbon/forecast/members.h"

namespace jouleprint::carbon {
namespace {

// Less than the twentieth that a 90 % interval leaves on either side: the days to come differ from those
// seen.
constexpr double kTail = 0.045;
constexpr double kHalfLifeDays = 30;
// Half a forecast that was off by a factor of two each way, for every lead.
const double kImaginedError = std::log(2.0);
constexpr double kImaginedWeight = 0.5;

// Leads on either side that lend their errors; none to the first hour, which is the surest by far.
std::size_t Neighbours(std::size_t lead_h) {
  if (lead_h == 0) return 0;
  if (lead_h < kHoursPerDay) return 1;
  return lead_h < kRidgeLeads ? 2 : 6;
}

template <class Samples>
double Quantile(const Samples& sorted, double share, double total) {
  double below = 0;
  for (const auto& sample : sorted) {
    below += sample.weight;
    if (below >= share * total) return sample.error;
  }
  return sorted.back().error;
}

}  // namespace

ErrorBands::ErrorBands() : samples_(kMostLeads) {}

void ErrorBands::Add(std::size_t lead_h, double days_ago, double log_error) {
  samples_[lead_h].push_back({log_error, std::exp2(-days_ago / kHalfLifeDays)});
}

void ErrorBands::Close() {
  bands_.clear();
  for (std::size_t lead = 0; lead < kMostLeads; ++lead) {
    const std::size_t reach = Neighbours(lead);
    std::vector<Sample> near;
    std::size_t leads = 0;
    for (std::size_t other = lead - std::min(lead, reach); other <= std::min(lead + reach, kMostLeads - 1);
         ++other) {
      near.insert(near.end(), samples_[other].begin(), samples_[other].end());
      ++leads;
    }
    const double imagined = kImaginedWeight * static_cast<double>(leads);
    near.push_back({-kImaginedError, imagined});
    near.push_back({kImaginedError, imagined});
    std::sort(near.begin(), near.end(), [](const Sample& a, const Sample& b) { return a.error < b.error; });
    double total = 0;
    for (const Sample& sample : near) total += sample.weight;
    bands_.push_back({Quantile(near, kTail, total), Quantile(near, 1 - kTail, total)});
  }
  samples_.clear();
}

}  // namespace jouleprint::carbon
