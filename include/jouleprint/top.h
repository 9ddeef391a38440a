// Watts now: by domain, and by process or container.
//
//   Result<std::unique_ptr<PowerWatch>> watch = PowerWatch::Start(TopOptions{});
//   PowerSnapshot now = (*watch)->Take(Seconds{2});   // blocks for two seconds
//
// Who causes a watt is a model: the processors' power is shared by CPU time, a GPU's by the time in which
// each process's kernels ran, and what an idle machine would draw is nobody's. One thread at a time.
#ifndef JOULEPRINT_TOP_H_
#define JOULEPRINT_TOP_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"
#include "jouleprint/units.h"

namespace jouleprint {

/// What is a line of the list.
enum class ConsumerKind { kProcess, kContainer };

struct TopOptions {
  /// sysroot, nvml_library, boundary, wattmeters, interval: as for a run.
  RunOptions measuring;
  ConsumerKind by = ConsumerKind::kProcess;
};

struct DomainPower {
  std::string name;
  Component component = Component::kOther;
  Basis basis = Basis::kAssumed;
  double power_w = 0;  ///< mean since the snapshot before
};

/// A process, or all processes of a container, service or user session.
struct PowerConsumer {
  pid_t pid = 0;  ///< 0 for a container
  std::string name;
  double power_w = 0;        ///< of processors, memory and GPUs
  double gpu_power_w = 0;    ///< of it, what its GPUs draw
  double cpus = 0;           ///< CPU seconds per second
  std::int64_t members = 1;  ///< processes
};

struct PowerSnapshot {
  UtcTime time;
  Seconds duration{0};
  std::vector<DomainPower> domains;      ///< disjoint; the last may be "other"
  double power_w = 0;                    ///< of the whole boundary
  std::vector<PowerConsumer> consumers;  ///< hungriest first; those that used nothing are left out
  double unattributed_w = 0;             ///< idle, the kernel's own, processes that have ended
  double load = 0;                       ///< 0 to 1, of all logical CPUs
};

class PowerWatch {
 public:
  /// kNotPresent when the machine offers nothing at all, not even a model.
  static Result<std::unique_ptr<PowerWatch>> Start(const TopOptions& options);
  virtual ~PowerWatch() = default;

  /// What was drawn from the snapshot before (or Start) to the end of this call. `pause(s)` waits so long and
  /// says false when a person wants no more of it; the snapshot is then of the time until that.
  virtual PowerSnapshot Take(Seconds duration, const std::function<bool(Seconds)>& pause) = 0;
  /// The same, waiting by itself.
  PowerSnapshot Take(Seconds duration);
};

}  // namespace jouleprint

#endif  // JOULEPRINT_TOP_H_
