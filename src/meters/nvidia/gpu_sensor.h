// What is known of a GPU's own power sensor: the embedded table of surveyed models
// (data/hardware/gpu_sensors.csv), and one of ours by architecture for the others.
//
// A gain found on other boards of a model is told and never applied: boards of one model differ too.
// Pure; safe from any thread. Tested by tests/meters/nvidia/gpu_sensor_test.cc.
#ifndef JOULEPRINT_METERS_NVIDIA_GPU_SENSOR_H_
#define JOULEPRINT_METERS_NVIDIA_GPU_SENSOR_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/units.h"

namespace jouleprint::meters {

/// How far the sensors of surveyed boards of one model were from a meter between board and supply.
struct BoardGain {
  std::string name;          ///< as the driver gives it: "NVIDIA A100-PCIE-40GB"
  int boards = 0;            ///< that were compared
  double error_percent = 0;  ///< mean of the boards: -4.3 reads 4.3 % too low
  double lowest_error_percent = 0;
  double highest_error_percent = 0;
  /// What the reading is to be multiplied by. Absent where the error is no gain: it changes with the load.
  std::optional<double> factor;
  std::string source;
};

/// Nothing for a model that was not surveyed with such a meter.
std::optional<BoardGain> FindBoardGain(std::string_view gpu_name);

enum class GpuArchitecture { kOlder, kPascal, kVolta, kTuring, kAmpere, kAmpereGa100, kAda, kHopper, kNewer };

/// `nvml_code` is NVML_DEVICE_ARCH_..., absent where the driver does not say; then the name decides.
GpuArchitecture ArchitectureOf(std::optional<unsigned> nvml_code, std::string_view gpu_name);

/// How the sensor looks at the power.
struct GpuSensor {
  Seconds window{0};              ///< what it averages over before each renewal
  Seconds update_period{0};       ///< between two renewals
  bool has_average = false;       ///< a mean over a second, gap-free, beside the instantaneous reading
  bool usage_is_average = false;  ///< nvmlDeviceGetPowerUsage gives that mean
};

/// By model where it was surveyed, else by architecture.
GpuSensor FindGpuSensor(GpuArchitecture architecture, std::string_view gpu_name);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_NVIDIA_GPU_SENSOR_H_
