#include "carbon/footprint.h"

namespace jouleprint::carbon {

Emissions Footprint(const Estimate& machine_energy_kwh, double pue, const IntensityUsed& intensity) {
  Emissions emissions;
  emissions.operational = Product(Scale(machine_energy_kwh, pue), intensity.value);
  emissions.total = emissions.operational;
  return emissions;
}

}  // namespace jouleprint::carbon
