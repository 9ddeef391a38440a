// From energy to emissions: operational = energy of the machine x PUE x intensity of the grid.
//
//   Emissions e = Footprint(run.energy_kwh.machine, run.pue, run.intensity);
//
// The same sum as the operational part of the Software Carbon Intensity specification (ISO/IEC 21031:2024,
// O = E x I), with the data centre's overhead in E through its PUE (ISO/IEC 30134-2). The interval of
// the result joins those of energy and intensity, whose errors are independent; the basis is the weaker
// of the two. Pure; safe from any thread.
#ifndef JOULEPRINT_CARBON_FOOTPRINT_H_
#define JOULEPRINT_CARBON_FOOTPRINT_H_

#include "jouleprint/record.h"

namespace jouleprint::carbon {

/// Grams of CO2 equivalent. `pue` is at least 1 and counts as exact; 1 where nobody gave one.
/// Embodied emissions are absent: making the hardware is not in these figures. Total is the operational part.
Emissions Footprint(const Estimate& machine_energy_kwh, double pue, const IntensityUsed& intensity);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FOOTPRINT_H_
