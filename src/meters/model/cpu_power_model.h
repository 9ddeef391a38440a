// How many watts a processor draws at a load, when no counter says so: from its rated power, or, better,
// from its own idle and full power where the user has measured them. The .cc and server_shape.cc say
// from which measurements, with the error on machines that had no part in them, from which the honest
// (wide) 90 % intervals come. Pure functions, no I/O.
#ifndef JOULEPRINT_METERS_MODEL_CPU_POWER_MODEL_H_
#define JOULEPRINT_METERS_MODEL_CPU_POWER_MODEL_H_

#include <optional>
#include <string>

#include "jouleprint/estimate.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "meters/cpu_identity.h"
#include "meters/model/cpu_activity.h"
#include "meters/model/server_shape.h"

namespace jouleprint::meters {

/// What the user has measured of the processors, or of the whole machine; the figures are then for that.
struct PowerPoints {
  Watts idle{0};
  Watts max{0};  ///< with all CPUs busy
};

/// The points, if they can be: 0 <= idle < max.
Result<PowerPoints> CheckPowerPoints(PowerPoints points);

/// The power of the whole processor complex that this machine (or guest) can see.
struct CpuPowerModel {
  Watts idle{0};
  Watts max{0};           ///< with all CPUs busy at the highest clock
  double low_factor = 1;  ///< 90 % interval as factors of the value, at any load
  double high_factor = 1;
  Basis basis = Basis::kModelled;
  std::string explanation;  ///< one sentence: which processor, which rated power, which share of it
  double threads_per_core = 1;
  std::optional<ServerShape> shape;  ///< where idle and max are known

  /// Never allocates; what lies outside 0..1 is clamped.
  Watts At(const CpuActivity& activity) const noexcept;
  /// For a load spread evenly over all logical CPUs, at the highest clock.
  Watts At(double load) const noexcept;
};

/// Uses the table of processors where the model name is known, else a rule by cores; on a virtual machine
/// only the share of the processor that the guest has. With `known` points that CheckPowerPoints has let
/// pass, those are the ends, and what is read is put through the shape of the processor's family.
CpuPowerModel ModelCpu(const CpuIdentity& cpu, std::optional<PowerPoints> known = std::nullopt);

/// Power of the memory, which hardly depends on the load.
struct MemoryPowerModel {
  Watts power{0};
  double low_factor = 1;
  double high_factor = 1;
  std::string explanation;
};
MemoryPowerModel ModelMemory(const CpuIdentity& cpu);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MODEL_CPU_POWER_MODEL_H_
