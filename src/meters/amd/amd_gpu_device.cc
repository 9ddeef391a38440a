// What sort of GPU stands behind a hwmon chip "amdgpu"; see amd_gpu_device.h. Facts are from Linux 6.12:
// amdgpu_pm.c (which attributes a chip has), swsmu/smu13/aldebaran_ppt.c (the two dies of an MI250).
#include "meters/amd/amd_gpu_device.h"

#include <algorithm>
#include <array>

#include "meters/attribute_file.h"
#include "meters/sysfs/pci_devices.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

// PCI ids as ROCm's and libdrm's lists (amdgpu.ids) name them.
constexpr std::uint32_t kMi100[] = {0x738c, 0x738e};
constexpr std::uint32_t kMi210 = 0x740f;
constexpr std::uint32_t kMi250[] = {0x7408, 0x740c};
constexpr std::uint32_t kMi300A = 0x74a0;
// MI300 to MI325, and MI350 and MI355, with their virtual functions.
constexpr std::uint32_t kMi300First = 0x74a0;
constexpr std::uint32_t kMi300Last = 0x74bf;
constexpr std::uint32_t kMi350First = 0x75a0;
constexpr std::uint32_t kMi350Last = 0x75bf;

// No survey of these sensors against a wattmeter is known to us: assumed, as wide as for NVIDIA's power
// reading (docs/meters/nvml.md).
constexpr double kGainHalfWidth = 0.10;
// The driver keeps a table for 1 ms (ROCm/legacy-rocm-build issue 1649); that its firmware fills it at least
// every 10 ms is assumed.
constexpr Seconds kUpdatePeriod{0.01};
constexpr double kWattsPerMicrowatt = 1e-6;

template <std::size_t N>
bool IsOneOf(std::uint32_t id, const std::uint32_t (&ids)[N]) {
  return std::find(std::begin(ids), std::end(ids), id) != std::end(ids);
}

bool IsMi300OrLater(std::uint32_t id) {
  return (id >= kMi300First && id <= kMi300Last) || (id >= kMi350First && id <= kMi350Last);
}

std::optional<GpuMetrics> ReadMetrics(const std::string& path, const os::Sysroot& sysroot) {
  std::array<char, kGpuMetricsBytes> buffer;
  std::string_view content;
  if (!HasValue(AttributeFile(path, sysroot).Read(buffer, &content))) return std::nullopt;
  return ParseGpuMetrics(content);
}

// Only APUs have the voltage vddnb, and of those MI300A has none (amdgpu_pm.c, hwmon_attributes_visible).
AmdKind KindOf(const AmdGpu& gpu) {
  const bool apu_table = gpu.metrics && gpu.metrics->IsApu();
  if (apu_table || gpu.chip.Text("in1_label") == "vddnb") return AmdKind::kApu;
  return KindOfAmdDevice(gpu.device_id);
}

// MI300X has no average, MI210 no momentary power (github.com/ml-energy/zeus issue 203); where there are
// both, the average misses nothing between two reads.
void FindPower(AmdGpu* gpu) {
  for (const char* file : {"power1_average", "power1_input"}) {
    if (!gpu->chip.Has(file)) continue;
    const AttributeState state = TryAttribute(gpu->chip.PathOf(file));
    if (state == AttributeState::kNotPermitted) gpu->power_not_permitted = true;
    if (state != AttributeState::kReads) continue;
    // No GPU that is awake draws nothing: 0 is how the second die of a card says that it does not know.
    if (gpu->power_file.empty() || gpu->chip.Number(gpu->power_file) == 0) gpu->power_file = file;
  }
}

// Power and energy are those of both dies at the first, and 0 or nothing at the second (aldebaran_ppt.c,
// rocm_smi_lib issue 160).
bool IsSecondDie(const AmdGpu& gpu) {
  if (!IsOneOf(gpu.device_id, kMi250)) return false;
  const bool power = !gpu.power_file.empty() && gpu.chip.Number(gpu.power_file).value_or(0) > 0;
  const bool energy = gpu.metrics && gpu.metrics->energy.value_or(0) > 0;
  return !power && !energy && !gpu.power_not_permitted;
}

AmdGpu Describe(HwmonChip chip, const os::Sysroot& sysroot) {
  AmdGpu gpu;
  gpu.chip = std::move(chip);
  gpu.address = gpu.chip.PciAddress();
  gpu.device_id = ReadHex(gpu.chip.PathOf("device/device"));
  const std::string metrics = gpu.chip.PathOf("device/gpu_metrics");
  if (os::Exists(metrics)) gpu.metrics_path = metrics;
  if (os::Exists(metrics)) gpu.metrics = ReadMetrics(metrics, sysroot);
  gpu.kind = KindOf(gpu);
  FindPower(&gpu);
  gpu.second_die = IsSecondDie(gpu);
  return gpu;
}

}  // namespace

std::string AmdGpu::DomainName() const {
  return (kind == AmdKind::kCard ? "amd-gpu-" : "apu-") + std::to_string(number);
}

Scope AmdGpu::ScopeOfIt() const {
  switch (kind) {
    case AmdKind::kApu:
      return {.level = Level::kPackage, .socket = number};
    case AmdKind::kModule:
      return {.level = Level::kModule, .socket = number};
    case AmdKind::kCard:
      break;
  }
  return {.level = Level::kGpu, .device = address.empty() ? DomainName() : address};
}

std::vector<AmdGpu> FindAmdGpus(const Machine& machine) {
  std::vector<AmdGpu> gpus;
  int cards = 0;
  int sockets = 0;
  for (HwmonChip& chip : HwmonChipsOf(machine, "amdgpu")) {
    AmdGpu gpu = Describe(std::move(chip), machine.sysroot);
    gpu.number = gpu.kind == AmdKind::kCard ? cards++ : sockets++;
    gpus.push_back(std::move(gpu));
  }
  return gpus;
}

AmdKind KindOfAmdDevice(std::uint32_t device_id) {
  return device_id == kMi300A ? AmdKind::kModule : AmdKind::kCard;
}

std::string WhyNoAmdCounter(std::uint32_t device_id) {
  if (IsOneOf(device_id, kMi250) || IsMi300OrLater(device_id)) return {};
  // amdsmi issues 38 and 115.
  if (IsOneOf(device_id, kMi100) || device_id == kMi210)
    return "on MI100 and MI210 this counter has been seen frozen and going backward";
  return "the unit of this counter is documented for Instinct MI250 and MI300 and later only";
}

DomainInfo DescribeAmdGpu(const AmdGpu& gpu) {
  DomainInfo info;
  info.name = gpu.DomainName();
  info.scope = gpu.ScopeOfIt();
  info.component = gpu.kind == AmdKind::kApu ? Component::kCpu : Component::kGpu;
  for (const char* file : {"power1_cap_max", "power1_cap"}) {
    const auto microwatts = gpu.chip.Number(file);
    if (!microwatts || *microwatts <= 0 || info.limit) continue;
    info.limit = Watts{static_cast<double>(*microwatts) * kWattsPerMicrowatt};
  }
  info.error.relative = kGainHalfWidth;
  info.error.update_period = kUpdatePeriod;
  return info;
}

}  // namespace jouleprint::meters
