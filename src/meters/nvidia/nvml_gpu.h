// One GPU behind NVML: what it can be asked, where it stands in the machine, and how sure that is.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_GPU_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_GPU_H_

#include <optional>
#include <string>
#include <vector>

#include "meters/nvidia/nvml_api.h"
#include "meters/nvidia/nvml_reading.h"
#include "os/sysroot.h"

namespace jouleprint::meters::nvml {

struct Gpu {
  unsigned index = 0;  ///< NVML's, which counts every GPU whatever CUDA_VISIBLE_DEVICES says
  Device device = nullptr;
  std::string name;         ///< "NVIDIA A100-SXM4-80GB"
  std::string uuid;         ///< finds the board again when indices have moved; empty when not known
  std::string pci_address;  ///< as Linux writes it: "0000:17:00.0"; empty when not known
  bool gone = false;
};

/// "gpu-3", as its domain is called.
std::string DomainName(const Gpu& gpu);

/// The GPU itself, and on a Grace module what NVML tells of the module.
struct Offer {
  DomainInfo domain;
  Source source;
};

/// A GPU and its domains, or why it cannot be measured.
struct Probe {
  std::optional<Gpu> gpu;
  std::vector<Offer> offers;             ///< the GPU's own first; at most kMostSources
  Trouble trouble;                       ///< when there is no `gpu`
  std::optional<DroppedDomain> dropped;  ///< a counter of this GPU that must not be used
};

/// May allocate and be slow.
Probe ProbeGpu(const Api& api, const os::Sysroot& sysroot, unsigned index);

/// The handle of the same board, wherever it is listed now. It may not answer yet.
Return FindDevice(const Api& api, const Gpu& gpu, Device* device);

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_GPU_H_
