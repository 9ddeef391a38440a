// Chooses how a GPU is measured and reads it; see nvml_gpu.h.
#include "meters/nvml_gpu.h"

#include <fmt/format.h>

#include <array>

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

// The same table's update_period_ms: 99 to 104 ms on every board from Turing on, 15 to 101 ms before. The
// energy counter moves in the same beat (ml.energy blog: about 100 ms).
constexpr Seconds kUpdatePeriod{0.1};

constexpr double kWattsPerMilliwatt = 1e-3;
constexpr double kJoulesPerMillijoule = 1e-3;

// A register that is all ones means "unknown", and would be 4.29 MW.
constexpr unsigned kUnknownMilliwatts = 0xffffffffu;

Return EnergyCounter(const Api& api, Device device, Reading* out) noexcept {
  unsigned long long millijoules = 0;
  const Return result = api.total_energy_mj(device, &millijoules);
  out->counts = millijoules;
  return result;
}

Return Milliwatts(Return result, unsigned long long milliwatts, Reading* out) noexcept {
  if (result == Return::kSuccess && milliwatts >= kUnknownMilliwatts) return Return::kUnknown;
  out->watts = static_cast<double>(milliwatts) * kWattsPerMilliwatt;
  return result;
}

Return InstantPower(const Api& api, Device device, Reading* out) noexcept {
  FieldValue field{};
  field.field_id = kFieldPowerInstant;
  field.scope_id = kScopeGpu;
  // A driver that does not know the field may leave it alone and still return success.
  field.result = Return::kNotSupported;
  const Return call = api.field_values(device, 1, &field);
  if (call != Return::kSuccess) return call;
  switch (field.type) {
    case ValueType::kUint:
      return Milliwatts(field.result, field.value.as_uint, out);
    case ValueType::kUlong:
      return Milliwatts(field.result, field.value.as_ulong, out);
    case ValueType::kUlonglong:
      return Milliwatts(field.result, field.value.as_ulonglong, out);
    default:
      return field.result == Return::kSuccess ? Return::kNotSupported : field.result;
  }
}

Return PowerUsage(const Api& api, Device device, Reading* out) noexcept {
  unsigned milliwatts = 0;
  const Return result = api.power_usage_mw(device, &milliwatts);
  return Milliwatts(result, milliwatts, out);
}

using TextCall = Function<Device, char*, unsigned>;

std::string Text(const TextCall& call, Device device) {
  std::array<char, kTextBytes + 1> buffer{};  // zeroed, and one longer than NVML may fill: always ended
  return call(device, buffer.data(), kTextBytes) == Return::kSuccess ? std::string(buffer.data())
                                                                     : std::string();
}

// On Grace Hopper the energy counter is the whole module's, the CPU included (github.com/ml-energy/zeus
// issue 172), and would count the CPU twice; its power reading with the GPU's scope is the GPU's.
bool CounterCoversCpu(const std::string& name) { return name.find("GH200") != std::string::npos; }

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

// The way that works, or the most telling of the refusals: "no permission" says more than "not supported".
Return ChooseWay(const Api& api, Gpu* gpu, std::optional<DroppedDomain>* dropped) {
  Return told = Return::kFunctionNotFound;
  for (const Way way : {Way::kEnergyCounter, Way::kInstantPower, Way::kPowerUsage}) {
    if (way == Way::kEnergyCounter && CounterCoversCpu(gpu->name)) {
      *dropped = DroppedDomain{fmt::format("gpu-{} module", gpu->index), "NVML energy counter",
                               "it counts the module's CPU too; the GPU's own power is integrated instead"};
      continue;
    }
    gpu->way = way;
    Reading first;
    Return result = ReadGpu(api, *gpu, &first);
    // No board that answers draws nothing: 0 W is how some virtual GPUs say that they do not know.
    const bool is_power = way != Way::kEnergyCounter;
    if (result == Return::kSuccess && is_power && first.watts == 0) result = Return::kNotSupported;
    if (result == Return::kSuccess) return result;
    if (told == Return::kFunctionNotFound || told == Return::kNotSupported) told = result;
  }
  return told;
}

DomainInfo Describe(const Api& api, const Gpu& gpu) {
  const bool counter = gpu.way == Way::kEnergyCounter;
  DomainInfo domain;
  domain.name = fmt::format("gpu-{}", gpu.index);
  domain.component = Component::kGpu;
  domain.kind = counter ? ReadingKind::kCounter : ReadingKind::kGauge;
  domain.basis = counter ? Basis::kCounter : Basis::kSampled;
  domain.source = counter ? "NVML energy counter" : "NVML power reading, integrated";
  // NVML gives no power of a MIG instance (nvml.h): the board's figure covers its neighbours too.
  if (IsMig(api, gpu.device)) domain.source += " (MIG: the whole board)";
  domain.joules_per_count = counter ? kJoulesPerMillijoule : 0;
  domain.counter_values = 0;  // 64 bits of mJ never wrap; a decrease is a driver that was loaded anew
  domain.limit = PowerLimit(api, gpu.device);
  domain.error.relative = counter ? kCounterGainHalfWidth : kGaugeGainHalfWidth;
  domain.error.update_period = kUpdatePeriod;
  return domain;
}

}  // namespace

Return ReadGpu(const Api& api, const Gpu& gpu, Reading* out) noexcept {
  switch (gpu.way) {
    case Way::kEnergyCounter:
      return EnergyCounter(api, gpu.device, out);
    case Way::kInstantPower:
      return InstantPower(api, gpu.device, out);
    case Way::kPowerUsage:
      return PowerUsage(api, gpu.device, out);
  }
  return Return::kUnknown;
}

Probe ProbeGpu(const Api& api, unsigned index) {
  Probe probe;
  Gpu gpu;
  gpu.index = index;
  Return result = api.device_by_index(index, &gpu.device);
  if (result == Return::kSuccess) {
    gpu.name = Text(api.name, gpu.device);
    if (gpu.name.empty()) gpu.name = "NVIDIA GPU";
    gpu.uuid = Text(api.uuid, gpu.device);
    result = ChooseWay(api, &gpu, &probe.dropped);
  }
  if (result != Return::kSuccess) {
    probe.trouble = ExplainGpu(api, index, result);
    return probe;
  }
  probe.domain = Describe(api, gpu);
  probe.gpu = std::move(gpu);
  return probe;
}

bool FindAgain(const Api& api, Gpu* gpu) {
  Return found =
      gpu->uuid.empty() ? Return::kFunctionNotFound : api.device_by_uuid(gpu->uuid.c_str(), &gpu->device);
  if (found == Return::kFunctionNotFound) found = api.device_by_index(gpu->index, &gpu->device);
  Reading first;
  return found == Return::kSuccess && ReadGpu(api, *gpu, &first) == Return::kSuccess;
}

}  // namespace jouleprint::meters::nvml
