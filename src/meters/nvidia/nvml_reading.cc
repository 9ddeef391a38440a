#include "meters/nvidia/nvml_reading.h"

#include <array>

namespace jouleprint::meters::nvml {
namespace {

constexpr double kWattsPerMilliwatt = 1e-3;

// A register that is all ones means "unknown", and would be 4.29 MW.
constexpr unsigned long long kUnknownMilliwatts = 0xffffffffu;
constexpr unsigned long long kUnknownMillijoules = ~0ull;

Return Store(const Source& source, Return result, unsigned long long value, Reading* out) noexcept {
  if (result != Return::kSuccess) return result;
  if (source.IsCounter()) {
    if (value == kUnknownMillijoules) return Return::kUnknown;
    out->counts = value;
  } else {
    if (value >= kUnknownMilliwatts) return Return::kUnknown;
    out->watts = static_cast<double>(value) * kWattsPerMilliwatt;
  }
  return result;
}

Return StoreField(const Source& source, const FieldValue& field, Reading* out) noexcept {
  switch (field.type) {
    case ValueType::kUint:
      return Store(source, field.result, field.value.as_uint, out);
    case ValueType::kUlong:
      return Store(source, field.result, field.value.as_ulong, out);
    case ValueType::kUlonglong:
      return Store(source, field.result, field.value.as_ulonglong, out);
    default:
      return field.result == Return::kSuccess ? Return::kNotSupported : field.result;
  }
}

Return CallFunction(const Api& api, Device device, const Source& source, Reading* out) noexcept {
  if (source.call == Call::kTotalEnergy) {
    unsigned long long millijoules = 0;
    const Return result = api.total_energy_mj(device, &millijoules);
    return Store(source, result, millijoules, out);
  }
  unsigned milliwatts = 0;
  const Return result = api.power_usage_mw(device, &milliwatts);
  return Store(source, result, milliwatts, out);
}

ReadState StateFor(Return result) noexcept {
  switch (result) {
    case Return::kSuccess:
      return ReadState::kOk;
    case Return::kUninitialized:
    case Return::kNoPermission:
    case Return::kDriverNotLoaded:
    case Return::kGpuIsLost:
    case Return::kResetRequired:
      return ReadState::kGone;
    default:
      return ReadState::kNoData;
  }
}

}  // namespace

void AskGpu(const Api& api, Device device, std::span<const Source> sources, std::span<Reading> out,
            std::span<Return> results) noexcept {
  std::array<FieldValue, kMostSources> fields{};
  int asked = 0;
  for (const Source& source : sources) {
    if (source.call != Call::kField) continue;
    FieldValue& field = fields[static_cast<std::size_t>(asked++)];
    field.field_id = source.field;
    field.scope_id = source.scope;
    // A driver that does not know the field may leave it alone and still return success.
    field.result = Return::kNotSupported;
  }
  const Return call = asked == 0 ? Return::kSuccess : api.field_values(device, asked, fields.data());
  std::size_t next = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].call != Call::kField) {
      results[i] = CallFunction(api, device, sources[i], &out[i]);
    } else {
      const FieldValue& field = fields[next++];
      results[i] = call == Return::kSuccess ? StoreField(sources[i], field, &out[i]) : call;
    }
  }
}

void ReadGpu(const Api& api, Device device, std::span<const Source> sources, const os::Clock& clock,
             std::span<Reading> out) noexcept {
  std::array<Return, kMostSources> results{};
  for (Reading& reading : out) reading = Reading{};
  const os::BootTime before = clock.Boot();
  AskGpu(api, device, sources, out, std::span(results).first(sources.size()));
  const os::BootTime after = clock.Boot();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].state = StateFor(results[i]);
    out[i].before = before;
    out[i].after = after;
  }
}

}  // namespace jouleprint::meters::nvml
