// Which processes use the NVIDIA GPUs: how busy each kept its GPU, what memory it holds, and in which MIG
// instance it runs. All of it is optional: a driver may lack a function, or refuse it.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_PROCESSES_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_PROCESSES_H_

#include <map>
#include <string>
#include <vector>

#include "meters/accelerator_use.h"
#include "meters/nvidia/nvml_gpu.h"
#include "meters/nvidia/nvml_session.h"
#include "meters/nvidia/nvml_utilization.h"
#include "os/clock.h"

namespace jouleprint::meters::nvml {

class NvmlProcesses final : public AcceleratorUse {
 public:
  /// `session` and `clock` outlive it.
  NvmlProcesses(Session* session, const os::Clock& clock, const std::vector<Gpu>& gpus);

  /// Looks at these GPUs alone from now on. Before the first Look.
  void Keep(const std::vector<bool>& wanted) { KeepWanted(wanted, &watched_); }
  /// Shares of time are of the time since the look before; the first look tells none.
  std::vector<GpuUse> Look() override;

 private:
  struct Watched {
    Gpu gpu;
    UtilizationWindow window;
    os::BootTime looked;
    unsigned slices = 0;  // that MIG can cut it into; 0: not asked yet
  };

  void LookAt(Watched* watched, GpuUse* use);
  Return AddProcesses(Device device, std::map<pid_t, ProcessOnGpu>* processes) const;
  Return AddBusyShares(Watched* watched, std::map<pid_t, ProcessOnGpu>* processes);
  Return AddInstances(Watched* watched, GpuUse* use) const;
  const Api& api() const { return session_->api(); }

  Session* session_;
  const os::Clock& clock_;
  std::vector<Watched> watched_;
};

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_PROCESSES_H_
