// Binds NVML's functions and words its return codes; see nvml_api.h.
#include "meters/nvidia/nvml_api.h"

#include <fmt/format.h>

#include <utility>

namespace jouleprint::meters::nvml {
namespace {

// The soname that every Linux driver since 2013 installs and container runtimes mount.
constexpr const char* kSoname = "libnvidia-ml.so.1";

std::string ErrorText(const Api& api, Return code) {
  const char* text = api.error_string == nullptr ? nullptr : api.error_string(code);
  return fmt::format("code {}{}{}", static_cast<unsigned>(code), text == nullptr ? "" : ": ",
                     text == nullptr ? "" : text);
}

// The first version's entry ends with the memory; the later ones tell the MIG instance too.
constexpr std::size_t kFirstEntryBytes = 16;
constexpr std::size_t kEntryBytes = 24;

ProcessListFunction NewestOf(const os::Library& library, const std::string& symbol) {
  ProcessListFunction list;
  for (const char* version : {"_v3", "_v2"}) {
    list.call.Bind(library, (symbol + version).c_str());
    list.entry_bytes = kEntryBytes;
    if (list.call.is_bound()) return list;
  }
  list.call.Bind(library, symbol.c_str());
  list.entry_bytes = kFirstEntryBytes;
  return list;
}

}  // namespace

Result<Api> LoadApi(const std::string& path) {
  auto library = os::Library::Open(path.empty() ? kSoname : path);
  if (!library.ok()) return library.error();
  Api api;
  api.library = *std::move(library);
  const os::Library& l = api.library;
  api.init.Bind(l, "nvmlInit_v2");
  api.shutdown.Bind(l, "nvmlShutdown");
  api.device_count.Bind(l, "nvmlDeviceGetCount_v2");
  api.device_by_index.Bind(l, "nvmlDeviceGetHandleByIndex_v2");
  api.device_by_uuid.Bind(l, "nvmlDeviceGetHandleByUUID");
  api.name.Bind(l, "nvmlDeviceGetName");
  api.uuid.Bind(l, "nvmlDeviceGetUUID");
  api.pci_info.Bind(l, "nvmlDeviceGetPciInfo_v3");
  api.architecture.Bind(l, "nvmlDeviceGetArchitecture");
  api.total_energy_mj.Bind(l, "nvmlDeviceGetTotalEnergyConsumption");
  api.power_usage_mw.Bind(l, "nvmlDeviceGetPowerUsage");
  api.field_values.Bind(l, "nvmlDeviceGetFieldValues");
  api.enforced_power_limit_mw.Bind(l, "nvmlDeviceGetEnforcedPowerLimit");
  api.mig_mode.Bind(l, "nvmlDeviceGetMigMode");
  api.mig_device_count.Bind(l, "nvmlDeviceGetMaxMigDeviceCount");
  api.mig_device_by_index.Bind(l, "nvmlDeviceGetMigDeviceHandleByIndex");
  api.gpu_instance_id.Bind(l, "nvmlDeviceGetGpuInstanceId");
  api.attributes.Bind(l, "nvmlDeviceGetAttributes_v2");
  api.gpu_instance_profile.Bind(l, "nvmlDeviceGetGpuInstanceProfileInfo");
  api.process_utilization.Bind(l, "nvmlDeviceGetProcessUtilization");
  api.compute_processes = NewestOf(l, "nvmlDeviceGetComputeRunningProcesses");
  api.graphics_processes = NewestOf(l, "nvmlDeviceGetGraphicsRunningProcesses");
  api.error_string = reinterpret_cast<const char* (*)(Return)>(l.Symbol("nvmlErrorString"));
  return api;
}

Trouble ExplainLibrary(const Api& api, Return code) {
  switch (code) {
    case Return::kNotSupported:
      return {MeterState::kNotPresent, "NVML does not support this system",
              "install a driver for this operating system, or measure on the host of the virtual machine"};
    case Return::kNoPermission:
      return {
          MeterState::kNotPermitted, "this user may not open the NVIDIA device files",
          "give the user read and write access to /dev/nvidiactl and /dev/nvidia0 and so on; in a container, "
          "start it with its GPUs (docker run --gpus all)"};
    case Return::kDriverNotLoaded:
      return {
          MeterState::kNotPresent, "the NVIDIA kernel driver is not loaded",
          "load it with 'sudo modprobe nvidia'; if that fails, install the driver for the running kernel"};
    case Return::kLibraryNotFound:
      return {MeterState::kRefused, "NVML misses another library of the NVIDIA driver",
              "reinstall the driver's user-space libraries, all of one version"};
    case Return::kFunctionNotFound:
      return {MeterState::kRefused, "the NVML library lacks a function that is needed to list the GPUs",
              "install a current NVIDIA driver; if JOULEPRINT_NVML is set, check that it names "
              "libnvidia-ml.so.1"};
    case Return::kGpuIsLost:
      return {MeterState::kRefused, "a GPU has fallen off the bus and NVML does not start",
              "look for 'Xid' in the kernel log (dmesg), then reboot"};
    case Return::kVersionMismatch:
      return {MeterState::kRefused,
              "the NVML library and the loaded NVIDIA kernel driver have different versions",
              "reboot, or unload and load the nvidia modules: the driver was updated while it was loaded"};
    case Return::kUnknown:
      return {MeterState::kRefused, "NVML reports an unknown error when it starts",
              "look at the kernel log (dmesg) for 'NVRM', then reload the nvidia modules or reboot"};
    default:
      return {MeterState::kRefused, fmt::format("NVML does not start ({})", ErrorText(api, code)),
              "run nvidia-smi, which asks the same library, and look at the kernel log (dmesg) for 'NVRM'"};
  }
}

Trouble ExplainGpu(const Api& api, unsigned gpu, Return code) {
  switch (code) {
    case Return::kNotSupported:
      return {MeterState::kRefused, fmt::format("gpu-{} gives neither an energy counter nor its power", gpu),
              "measure it on the host of the virtual machine, or at the wall"};
    case Return::kNoPermission:
      return {
          MeterState::kNotPermitted, fmt::format("this user may not open the device file of gpu-{}", gpu),
          fmt::format("give the user read and write access to /dev/nvidia{} ('nvidia-smi -q -i {}' shows the "
                      "minor number), and in a container pass that GPU in",
                      gpu, gpu)};
    case Return::kFunctionNotFound:
      return {
          MeterState::kRefused,
          fmt::format("the NVML library has no function that reads the energy or the power of gpu-{}", gpu),
          "install a current NVIDIA driver"};
    case Return::kGpuIsLost:
      return {MeterState::kRefused, fmt::format("gpu-{} is lost: it has fallen off the bus", gpu),
              fmt::format(
                  "look for 'Xid' in the kernel log (dmesg), then 'nvidia-smi --gpu-reset -i {}' or reboot",
                  gpu)};
    case Return::kUnknown:
      return {MeterState::kRefused, fmt::format("gpu-{} answers with an unknown error", gpu),
              "look at the kernel log (dmesg) for 'NVRM', then reset the GPU or reboot"};
    default:
      return {MeterState::kRefused, fmt::format("gpu-{} cannot be read ({})", gpu, ErrorText(api, code)),
              fmt::format("ask 'nvidia-smi -q -i {}' and look at the kernel log (dmesg) for 'NVRM'", gpu)};
  }
}

}  // namespace jouleprint::meters::nvml
