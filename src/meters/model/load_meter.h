// The meter for machines without a counter: how busy the processors are and how fast they run, put
// through the power model of the processor; and a constant for the memory.
#ifndef JOULEPRINT_METERS_MODEL_LOAD_METER_H_
#define JOULEPRINT_METERS_MODEL_LOAD_METER_H_

#include <optional>

#include "meters/cpu_identity.h"
#include "meters/meter.h"
#include "meters/model/cpu_activity.h"
#include "meters/model/cpu_power_model.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// A meter named "model" with the gauges "cpu" and "memory", as far as they are needed. Both give the
/// mean power since the read before (DomainInfo::mean_since_last_read); the first read's mean starts at
/// the discovery. Time is counted in ticks of 10 ms: between reads closer than that the value before is
/// repeated, and the ticks count towards the next, so that none is lost. Until the first tick has
/// passed the machine's mean load since boot stands in. `known`: the user's own idle and full power.
Discovery DiscoverModel(const os::Sysroot& sysroot, const CpuIdentity& identity, bool need_cpu,
                        bool need_memory, std::optional<PowerPoints> known = std::nullopt);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MODEL_LOAD_METER_H_
