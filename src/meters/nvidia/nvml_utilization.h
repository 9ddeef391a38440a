// From NVML's samples of each process to the share of the time in which it kept the GPU busy.
//
// A GPU takes a sample every 1/6 s to 1 s, depending on the product, and tells of each process that was
// busy in it; a moment in which none was leaves no trace. So a sample stands for the time since the one
// before, but for no more than the shortest time that two have ever been apart.
// Pure; one thread at a time. Tested by tests/meters/nvidia/nvml_utilization_test.cc.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_UTILIZATION_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_UTILIZATION_H_

#include <sys/types.h>

#include <map>
#include <optional>
#include <vector>

#include "jouleprint/units.h"
#include "meters/nvidia/nvml_abi.h"

namespace jouleprint::meters::nvml {

class UtilizationWindow {
 public:
  /// Takes the samples of one look, `elapsed` of the host's time after the look before. What it gives is the
  /// mean busy share of every process that has a sample, 0 to 1; nothing for the first look, which has no
  /// time before it.
  std::optional<std::map<pid_t, double>> Add(std::vector<ProcessUtilization> samples, Seconds elapsed);

  /// Only newer samples are of interest, on the driver's clock.
  unsigned long long newest_us() const { return newest_us_; }

 private:
  Seconds TakeWindow(bool any, Seconds elapsed);

  bool begun_ = false;
  unsigned long long newest_us_ = 0;
  double start_us_ = 0;  // when the look before was, on the driver's clock
  Seconds period_{1};    // nvml.h: the longest
};

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_UTILIZATION_H_
