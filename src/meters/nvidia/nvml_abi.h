// The part of NVML's binary interface that we call, in our own words: no nvml.h is needed to build.
//
// Numbers and layouts are those of NVIDIA's public nvml.h (API 13); within a major version of
// libnvidia-ml.so they do not change, and a function that changes gets a new suffix (_v2, _v3), so we
// name the suffixed ones. Sizes are checked below because a wrong one writes past our memory.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_ABI_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_ABI_H_

#include <cstddef>
#include <cstdint>

namespace jouleprint::meters::nvml {

/// nvmlReturn_t. Other values exist; nvmlErrorString names them.
enum class Return : std::uint32_t {
  kSuccess = 0,
  kUninitialized = 1,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kNoPermission = 4,
  kNotFound = 6,
  kInsufficientSize = 7,
  kDriverNotLoaded = 9,
  kLibraryNotFound = 12,
  kFunctionNotFound = 13,
  kGpuIsLost = 15,
  kResetRequired = 16,
  kVersionMismatch = 18,
  kUnknown = 999,
};

/// nvmlDevice_t: a handle that only the library can read.
using Device = struct OpaqueDevice*;

/// nvmlValue_t.
union Value {
  double as_double;
  int as_int;
  unsigned as_uint;
  unsigned long as_ulong;
  unsigned long long as_ulonglong;
  long long as_longlong;
  unsigned short as_ushort;
};

/// nvmlValueType_t: which member of Value was written.
enum class ValueType : std::uint32_t { kDouble = 0, kUint = 1, kUlong = 2, kUlonglong = 3 };

/// nvmlFieldValue_t. Zero it before every call: fields that the driver does not know are left as they were.
struct FieldValue {
  unsigned field_id;
  unsigned scope_id;
  long long timestamp_us;
  long long latency_us;
  ValueType type;
  Return result;  // its own, beside the call's
  Value value;
};

static_assert(sizeof(Return) == 4 && sizeof(ValueType) == 4, "enums of the C interface are 4 bytes");
static_assert(sizeof(Value) == 8);
static_assert(sizeof(FieldValue) == 40);
static_assert(offsetof(FieldValue, timestamp_us) == 8 && offsetof(FieldValue, result) == 28 &&
              offsetof(FieldValue, value) == 32);

/// nvmlPciInfo_t, as nvmlDeviceGetPciInfo_v3 fills it.
struct PciInfo {
  char bus_id_legacy[16];
  unsigned domain;
  unsigned bus;
  unsigned device;
  unsigned pci_device_id;
  unsigned pci_subsystem_id;
  char bus_id[32];  // "00000000:17:00.0"
};

/// nvmlProcessUtilizationSample_t: percent of the sample's period, which is 1/6 s to 1 s.
struct ProcessUtilization {
  unsigned pid;
  unsigned long long timestamp_us;
  unsigned sm;
  unsigned memory;
  unsigned encoder;
  unsigned decoder;
};

/// nvmlDeviceAttributes_t of a MIG device.
struct DeviceAttributes {
  unsigned multiprocessors;
  unsigned copy_engines, decoders, encoders, jpeg_engines, ofa_engines;
  unsigned gpu_instance_slices;
  unsigned compute_instance_slices;
  unsigned long long memory_mb;
};

/// nvmlGpuInstanceProfileInfo_t: a size that a GPU can be cut into.
struct GpuInstanceProfile {
  unsigned id;
  unsigned is_p2p_supported;
  unsigned slices;
  unsigned instances;
  unsigned multiprocessors;
  unsigned copy_engines, decoders, encoders, jpeg_engines, ofa_engines;
  unsigned long long memory_mb;
};

static_assert(sizeof(PciInfo) == 68 && offsetof(PciInfo, bus_id) == 36);
static_assert(sizeof(ProcessUtilization) == 32 && offsetof(ProcessUtilization, sm) == 16);
static_assert(sizeof(DeviceAttributes) == 40 && offsetof(DeviceAttributes, gpu_instance_slices) == 24);
static_assert(sizeof(GpuInstanceProfile) == 48 && offsetof(GpuInstanceProfile, slices) == 8);

/// NVML_GPU_INSTANCE_PROFILE_COUNT.
inline constexpr unsigned kGpuInstanceProfiles = 18;

/// NVML_FI_DEV_TOTAL_ENERGY_CONSUMPTION: millijoules, as nvmlDeviceGetTotalEnergyConsumption.
inline constexpr unsigned kFieldTotalEnergy = 83;
/// NVML_FI_DEV_POWER_AVERAGE: milliwatts, the mean of the last second.
inline constexpr unsigned kFieldPowerAverage = 185;
/// NVML_FI_DEV_POWER_INSTANT: milliwatts, not averaged over a second as nvmlDeviceGetPowerUsage is on
/// Ampere (GA100 excepted) and newer.
inline constexpr unsigned kFieldPowerInstant = 186;
/// NVML_POWER_SCOPE_GPU, and _MODULE: the GPU and the Grace CPU that it shares a module with.
inline constexpr unsigned kScopeGpu = 0;
inline constexpr unsigned kScopeModule = 1;

/// NVML_DEVICE_NAME_V2_BUFFER_SIZE and NVML_DEVICE_UUID_V2_BUFFER_SIZE.
inline constexpr unsigned kTextBytes = 96;

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_ABI_H_
