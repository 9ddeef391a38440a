// The processes on a GPU, as nvmlDeviceGetComputeRunningProcesses and its like list them.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_PROCESS_LIST_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_PROCESS_LIST_H_

#include <sys/types.h>

#include <vector>

#include "meters/nvidia/nvml_api.h"

namespace jouleprint::meters::nvml {

struct ListedProcess {
  pid_t pid = 0;
  double memory_bytes = 0;  ///< 0: not known
};

/// Adds to `processes`. Whatever size of entry the driver writes, it stays within our memory.
Return ListProcesses(const ProcessListFunction& function, Device device,
                     std::vector<ListedProcess>* processes);

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_PROCESS_LIST_H_
