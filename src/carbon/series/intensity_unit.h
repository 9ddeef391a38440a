// Units of carbon intensity: how they are written in flags, in cells and in the names of columns, and how
// many g/kWh one of each is.
#ifndef JOULEPRINT_CARBON_SERIES_INTENSITY_UNIT_H_
#define JOULEPRINT_CARBON_SERIES_INTENSITY_UNIT_H_

#include <optional>
#include <string_view>

#include "jouleprint/result.h"

namespace jouleprint::carbon {

/// A zone's mean stays below what its worst plants emit, so that a higher one that nobody has named the unit
/// of is probably in lb/MWh, where coal has 2,000.
inline constexpr double kImplausibleMean_g_per_kwh = 1200;

struct IntensityUnit {
  std::string_view name;  ///< "lb/MWh"
  double g_per_kwh = 1;   ///< that one of it is
};

/// Far above what any plant emits: coal has 740 to 910 g/kWh over its life cycle (IPCC AR5, WG III, annex
/// III). More is a wrong unit, or no intensity at all.
inline constexpr double kHighest_g_per_kwh = 5000;

/// What --unit takes. kInvalidArgument with the choices.
Result<IntensityUnit> ParseIntensityUnit(std::string_view name);
/// The unit that a column's name or a cell speaks of: "gco2_per_kwh", "moer_lb_per_mwh", "lbs_co2_per_mwh",
/// "tCO2/MWh". Nothing where it speaks of none.
std::optional<IntensityUnit> UnitSpokenOf(std::string_view text);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_INTENSITY_UNIT_H_
