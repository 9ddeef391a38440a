// How far a live value may be from the truth: the 90 % interval around it.
//
// Nobody publishes errors of live intensities, so they were taken from series that exist twice: as they were
// first and as they are now, as forecast and as they came. docs/live-sources.md has the figures; the
// constants here cite them one by one.
#ifndef JOULEPRINT_CARBON_LIVE_LIVE_SPREAD_H_
#define JOULEPRINT_CARBON_LIVE_LIVE_SPREAD_H_

#include <algorithm>

#include "jouleprint/estimate.h"

namespace jouleprint::carbon {

/// An interval by factors, an absolute half-width, or both.
struct LiveSpread {
  double low_factor = 1;
  double high_factor = 1;
  double half_width_g_per_kwh = 0;

  /// Statistics of a grid, not a reading at this machine: Basis::kModelled.
  Estimate Around(double g_per_kwh) const {
    return {g_per_kwh, std::max(0.0, g_per_kwh * low_factor - half_width_g_per_kwh),
            g_per_kwh * high_factor + half_width_g_per_kwh, Basis::kModelled};
  }
};

/// A published hour is recomputed later. 5th and 95th percentile of the 2025 version of Electricity Maps'
/// hours of 2022 over an older version of the same hours, 64 zones, 560 640 hours.
inline constexpr LiveSpread kRevisedSpread{.low_factor = 0.88, .high_factor = 1.14};
/// An hour that its publisher estimates from hours before it (Electricity Maps calls one such way
/// TIME_SLICER_AVERAGE). 5th and 95th percentile of an hour over the mean of the same hour of the 28 days
/// before, 75 zones, 2021 and 2022.
inline constexpr LiveSpread kEstimatedSpread{.low_factor = 0.65, .high_factor = 1.35};
/// NESO's half-hourly forecasts against what came: 10 % of 1.3 million err by more than 50 g/kWh.
inline constexpr LiveSpread kNesoForecastSpread{.half_width_g_per_kwh = 50};
/// The marginal signal 5 minutes ahead: 5th and 95th percentile of its error in two months of SGIP's issued
/// forecasts for Pacific Gas and Electric (February and September 2020) are -63 and +67 g/kWh. What it is
/// afterwards is the same model's, which nothing can be held against.
inline constexpr LiveSpread kMarginalSpread{.half_width_g_per_kwh = 67};
/// An intensity made of generation by fuel and one median factor per fuel. Gas, which differs most of the
/// fuels that make up nearly all of a grid's emissions, runs from 410 to 650 around 490 g/kWh (IPCC AR5, WG
/// III, annex III, table A.III.2).
inline constexpr LiveSpread kMixSpread{.low_factor = 410.0 / 490, .high_factor = 650.0 / 490};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_LIVE_SPREAD_H_
