#include "meters/nvidia/gpu_sensor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "os/file.h"

extern "C" const char jouleprint_data_gpu_sensors_begin[], jouleprint_data_gpu_sensors_end[];

namespace jouleprint::meters {
namespace {

// The reading is gradient x truth + offset. Where the gradient tells another error than the mean over all
// loads does, no factor is right at every load (an RTX 4090 reads 4 % low on the mean, about 20 W low when
// idle and hardly low at full power). Boards of one model differ by as much as this (five RTX 3090: -4.7 to
// -0.7 %), so a smaller disagreement does not matter.
constexpr double kSameErrorPercent = 3;

struct Row {
  std::string_view name;
  std::string_view boards, error, lowest, highest, gradient, window_ms, update_ms, source;
};

std::string_view TakeUntil(std::string_view* rest, char separator) {
  const std::size_t end = std::min(rest->find(separator), rest->size());
  const std::string_view part = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return part;
}

Row ParseRow(std::string_view line) {
  Row row;
  row.name = TakeUntil(&line, ',');
  for (std::string_view* cell : {&row.boards, &row.error, &row.lowest, &row.highest, &row.gradient}) {
    *cell = TakeUntil(&line, ',');
  }
  TakeUntil(&line, ',');  // the offset, for readers of the table
  for (std::string_view* cell : {&row.window_ms, &row.update_ms}) *cell = TakeUntil(&line, ',');
  row.source = line;
  return row;
}

// Drivers before 465 leave the maker out.
std::string_view WithoutMaker(std::string_view name) {
  constexpr std::string_view kMaker = "NVIDIA ";
  return name.starts_with(kMaker) ? name.substr(kMaker.size()) : name;
}

std::optional<Row> FindRow(std::string_view gpu_name) {
  std::string_view rest(
      jouleprint_data_gpu_sensors_begin,
      static_cast<std::size_t>(jouleprint_data_gpu_sensors_end - jouleprint_data_gpu_sensors_begin));
  TakeUntil(&rest, '\n');  // the header
  while (!rest.empty()) {
    const Row row = ParseRow(TakeUntil(&rest, '\n'));
    if (WithoutMaker(row.name) == WithoutMaker(gpu_name)) return row;
  }
  return std::nullopt;
}

std::optional<double> Number(std::string_view cell) {
  double value = 0;
  return os::ParseDouble(cell, &value) ? std::optional(value) : std::nullopt;
}

std::optional<Seconds> Milliseconds(std::string_view cell) {
  const std::optional<double> value = Number(cell);
  return value ? std::optional(Seconds{*value * 1e-3}) : std::nullopt;
}

// Window and update period: Yang, Adamek, Armour, SC'24 (arXiv 2312.02741), sheet Overall_Results of
// github.com/JimZeyuYang/GPU_Power_Benchmark @4b5c944. What gives a mean over a second: the same, and nvml.h
// (API 13) at nvmlDeviceGetPowerUsage ("Ampere (except GA100) or newer"). kOlder: Kepler's and Maxwell's
// filter has no window; no survey has seen kNewer (Blackwell and on), which is taken for Hopper's like.
GpuSensor OfArchitecture(GpuArchitecture architecture) {
  switch (architecture) {
    case GpuArchitecture::kOlder:
      return {Seconds{0.1}, Seconds{0.1}, false, false};
    case GpuArchitecture::kPascal:
    case GpuArchitecture::kVolta:
      return {Seconds{0.01}, Seconds{0.02}, false, false};
    case GpuArchitecture::kTuring:
      return {Seconds{0.1}, Seconds{0.1}, false, false};
    case GpuArchitecture::kAmpereGa100:
      return {Seconds{0.025}, Seconds{0.1}, false, false};
    case GpuArchitecture::kAmpere:
    case GpuArchitecture::kAda:
      return {Seconds{0.1}, Seconds{0.1}, true, true};
    case GpuArchitecture::kHopper:
    case GpuArchitecture::kNewer:
      return {Seconds{0.025}, Seconds{0.1}, true, true};
  }
  return {Seconds{0.1}, Seconds{0.1}, false, false};
}

// A100, A800 and A30 have the one chip (NVIDIA's data sheets of the three).
bool IsGa100(std::string_view name) {
  constexpr std::array<std::string_view, 3> kBoards{"A100", "A800", "A30"};
  return std::any_of(kBoards.begin(), kBoards.end(), [name](std::string_view board) {
    const std::size_t at = name.find(board);
    if (at == std::string_view::npos) return false;
    const std::string_view after = name.substr(at + board.size());
    return after.empty() || after[0] == ' ' || after[0] == '-' || after[0] == 'X';  // not an RTX A3000
  });
}

struct NamePart {
  std::string_view part;
  GpuArchitecture architecture;
};

// Parts of names that drivers give, the first that fits. For drivers without nvmlDeviceGetArchitecture
// (before 450), which know nothing newer than Ampere; the newer ones are for shims.
constexpr std::array<NamePart, 22> kByName{{
    {"Blackwell", GpuArchitecture::kNewer},
    {"B200", GpuArchitecture::kNewer},
    {"B300", GpuArchitecture::kNewer},
    {"Ada", GpuArchitecture::kAda},
    {"Quadro RTX", GpuArchitecture::kTuring},
    {"RTX 50", GpuArchitecture::kNewer},
    {"H100", GpuArchitecture::kHopper},
    {"H200", GpuArchitecture::kHopper},
    {"H800", GpuArchitecture::kHopper},
    {"L40", GpuArchitecture::kAda},
    {"L4", GpuArchitecture::kAda},
    {"RTX 40", GpuArchitecture::kAda},
    {"RTX 30", GpuArchitecture::kAmpere},
    {"RTX A", GpuArchitecture::kAmpere},
    {"A10", GpuArchitecture::kAmpere},
    {"A40", GpuArchitecture::kAmpere},
    {"RTX", GpuArchitecture::kTuring},
    {"T4", GpuArchitecture::kTuring},
    {"GTX 16", GpuArchitecture::kTuring},
    {"V100", GpuArchitecture::kVolta},
    {"P100", GpuArchitecture::kPascal},
    {"GTX 10", GpuArchitecture::kPascal},
}};

GpuArchitecture ByName(std::string_view name) {
  if (IsGa100(name)) return GpuArchitecture::kAmpereGa100;
  for (const NamePart& known : kByName) {
    if (name.find(known.part) != std::string_view::npos) return known.architecture;
  }
  return GpuArchitecture::kOlder;
}

}  // namespace

std::optional<BoardGain> FindBoardGain(std::string_view gpu_name) {
  const std::optional<Row> row = FindRow(gpu_name);
  if (!row) return std::nullopt;
  const std::optional<double> error = Number(row->error);
  const std::optional<double> gradient = Number(row->gradient);
  if (!error || !gradient) return std::nullopt;
  BoardGain gain;
  gain.name = row->name;
  gain.boards = static_cast<int>(Number(row->boards).value_or(0));
  gain.error_percent = *error;
  gain.lowest_error_percent = Number(row->lowest).value_or(*error);
  gain.highest_error_percent = Number(row->highest).value_or(*error);
  gain.source = row->source;
  const double error_of_gradient_percent = (*gradient - 1) * 100;
  if (std::abs(error_of_gradient_percent - *error) < kSameErrorPercent) gain.factor = 1 / (1 + *error / 100);
  return gain;
}

// The numbers are NVML_DEVICE_ARCH_... of nvml.h (API 13).
GpuArchitecture ArchitectureOf(std::optional<unsigned> nvml_code, std::string_view gpu_name) {
  switch (nvml_code.value_or(0xffffffffu)) {
    case 2:
    case 3:
      return GpuArchitecture::kOlder;
    case 4:
      return GpuArchitecture::kPascal;
    case 5:
      return GpuArchitecture::kVolta;
    case 6:
      return GpuArchitecture::kTuring;
    case 7:
      return IsGa100(gpu_name) ? GpuArchitecture::kAmpereGa100 : GpuArchitecture::kAmpere;
    case 8:
      return GpuArchitecture::kAda;
    case 9:
      return GpuArchitecture::kHopper;
    case 10:
    case 13:
      return GpuArchitecture::kNewer;
    default:
      return ByName(gpu_name);
  }
}

GpuSensor FindGpuSensor(GpuArchitecture architecture, std::string_view gpu_name) {
  GpuSensor sensor = OfArchitecture(architecture);
  const std::optional<Row> row = FindRow(gpu_name);
  if (!row) return sensor;
  sensor.update_period = Milliseconds(row->update_ms).value_or(sensor.update_period);
  sensor.window = std::min(Milliseconds(row->window_ms).value_or(sensor.window), sensor.update_period);
  return sensor;
}

}  // namespace jouleprint::meters
