// libnvidia-ml.so.1 as a table of functions, and what its return codes mean to a person.
//
// Every function is optional: an old driver lacks new ones, a shim in a container lacks many. One that
// is missing answers kFunctionNotFound, just as NVML itself says it, so no caller tests for null.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_API_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_API_H_

#include <string>

#include "jouleprint/result.h"
#include "meters/meter.h"
#include "meters/nvidia/nvml_abi.h"
#include "os/library.h"

namespace jouleprint::meters::nvml {

template <class... Args>
class Function {
 public:
  void Bind(const os::Library& library, const char* symbol) {
    function_ = reinterpret_cast<Return (*)(Args...)>(library.Symbol(symbol));
  }
  bool is_bound() const { return function_ != nullptr; }
  Return operator()(Args... args) const noexcept {
    return function_ == nullptr ? Return::kFunctionNotFound : function_(args...);
  }

 private:
  Return (*function_)(Args...) = nullptr;
};

/// nvmlDeviceGetComputeRunningProcesses and its like: the room in entries, and how many were written.
struct ProcessListFunction {
  Function<Device, unsigned*, void*> call;
  std::size_t entry_bytes = 0;  ///< the least that this version writes for a process
};

/// The functions live as long as `library`. NVML itself is thread-safe; the calls do not throw.
struct Api {
  os::Library library;
  Function<> init;
  Function<> shutdown;
  Function<unsigned*> device_count;
  Function<unsigned, Device*> device_by_index;
  Function<const char*, Device*> device_by_uuid;
  Function<Device, char*, unsigned> name;
  Function<Device, char*, unsigned> uuid;
  Function<Device, PciInfo*> pci_info;
  Function<Device, unsigned*> architecture;  ///< NVML_DEVICE_ARCH_...
  Function<Device, unsigned long long*> total_energy_mj;
  Function<Device, unsigned*> power_usage_mw;
  Function<Device, int, FieldValue*> field_values;
  Function<Device, unsigned*> enforced_power_limit_mw;
  Function<Device, unsigned*, unsigned*> mig_mode;  ///< now, and after the next reset
  Function<Device, unsigned*> mig_device_count;     ///< the most that there can be
  Function<Device, unsigned, Device*> mig_device_by_index;
  Function<Device, unsigned*> gpu_instance_id;
  Function<Device, DeviceAttributes*> attributes;
  Function<Device, unsigned, GpuInstanceProfile*> gpu_instance_profile;
  Function<Device, ProcessUtilization*, unsigned*, unsigned long long> process_utilization;
  /// The newest of three versions that the library has; nvml_process_list.h knows their layouts.
  ProcessListFunction compute_processes;
  ProcessListFunction graphics_processes;
  const char* (*error_string)(Return) = nullptr;
};

/// Loads the library at `path`, or by its soname where that is empty.
Result<Api> LoadApi(const std::string& path);

/// Why NVML, or one GPU, cannot be read, and what to do about it.
struct Trouble {
  MeterState state = MeterState::kRefused;
  std::string reason;  ///< one sentence
  std::string remedy;  ///< one sentence
};

/// `code` came from nvmlInit or another call that concerns the whole library.
Trouble ExplainLibrary(const Api& api, Return code);
/// `code` came from a call about the GPU with NVML index `gpu`.
Trouble ExplainGpu(const Api& api, unsigned gpu, Return code);

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_API_H_
