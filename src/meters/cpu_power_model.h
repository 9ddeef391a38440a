// How many watts a processor draws at a load, when no counter says so.
//
// The curve P(load) = idle + (max - idle) * shape(load), and its honest (wide) 90 % interval, come
// from measured load profiles and published server results; the .cc says which, with the fit's error
// on machines that it had not seen. Pure functions, no I/O.
#ifndef JOULEPRINT_METERS_CPU_POWER_MODEL_H_
#define JOULEPRINT_METERS_CPU_POWER_MODEL_H_

#include <string>

#include "jouleprint/units.h"
#include "meters/cpu_identity.h"

namespace jouleprint::meters {

/// The power curve of the whole processor complex that this machine (or guest) can see.
struct CpuPowerModel {
  Watts idle{0};
  Watts max{0};           ///< at load 1
  double low_factor = 1;  ///< 90 % interval as factors of the value, at any load
  double high_factor = 1;
  std::string explanation;  ///< one sentence: which processor, which rated power, which share of it

  /// `load` in 0..1 of all logical CPUs that this machine sees; clamped. Never allocates.
  Watts At(double load) const noexcept;
};

/// Uses the table of processors where the model name is known, else a rule by cores; on a virtual
/// machine only the share of the processor that the guest has.
CpuPowerModel ModelCpu(const CpuIdentity& cpu);

/// Power of the memory, which hardly depends on the load.
struct MemoryPowerModel {
  Watts power{0};
  double low_factor = 1;
  double high_factor = 1;
  std::string explanation;
};
MemoryPowerModel ModelMemory(const CpuIdentity& cpu);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_CPU_POWER_MODEL_H_
