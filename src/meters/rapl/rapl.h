// What every way to the processor's energy counters (RAPL) has in common: what their domains are called and
// measure, and how far they may be off. The ways: powercap, perf_power, msr.
#ifndef JOULEPRINT_METERS_RAPL_RAPL_H_
#define JOULEPRINT_METERS_RAPL_RAPL_H_

#include <functional>
#include <string_view>

#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Often enough for any wrap (131 s at 500 W) and for the power of moments.
inline constexpr Seconds kRaplPeriod{0.1};

enum class RaplPart { kPackage, kDram, kCore, kUncore, kPlatform };

/// Name, scope, component and error of a part of a processor; source and unit are the interface's.
DomainInfo RaplDomain(RaplPart part, int socket, int die);
Component ComponentOf(RaplPart part);
MeterError RaplError(double joules_per_step);

/// AMD and Hygon have one counter per socket, whatever the number of dies; Intel one per die.
bool DiesShareOneCounter(std::string_view cpu_vendor);
/// Whose processors have RAPL: Intel, AMD, Hygon.
bool HasRapl(std::string_view cpu_vendor);

/// A counter that stands at 0 may only pretend to exist. Comes back when `moved` says that all have moved, or
/// when they have had time enough; `moved` looks at them anew each time.
void GiveTimeToMove(const std::function<bool()>& moved);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_RAPL_H_
