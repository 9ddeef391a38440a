// RAPL energy counters as the processor's own registers, through /dev/cpu/N/msr. The last resort: it needs
// the privilege to touch every register of the machine, and its units hang on a table of models.
#ifndef JOULEPRINT_METERS_RAPL_MSR_H_
#define JOULEPRINT_METERS_RAPL_MSR_H_

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

Discovery DiscoverMsr(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_MSR_H_
