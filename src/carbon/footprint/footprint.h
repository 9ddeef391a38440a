// From a run's energy to its whole footprint.
//
//   run.emissions_gco2e = Footprint(run.energy_kwh.machine, run.pue, run.intensity);  // or time-resolved
//   FillFootprint(choice, &run);                                                      // all the rest
//
// Operational emissions: energy of the machine x PUE x the grid's intensity, as in the Software Carbon
// Intensity specification (ISO/IEC 21031:2024, O = E x I) with the data centre's overhead in E through its
// PUE (ISO/IEC 30134-2). Beside them: by contracts (market-based, never part of a total), the making of the
// hardware, water, and the score per unit. Offsets are never subtracted: there is no field for them. The
// interval of a product joins those of its independent factors; its basis is the weakest of theirs. Pure;
// safe from any thread. Tested by tests/carbon/footprint/.
#ifndef JOULEPRINT_CARBON_FOOTPRINT_FOOTPRINT_H_
#define JOULEPRINT_CARBON_FOOTPRINT_FOOTPRINT_H_

#include "jouleprint/footprint_choice.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"

namespace jouleprint::carbon {

/// Operational emissions in grams of CO2 equivalent, and as their total. `pue` is at least 1 and counts as
/// exact; 1 where nobody gave one.
Emissions Footprint(const Estimate& machine_energy_kwh, double pue, const IntensityUsed& intensity);

/// The rest of a record's footprint, from what stands in it already: energy, PUE, operational emissions,
/// host, reservation, duration and epochs. Sets embodied, total and market-based emissions, the market's
/// intensity, water, the embodied parts and the score; adds a warning for each figure that stays out or is a
/// guess. May be called again as the run goes on, on a record whose warnings are new.
void FillFootprint(const FootprintChoice& choice, RunRecord* run);

/// Of a run that goes on: its operational emissions so far, and what the hardware's making adds to them.
Estimate TotalSoFar(const FootprintChoice& choice, const RunRecord& run, const Estimate& operational_gco2e,
                    Seconds elapsed);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FOOTPRINT_FOOTPRINT_H_
