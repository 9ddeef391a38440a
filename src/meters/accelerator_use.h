// Who used the accelerators: what each process occupied of each GPU, for attribution.
//
// A meter that can tell (NVML) offers one of these beside its domains. It is asked about once a second
// by a thread of its own, never by the sampling loop: a call may take 100 ms and more.
#ifndef JOULEPRINT_METERS_ACCELERATOR_USE_H_
#define JOULEPRINT_METERS_ACCELERATOR_USE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/units.h"

namespace jouleprint::meters {

/// One process on one GPU since the look before.
struct ProcessOnGpu {
  pid_t pid = 0;  ///< as the driver counts: the host's, also inside a container
  /// Mean share of the time in which its kernels ran, 0 to 1; absent: the driver does not say.
  std::optional<double> busy;
  double memory_bytes = 0;  ///< that it holds now; 0: not known
  /// MIG: which instance, and which fraction of the GPU's slices that is.
  std::optional<unsigned> instance;
  double instance_fraction = 1;
};

/// One GPU since the look before.
struct GpuUse {
  std::string domain;  ///< "gpu-0", as DomainInfo::name
  bool known = false;  ///< false: the driver refused or does not know; `problem` says why
  std::string problem;
  bool mig = false;
  std::vector<ProcessOnGpu> processes;  ///< everybody's, not only the job's
};

class AcceleratorUse {
 public:
  virtual ~AcceleratorUse() = default;
  /// One entry per GPU. May be slow, may allocate; one thread at a time, at the same time as Meter::Read.
  virtual std::vector<GpuUse> Look() = 0;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_ACCELERATOR_USE_H_
