#include "meters/nvidia/nvml_processes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "meters/nvidia/nvml_process_list.h"

namespace jouleprint::meters::nvml {
namespace {

// A stamp later than this is an entry of the driver's buffer that was never written.
constexpr long long kLatestAheadUs = 60'000'000;
constexpr unsigned kFirstRoom = 128;
constexpr int kAttempts = 4;

// Slices that a GPU is cut into at most, where the driver does not say: NVIDIA's MIG User Guide, "Supported
// GPUs": seven instances on A100, H100, H200 and B200, four on A30.
constexpr unsigned kMostSlices = 7;
constexpr unsigned kMostSlicesA30 = 4;

std::string Why(Return code) {
  switch (code) {
    case Return::kNotSupported:
      return "it says that this GPU does not support it";
    case Return::kNoPermission:
      return "this user may not ask";
    case Return::kFunctionNotFound:
      return "it has no such function";
    case Return::kGpuIsLost:
    case Return::kNotFound:
      return "the GPU is lost";
    default:
      return fmt::format("code {}", static_cast<unsigned>(code));
  }
}

std::string CannotTell(const std::string& domain, Return code) {
  return fmt::format("the NVIDIA driver does not tell who uses {}: {}", domain, Why(code));
}

bool IsMig(const Api& api, Device device) {
  unsigned now = 0;
  unsigned after_reset = 0;
  return api.mig_mode(device, &now, &after_reset) == Return::kSuccess && now == 1;
}

// The most slices of any size that the GPU can be cut into: that of the whole.
unsigned SlicesOf(const Api& api, const Gpu& gpu, Device device) {
  unsigned slices = 0;
  for (unsigned profile = 0; profile < kGpuInstanceProfiles; ++profile) {
    GpuInstanceProfile info{};
    if (api.gpu_instance_profile(device, profile, &info) == Return::kSuccess) {
      slices = std::max(slices, info.slices);
    }
  }
  if (slices > 0) return slices;
  return gpu.name.find("A30") != std::string::npos ? kMostSlicesA30 : kMostSlices;
}

Return Samples(const Api& api, Device device, unsigned long long newest_us,
               std::vector<ProcessUtilization>* samples) {
  unsigned room = kFirstRoom;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    samples->assign(room, ProcessUtilization{});
    unsigned count = room;
    const Return result = api.process_utilization(device, samples->data(), &count, newest_us);
    samples->resize(result == Return::kSuccess ? std::min(count, room) : 0);
    // Nobody was busy since.
    if (result == Return::kNotFound) return Return::kSuccess;
    if (result != Return::kInsufficientSize) return result;
    room = std::max(room, count) * 2;
  }
  return Return::kInsufficientSize;
}

}  // namespace

NvmlProcesses::NvmlProcesses(Session* session, const os::Clock& clock, const std::vector<Gpu>& gpus)
    : session_(session), clock_(clock) {
  for (const Gpu& gpu : gpus) watched_.push_back({gpu, {}, clock.Boot(), 0});
}

std::vector<GpuUse> NvmlProcesses::Look() {
  const auto in_use = session_->UseFromOtherThread();
  std::vector<GpuUse> uses;
  for (Watched& watched : watched_) {
    GpuUse use;
    use.domain = DomainName(watched.gpu);
    if (in_use.owns_lock()) {
      LookAt(&watched, &use);
    } else {
      use.problem = "the NVIDIA driver is being opened anew";
    }
    uses.push_back(std::move(use));
  }
  return uses;
}

void NvmlProcesses::LookAt(Watched* watched, GpuUse* use) {
  // Handles go stale when NVML is restarted and when a GPU comes back, so each look finds its own.
  if (const Return found = FindDevice(api(), watched->gpu, &watched->gpu.device); found != Return::kSuccess) {
    use->problem = CannotTell(use->domain, found);
    return;
  }
  use->mig = IsMig(api(), watched->gpu.device);
  if (use->mig) {
    const Return result = AddInstances(watched, use);
    use->known = result == Return::kSuccess;
    if (!use->known) use->problem = CannotTell(use->domain, result);
    return;
  }
  std::map<pid_t, ProcessOnGpu> processes;
  const Return listed = AddProcesses(watched->gpu.device, &processes);
  const Return shared = AddBusyShares(watched, &processes);
  use->known = listed == Return::kSuccess || shared == Return::kSuccess;
  if (!use->known) {
    use->problem = CannotTell(use->domain, listed);
  } else if (shared != Return::kSuccess) {
    use->problem = fmt::format("the NVIDIA driver does not tell how busy each process keeps {}: {}",
                               use->domain, Why(shared));
  }
  for (auto& [pid, process] : processes) use->processes.push_back(std::move(process));
}

// One that computes and draws is on both lists with the same memory.
Return NvmlProcesses::AddProcesses(Device device, std::map<pid_t, ProcessOnGpu>* processes) const {
  std::vector<ListedProcess> listed;
  const Return compute = ListProcesses(api().compute_processes, device, &listed);
  const Return graphics = ListProcesses(api().graphics_processes, device, &listed);
  for (const ListedProcess& one : listed) {
    ProcessOnGpu& process = (*processes)[one.pid];
    process.pid = one.pid;
    process.memory_bytes = std::max(process.memory_bytes, one.memory_bytes);
  }
  return graphics == Return::kSuccess ? graphics : compute;
}

Return NvmlProcesses::AddBusyShares(Watched* watched, std::map<pid_t, ProcessOnGpu>* processes) {
  std::vector<ProcessUtilization> samples;
  const Return result = Samples(api(), watched->gpu.device, watched->window.newest_us(), &samples);
  if (result != Return::kSuccess) return result;
  const auto latest = static_cast<unsigned long long>(clock_.Utc().unix_us + kLatestAheadUs);
  std::erase_if(samples, [latest](const auto& sample) { return sample.timestamp_us > latest; });
  const os::BootTime now = clock_.Boot();
  const auto shares = watched->window.Add(std::move(samples), now - std::exchange(watched->looked, now));
  if (!shares) return result;
  for (auto& [pid, process] : *processes) process.busy = 0;
  for (const auto& [pid, busy] : *shares) {
    ProcessOnGpu& process = (*processes)[pid];  // one that has ended since is on no list
    process.pid = pid;
    process.busy = busy;
  }
  return result;
}

// NVML samples no process of a MIG instance: who is where is all that it tells.
Return NvmlProcesses::AddInstances(Watched* watched, GpuUse* use) const {
  const Device device = watched->gpu.device;
  unsigned most = 0;
  if (const Return result = api().mig_device_count(device, &most); result != Return::kSuccess) return result;
  if (watched->slices == 0) watched->slices = SlicesOf(api(), watched->gpu, device);
  for (unsigned i = 0; i < most; ++i) {
    Device part = nullptr;
    unsigned instance = 0;
    DeviceAttributes attributes{};
    if (api().mig_device_by_index(device, i, &part) != Return::kSuccess) continue;  // not cut there
    if (api().gpu_instance_id(part, &instance) != Return::kSuccess) continue;
    std::map<pid_t, ProcessOnGpu> processes;
    if (const Return result = AddProcesses(part, &processes); result != Return::kSuccess) return result;
    const Return described = api().attributes(part, &attributes);
    // Without its size an instance cannot be weighed against its neighbours.
    if (described != Return::kSuccess || attributes.gpu_instance_slices == 0) {
      if (processes.empty()) continue;
      return described == Return::kSuccess ? Return::kNotSupported : described;
    }
    for (auto& [pid, process] : processes) {
      process.instance = instance;
      process.instance_fraction =
          std::min(1.0, static_cast<double>(attributes.gpu_instance_slices) / watched->slices);
      use->processes.push_back(std::move(process));
    }
  }
  return Return::kSuccess;
}

}  // namespace jouleprint::meters::nvml
