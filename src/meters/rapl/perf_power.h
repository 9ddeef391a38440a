// RAPL energy counters through the kernel's perf unit "power": the same counters as powercap's, in 64 bits
// and for a privilege that gives nothing else away (CAP_PERFMON).
#ifndef JOULEPRINT_METERS_RAPL_PERF_POWER_H_
#define JOULEPRINT_METERS_RAPL_PERF_POWER_H_

#include <functional>

#include "jouleprint/result.h"
#include "meters/machine.h"
#include "meters/meter.h"
#include "os/file.h"
#include "os/perf_event.h"

namespace jouleprint::meters {

/// How a counter is opened: os::OpenPerfEvent, or what stands for it where there is none.
using PerfOpener = std::function<Result<os::File>(const os::PerfEvent&)>;

/// Opens nothing under a hypervisor, nor for a recorded machine: see docs/meters/perf.md.
Discovery DiscoverPerfPower(const Machine& machine);
/// As above, with `open` instead of the running kernel's.
Discovery DiscoverPerfPower(const Machine& machine, const PerfOpener& open);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_PERF_POWER_H_
