// A made-up grid for the tests of forecasts: a sun, a working week, and wind that comes and goes in spells.
#ifndef JOULEPRINT_CARBON_FORECAST_SYNTHETIC_GRID_H_
#define JOULEPRINT_CARBON_FORECAST_SYNTHETIC_GRID_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include "jouleprint/grid_forecast.h"

namespace jouleprint::synthetic {

inline constexpr Seconds kHour{3600};
inline const UtcTime kStart{1'609'459'200'000'000};  // 2021-01-01T00:00:00Z, a Friday

inline UtcTime Hours(double hours) { return kStart + kHour * hours; }

struct Grid {
  std::vector<double> wind;       // 0 to 1
  std::vector<double> g_per_kwh;  // 400 without wind, less with wind and sun and at weekends
};

inline Grid MakeGrid(std::size_t hours, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> gust(0, 1);
  Grid grid;
  double weather = 0;
  for (std::size_t hour = 0; hour < hours; ++hour) {
    weather = 0.97 * weather + 0.25 * gust(random);
    const double wind = 1 / (1 + std::exp(-weather));
    const double sun =
        std::max(0.0, std::sin(2 * std::numbers::pi * (static_cast<double>(hour % 24) - 6) / 24));
    const bool weekend = (hour / 24 + 4) % 7 >= 5;
    grid.wind.push_back(wind);
    grid.g_per_kwh.push_back((400 - 200 * wind - 80 * sun) * (weekend ? 0.85 : 1) + 3 * gust(random));
  }
  return grid;
}

inline IntensitySeries Series(std::vector<double> values, Seconds step = kHour) {
  return IntensitySeries({"XX", "average-production-lifecycle", "made up"}, kStart, step, std::move(values));
}

}  // namespace jouleprint::synthetic

#endif  // JOULEPRINT_CARBON_FORECAST_SYNTHETIC_GRID_H_
