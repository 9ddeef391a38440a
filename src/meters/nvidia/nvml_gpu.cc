// Chooses how a GPU is measured and describes its domains; see nvml_gpu.h.
#include "meters/nvidia/nvml_gpu.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "meters/nvidia/gpu_sensor.h"
#include "os/file.h"

namespace jouleprint::meters::nvml {
namespace {

// How far the board's own sensor is from the board's true power: a gain that differs from board to board,
// the same sign for the whole life of the board. Source: sensor_characteristics.csv of
// github.com/JimZeyuYang/GPU_Power_Benchmark @4b5c944 (Yang, Adamek, Armour, "Part-time Power Measurements",
// SC'24, arXiv 2312.02741), steady-state error against an inline meter, mean per board, absolute value:
//   8 boards with an energy counter (Turing to Ada): median 4.8 %, 90th percentile 7.6 %
//   all 17 boards (Kepler to Ada):                   median 3.4 %, 90th percentile 9.7 %
// The 90th percentile, rounded up to a whole percent, is the half-width of the 90 % interval.
constexpr double kCounterGainHalfWidth = 0.08;
constexpr double kGaugeGainHalfWidth = 0.10;

// The energy counter moves in the beat of the power on Turing and newer (ml.energy blog: about 100 ms); on
// Volta, where the power is renewed every 20 ms, 20 to 100 ms were seen (Alumet's and PETSc's pages).
constexpr Seconds kCounterUpdatePeriod{0.1};
// nvml.h (API 13) of field 185, and of nvmlDeviceGetPowerUsage on Ampere (GA100 excepted) and newer.
constexpr Seconds kAverageWindow{1};

constexpr double kWattsPerMilliwatt = 1e-3;
constexpr double kJoulesPerMillijoule = 1e-3;
constexpr unsigned kUnknownMilliwatts = 0xffffffffu;

constexpr Source kEnergyFunction{.call = Call::kTotalEnergy};
constexpr Source kEnergyField{.call = Call::kField, .field = kFieldTotalEnergy};
constexpr Source kPowerFunction{.call = Call::kPowerUsage};

constexpr Source Instant(unsigned scope) { return {Call::kField, kFieldPowerInstant, scope}; }
constexpr Source Average(unsigned scope) { return {Call::kField, kFieldPowerAverage, scope}; }

using TextCall = Function<Device, char*, unsigned>;

std::string Text(const TextCall& call, Device device) {
  std::array<char, kTextBytes + 1> buffer{};  // zeroed, and one longer than NVML may fill: always ended
  return call(device, buffer.data(), kTextBytes) == Return::kSuccess ? std::string(buffer.data())
                                                                     : std::string();
}

// NVML writes the PCI domain with eight digits, Linux with four (or as many as it takes).
std::string PciAddress(const Api& api, Device device) {
  PciInfo info{};
  if (api.pci_info(device, &info) != Return::kSuccess) return {};
  const std::string_view id(info.bus_id, sizeof info.bus_id);
  const std::size_t dot = id.find('.');
  const char function = dot != std::string_view::npos && dot + 1 < id.size() ? id[dot + 1] : '0';
  return fmt::format("{:04x}:{:02x}:{:02x}.{}", info.domain, info.bus, info.device, function);
}

/// Boards that share a module with a Grace processor.
bool IsGraceModule(const std::string& name) {
  return name.find("GH200") != std::string::npos || name.find("GB200") != std::string::npos ||
         name.find("GB300") != std::string::npos;
}

// On Grace Hopper the energy counter is the whole module's, the CPU included (github.com/ml-energy/zeus
// issue 172). Nobody has said whose it is on Grace Blackwell, where two GPUs share a module.
bool CounterIsOfModule(const std::string& name) { return name.find("GH200") != std::string::npos; }

// Each Grace processor is one NUMA node, and nodes are numbered as sockets are (NVIDIA Grace Performance
// Tuning Guide); nodes without processors are GPUs' memory.
int GraceSocket(const os::Sysroot& sysroot, const std::string& pci_address) {
  const auto node = os::ReadLine(sysroot.Path("sys/bus/pci/devices/" + pci_address + "/numa_node"));
  std::uint64_t number = 0;
  if (pci_address.empty() || !node.ok() || !os::ParseU64(*node, &number) || number > 0xffff) {
    return Scope::kAll;
  }
  const auto cpus = os::ReadLine(sysroot.Path(fmt::format("sys/devices/system/node/node{}/cpulist", number)));
  return cpus.ok() && !cpus->empty() ? static_cast<int>(number) : Scope::kAll;
}

// Where the system does not tell: GPUs in the order of their modules. That may be wrong, and still keeps a
// module's other meters (ACPI) from being counted beside the GPUs that they contain.
int LikelyGraceSocket(const Gpu& gpu) {
  const unsigned per_module = CounterIsOfModule(gpu.name) ? 1 : 2;
  return static_cast<int>(gpu.index / per_module);
}

bool IsMig(const Api& api, Device device) {
  unsigned now = 0;
  unsigned after_reset = 0;
  return api.mig_mode(device, &now, &after_reset) == Return::kSuccess && now == 1;
}

std::optional<Watts> PowerLimit(const Api& api, Device device) {
  unsigned milliwatts = 0;
  if (api.enforced_power_limit_mw(device, &milliwatts) != Return::kSuccess) return std::nullopt;
  if (milliwatts == 0 || milliwatts == kUnknownMilliwatts) return std::nullopt;
  return Watts{milliwatts * kWattsPerMilliwatt};
}

struct Choice {
  std::optional<Source> source;
  /// The most telling of the refusals: "no permission" says more than "not supported".
  Return told = Return::kFunctionNotFound;
};

// The first that answers.
Choice Choose(const Api& api, Device device, const std::vector<Source>& candidates) {
  Choice choice;
  for (const Source& source : candidates) {
    Reading first;
    Return result = Return::kUnknown;
    AskGpu(api, device, {&source, 1}, {&first, 1}, {&result, 1});
    // No board that answers draws nothing: 0 W is how some virtual GPUs say that they do not know.
    if (result == Return::kSuccess && !source.IsCounter() && first.watts == 0) result = Return::kNotSupported;
    if (result == Return::kSuccess) {
      choice.source = source;
      return choice;
    }
    if (choice.told == Return::kFunctionNotFound || choice.told == Return::kNotSupported) {
      choice.told = result;
    }
  }
  return choice;
}

// A mean over a second that sees all of it is worth more than a look at a part of each tenth: integrated
// over a run it only lags at the ends.
bool PrefersAverage(const GpuSensor& sensor) {
  return sensor.has_average && sensor.window * 2 < sensor.update_period;
}

std::vector<Source> PowerSources(const GpuSensor& sensor, unsigned scope) {
  std::vector<Source> sources{Instant(scope)};
  if (PrefersAverage(sensor)) sources.insert(sources.begin(), Average(scope));
  if (scope == kScopeGpu) sources.push_back(kPowerFunction);
  return sources;
}

MeterError ErrorOf(const Source& source, const GpuSensor& sensor) {
  const bool average =
      source.field == kFieldPowerAverage || (source.call == Call::kPowerUsage && sensor.usage_is_average);
  const double seen = std::min(1.0, sensor.window / sensor.update_period);
  MeterError error;
  error.relative = source.IsCounter() ? kCounterGainHalfWidth : kGaugeGainHalfWidth;
  error.update_period = source.IsCounter() ? kCounterUpdatePeriod : sensor.update_period;
  // Nobody has published what the counter adds up; we take it for the best that the board's power shows.
  error.seen_fraction = average || (source.IsCounter() && sensor.has_average) ? 1 : seen;
  if (!source.IsCounter()) error.averaging_window = average ? kAverageWindow : sensor.window;
  error.resolution = source.IsCounter() ? kJoulesPerMillijoule : kWattsPerMilliwatt;
  return error;
}

Offer Describe(const Source& source, const GpuSensor& sensor) {
  Offer offer;
  offer.source = source;
  DomainInfo& domain = offer.domain;
  domain.component = Component::kGpu;
  domain.kind = source.IsCounter() ? ReadingKind::kCounter : ReadingKind::kGauge;
  domain.basis = source.IsCounter() ? Basis::kCounter : Basis::kSampled;
  domain.source = source.IsCounter() ? "NVML energy counter" : "NVML power reading, integrated";
  domain.joules_per_count = source.IsCounter() ? kJoulesPerMillijoule : 0;
  domain.counter_values = 0;  // 64 bits of mJ never wrap; a decrease is a driver that was loaded anew
  domain.error = ErrorOf(source, sensor);
  return offer;
}

Offer DescribeGpu(const Api& api, const Gpu& gpu, const Source& source, const GpuSensor& sensor, int socket) {
  Offer offer = Describe(source, sensor);
  offer.domain.name = DomainName(gpu);
  offer.domain.scope = {.level = Level::kGpu,
                        .socket = socket,
                        .device = gpu.pci_address.empty() ? offer.domain.name : gpu.pci_address};
  // NVML gives no power of a MIG instance (nvml.h): the board's figure covers its neighbours too.
  if (IsMig(api, gpu.device)) offer.domain.source += " (MIG: the whole board)";
  offer.domain.limit = PowerLimit(api, gpu.device);
  return offer;
}

// The module around a GPU, where it is known which one that is: its counter, else its power.
void OfferModule(const Api& api, const Gpu& gpu, const GpuSensor& sensor, int socket, Probe* probe) {
  std::vector<Source> candidates = PowerSources(sensor, kScopeModule);
  if (CounterIsOfModule(gpu.name)) candidates.insert(candidates.begin(), {kEnergyField, kEnergyFunction});
  const Choice choice = Choose(api, gpu.device, candidates);
  if (!choice.source) return;
  Offer offer = Describe(*choice.source, sensor);
  offer.domain.name = fmt::format("module-{}", socket);
  offer.domain.component = Component::kOther;
  offer.domain.source += " of the module";
  offer.domain.scope = {.level = Level::kModule, .socket = socket};
  probe->offers.push_back(std::move(offer));
}

// On a module the energy counter would count the processor too.
void DropCounter(const Gpu& gpu, Probe* probe) {
  const bool of_module = CounterIsOfModule(gpu.name);
  probe->dropped = DroppedDomain{
      of_module ? fmt::format("gpu-{} module", gpu.index) : fmt::format("gpu-{} energy", gpu.index),
      "NVML energy counter",
      of_module ? "it counts the module's CPU too; the GPU's own power is integrated instead"
                : "it may count the module's CPU too; the GPU's own power is integrated instead"};
}

Return ProbeDomains(const Api& api, const os::Sysroot& sysroot, const Gpu& gpu, Probe* probe) {
  unsigned code = 0;
  const bool told = api.architecture(gpu.device, &code) == Return::kSuccess;
  const GpuSensor sensor =
      FindGpuSensor(ArchitectureOf(told ? std::optional(code) : std::nullopt, gpu.name), gpu.name);
  const bool grace = IsGraceModule(gpu.name);
  std::vector<Source> candidates = PowerSources(sensor, kScopeGpu);
  if (!grace) candidates.insert(candidates.begin(), {kEnergyFunction, kEnergyField});
  const Choice choice = Choose(api, gpu.device, candidates);
  if (!choice.source) return choice.told;
  const int socket = grace ? GraceSocket(sysroot, gpu.pci_address) : Scope::kAll;
  const int placed = grace && socket == Scope::kAll ? LikelyGraceSocket(gpu) : socket;
  probe->offers.push_back(DescribeGpu(api, gpu, *choice.source, sensor, placed));
  // A module's counter that might be another's is not offered.
  if (socket != Scope::kAll) OfferModule(api, gpu, sensor, socket, probe);
  if (grace && (socket == Scope::kAll || !CounterIsOfModule(gpu.name))) DropCounter(gpu, probe);
  return Return::kSuccess;
}

}  // namespace

std::string DomainName(const Gpu& gpu) { return fmt::format("gpu-{}", gpu.index); }

Probe ProbeGpu(const Api& api, const os::Sysroot& sysroot, unsigned index) {
  Probe probe;
  Gpu gpu;
  gpu.index = index;
  Return result = api.device_by_index(index, &gpu.device);
  if (result == Return::kSuccess) {
    gpu.name = Text(api.name, gpu.device);
    if (gpu.name.empty()) gpu.name = "NVIDIA GPU";
    gpu.uuid = Text(api.uuid, gpu.device);
    gpu.pci_address = PciAddress(api, gpu.device);
    result = ProbeDomains(api, sysroot, gpu, &probe);
  }
  if (result != Return::kSuccess) {
    probe.trouble = ExplainGpu(api, index, result);
    return probe;
  }
  probe.gpu = std::move(gpu);
  return probe;
}

Return FindDevice(const Api& api, const Gpu& gpu, Device* device) {
  if (!gpu.uuid.empty()) {
    const Return found = api.device_by_uuid(gpu.uuid.c_str(), device);
    if (found != Return::kFunctionNotFound) return found;
  }
  const Return found = api.device_by_index(gpu.index, device);
  if (found != Return::kSuccess || gpu.uuid.empty()) return found;
  // Indices move when a board leaves: another one's joules must not go on under this name.
  const std::string uuid = Text(api.uuid, *device);
  return uuid.empty() || uuid == gpu.uuid ? found : Return::kNotFound;
}

}  // namespace jouleprint::meters::nvml
