// The meter for machines without a counter: how busy the processors are, from proc/stat, put through
// the power model of the processor; and a constant for the memory.
#ifndef JOULEPRINT_METERS_LOAD_METER_H_
#define JOULEPRINT_METERS_LOAD_METER_H_

#include <cstdint>

#include "meters/cpu_identity.h"
#include "meters/meter.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// Time that the machine's logical CPUs have spent since boot, summed over all of them, in ticks of
/// os::TickDuration(). A guest's time counts as its host's user time; time that a hypervisor gave to
/// others (steal) and time spent waiting for a disk are part of total and not of busy.
struct CpuTicks {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
};

/// Reads the first line of an open proc/stat. False when it cannot be read or makes no sense; `out` is
/// then as before. Never allocates; safe in the sampling loop.
bool ReadCpuTicks(int fd, CpuTicks* out) noexcept;

/// A meter named "model" with the gauges "cpu" and "memory", as far as they are needed. Both give the
/// mean power since the read before (DomainInfo::mean_since_last_read); the first read's mean starts at
/// the discovery. Time is counted in ticks of 10 ms: between reads closer than that the value before is
/// repeated, and the ticks count towards the next, so that none is lost. Until the first tick has
/// passed the machine's mean load since boot stands in.
Discovery DiscoverModel(const os::Sysroot& sysroot, const CpuIdentity& identity, bool need_cpu,
                        bool need_memory);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_LOAD_METER_H_
