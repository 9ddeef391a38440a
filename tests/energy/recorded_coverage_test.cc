// Do the intervals hold on machines that were really measured, twice? Every trace is cut into many windows,
// each is a run: the sensor's readings are integrated as a run does it, and the meter beside it says whether
// the truth is in the interval. docs/accuracy.md quotes the figures (--gtest_output=xml shows them).
//
// The data is not part of the repository; where it is absent these tests are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "energy/account.h"
#include "energy/domain_error.h"
#include "energy/uses.h"
#include "meters/nvidia/gpu_sensor.h"
#include "sampling/integrator.h"

namespace jouleprint::energy {
namespace {

const std::string kTraces = JOULEPRINT_SOURCE_DIR "/../shared/data/power-traces/";

bool Absent(const std::string& file) { return !std::filesystem::exists(kTraces + file); }

using Row = std::map<std::string, std::string>;

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  return fields;
}

std::string TextOf(const std::string& file) {
  const std::string path = kTraces + file;
  const std::string command = (file.ends_with(".gz") ? "gzip -dc '" : "cat '") + path + "'";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) text.append(buffer, n);
  return text;
}

std::vector<Row> Table(const std::string& file) {
  std::istringstream lines(TextOf(file));
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = Fields(line);
  std::vector<Row> rows;
  while (std::getline(lines, line)) {
    const std::vector<std::string> fields = Fields(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = i < fields.size() ? fields[i] : "";
    rows.push_back(std::move(row));
  }
  return rows;
}

// Watts over time, oldest first.
struct Signal {
  std::vector<double> t_s;
  std::vector<double> watts;

  void Add(double t, double w) {
    t_s.push_back(t);
    watts.push_back(w);
  }
  // What a sensor shows: its last value.
  double HeldAt(double t) const {
    const auto after = std::upper_bound(t_s.begin(), t_s.end(), t);
    return watts[static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - t_s.begin() - 1))];
  }
  double Lowest() const { return *std::min_element(watts.begin(), watts.end()); }
  // What a meter that is read so often saw between two times.
  double JoulesBetween(double from, double to) const {
    double joules = 0;
    for (std::size_t i = 1; i < t_s.size(); ++i) {
      const double begin = std::max(from, t_s[i - 1]);
      const double end = std::min(to, t_s[i]);
      if (end <= begin) continue;
      const double slope = (watts[i] - watts[i - 1]) / (t_s[i] - t_s[i - 1]);
      joules += (end - begin) * (watts[i - 1] + slope * ((begin + end) / 2 - t_s[i - 1]));
    }
    return joules;
  }
};

// A run: the sensor's readings from `from` to `to`, through the integrator that a run uses.
DomainUse RunOf(const Signal& sensor, double from, double to, const meters::MeterError& error, double every) {
  DomainUse use;
  use.info.name = "sensor";
  use.info.kind = meters::ReadingKind::kGauge;
  use.info.basis = Basis::kSampled;
  use.info.error = error;
  use.meter = "sensor";
  use.read_every = Seconds{every};
  use.idle = IdlePower{Watts{sensor.Lowest()}, Watts{0}};
  sampling::Integrator integrator(use.info, Seconds{every});
  const int steps = static_cast<int>(std::lround((to - from) / every));
  for (int i = 0; i <= steps; ++i) {
    const double t = from + (to - from) * i / steps;
    meters::Reading reading;
    reading.state = meters::ReadState::kOk;
    reading.watts = sensor.HeldAt(t);
    reading.before = reading.after = os::BootTime{std::llround(t * 1e9)};
    use.max_power = std::max(use.max_power, Watts{reading.watts});
    if (const auto slice = integrator.Add(reading, Seconds{t})) use.energy += slice->energy;
  }
  return use;
}

struct Coverage {
  int inside = 0;
  int all = 0;

  void Count(const Estimate& stated, double truth) {
    ++all;
    inside += stated.low <= truth && truth <= stated.high ? 1 : 0;
  }
  double fraction() const { return all > 0 ? static_cast<double>(inside) / all : 0; }
};

void ExpectHonest(const std::string& name, const Coverage& coverage) {
  ::testing::Test::RecordProperty(name + "_windows", coverage.all);
  ::testing::Test::RecordProperty(name + "_per_mille",
                                  static_cast<int>(std::lround(1000 * coverage.fraction())));
  EXPECT_GT(coverage.all, 0) << name;
  EXPECT_GE(coverage.fraction(), 0.85) << name;
}

// A board of the survey: how its sensor looks, and the line that the survey fitted through its readings.
struct Board {
  std::string model;
  meters::GpuArchitecture architecture;
  double gradient;
  double offset_w;
};

const std::map<std::string, Board> kBoards{
    {"3090", {"NVIDIA GeForce RTX 3090", meters::GpuArchitecture::kAmpere, 0.944, 4.6}},
    {"a100", {"NVIDIA A100-PCIE-40GB", meters::GpuArchitecture::kAmpereGa100, 0.954, -1.2}},
    {"k40m", {"Tesla K40m", meters::GpuArchitecture::kOlder, 1.0241, 0.8}}};
// The clocks of the two recorders agree to about this much.
constexpr double kClocks_s = 0.05;
// What of a board's error no straight line explains: it is warm or cold, or has another firmware.
constexpr double kBeyondTheLine = 0.02;

meters::MeterError ErrorOfSensor(const Board& board, const std::string& signal) {
  const meters::GpuSensor sensor = meters::FindGpuSensor(board.architecture, board.model);
  const bool average = sensor.has_average && signal != "nvml_inst_w";
  meters::MeterError error;
  error.relative = 0.10;  // docs/meters/nvml.md: power, integrated
  error.update_period = sensor.update_period;
  error.averaging_window = average ? Seconds{1} : sensor.window;
  return error;
}

Estimate Widened(Estimate e, double joules) {
  e.low = e.value - std::hypot(e.lower_width(), joules);
  e.high = e.value + std::hypot(e.upper_width(), joules);
  return e;
}

class GpuWindows {
 public:
  GpuWindows(const Board& board, const std::string& signal, const Signal& sensor, const Signal& meter)
      : board_(board), error_(ErrorOfSensor(board, signal)), sensor_(sensor), meter_(meter) {}

  void Count(Coverage* as_stated, Coverage* without_gain) const {
    for (const double length : {1.0, 1.5, 2.0, 3.0, 5.0, 8.0}) {
      for (double from = meter_.t_s.front(); from + length < meter_.t_s.back(); from += 0.1) {
        const double truth = meter_.JoulesBetween(from, from + length);
        DomainUse use = RunOf(sensor_, from, from + length, error_, 0.1);
        const double clocks = kClocks_s * (use.max_power - use.idle->power).value();
        as_stated->Count(Widened(DomainJoules(use, Seconds{length}), clocks), truth);
        use.energy = (use.energy - Joules{board_.offset_w * length}) / board_.gradient;
        use.info.error.relative = kBeyondTheLine;
        without_gain->Count(Widened(DomainJoules(use, Seconds{length}), clocks), truth);
      }
    }
  }

 private:
  const Board& board_;
  const meters::MeterError error_;
  const Signal& sensor_;
  const Signal& meter_;
};

TEST(RecordedCoverageTest, GpuSensorsBesideAnInlineMeter) {
  const std::string file = "nvml-vs-inline-meter/traces.csv.gz";
  if (Absent(file)) GTEST_SKIP() << "skipped: no recorded traces";
  std::map<std::string, std::map<std::string, Signal>> traces;
  for (const Row& row : Table(file)) {
    traces[row.at("trace")][row.at("signal")].Add(std::stod(row.at("t_ms")) / 1000,
                                                  std::stod(row.at("value")));
  }
  std::map<std::string, std::pair<Coverage, Coverage>> boards;
  for (const auto& [trace, signals] : traces) {
    const std::string name = trace.substr(0, trace.find('_'));
    for (const auto& [signal, sensor] : signals) {
      if (signal == "pmd_w") continue;
      auto& [as_stated, without_gain] = boards[name];
      GpuWindows(kBoards.at(name), signal, sensor, signals.at("pmd_w")).Count(&as_stated, &without_gain);
    }
  }
  EXPECT_EQ(boards.size(), kBoards.size());
  for (const auto& [name, coverage] : boards) {
    ExpectHonest("board_" + name, coverage.first);
    ExpectHonest("board_" + name + "_without_its_gain", coverage.second);
  }
}

// A board's gain is its own: what counts is how many boards are inside, not how many seconds.
TEST(RecordedCoverageTest, GpuBoardsOfASurvey) {
  const std::string file = "nvml-vs-inline-meter/sensor_characteristics.csv";
  if (Absent(file)) GTEST_SKIP() << "skipped: no recorded traces";
  Coverage boards;
  for (const Row& row : Table(file)) {
    const bool one_per_board = row.at("driver") == "535.54.03" && row.at("field") == "power.draw";
    if (row.at("inline_meter") != "1" || !one_per_board || row.at("steady_state_err_pct").empty()) continue;
    boards.Count({0, -10, 10, Basis::kSampled}, std::stod(row.at("steady_state_err_pct")));
  }
  ExpectHonest("boards", boards);
}

// A platform sensor that is renewed every 3 s and lags, beside RAPL at the same times. The two measure
// different things; a line through all of the run turns the one into the other.
TEST(RecordedCoverageTest, ANodesSensorBesideRapl) {
  const std::string file = "rapl-vs-node-power/coremark_series.csv";
  if (Absent(file)) GTEST_SKIP() << "skipped: no recorded traces";
  Signal rapl;
  Signal node;
  double xs = 0, ys = 0, xx = 0, xy = 0, n = 0;
  for (const Row& row : Table(file)) {
    if (row.at("rapl_pkg_w").empty() || row.at("node_w").empty()) continue;
    const double x = std::stod(row.at("rapl_pkg_w")) + std::stod(row.at("rapl_dram_w"));
    const double y = std::stod(row.at("node_w"));
    rapl.Add(std::stod(row.at("t_s")), x);
    node.Add(std::stod(row.at("t_s")), y);
    xs += x, ys += y, xx += x * x, xy += x * y, ++n;
  }
  const double slope = (n * xy - xs * ys) / (n * xx - xs * xs);
  const double offset = (ys - slope * xs) / n;
  Coverage coverage;
  meters::MeterError error;
  error.update_period = Seconds{3};
  error.resolution = 1;
  for (const double length : {15.0, 30.0, 60.0, 120.0, 300.0}) {
    for (double from = node.t_s.front(); from + length < node.t_s.back(); from += 3) {
      const DomainUse use = RunOf(node, from, from + length, error, 3);
      coverage.Count(DomainJoules(use, Seconds{length}),
                     slope * rapl.JoulesBetween(from, from + length) + offset * length);
    }
  }
  ExpectHonest("node", coverage);
}

// An analyser read every second is the truth; one that is read every five seconds has seen a fifth of it.
TEST(RecordedCoverageTest, AWallMeterThatIsReadSeldom) {
  const std::string folder = "mlperf-inference-wall/";
  if (Absent(folder)) GTEST_SKIP() << "skipped: no recorded traces";
  Coverage coverage;
  for (const auto& entry : std::filesystem::directory_iterator(kTraces + folder)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("spl_")) continue;
    Signal wall;
    std::istringstream lines(TextOf(folder + name));
    double t = 0;
    for (std::string line; std::getline(lines, line); ++t) {
      const std::vector<std::string> fields = Fields(line);
      if (fields.size() > 3 && fields[2] == "Watts") wall.Add(t, std::stod(fields[3]));
    }
    meters::MeterError error;
    error.update_period = Seconds{1};
    error.averaging_window = Seconds{1};
    for (const double length : {30.0, 60.0, 120.0, 300.0}) {
      for (double from = 0; from + length < wall.t_s.back(); from += 10) {
        const DomainUse use = RunOf(wall, from, from + length, error, 5);
        coverage.Count(DomainJoules(use, Seconds{length}), wall.JoulesBetween(from, from + length));
      }
    }
  }
  ExpectHonest("wall_every_5_s", coverage);
}

// A minute at the mean powers of each training: the GPU's own sensor as the part of a wall meter.
Account Training(const Row& row, const Row& idle) {
  const auto use_of = [&](DomainUse use, const char* column, double resolution_w) {
    use.info.kind = meters::ReadingKind::kGauge;
    use.info.error.resolution = resolution_w;
    use.energy = Joules{std::stod(row.at(column)) * 60};
    return WithIdle(use, Watts{std::stod(idle.at(column))});
  };
  DomainUse gpu = Gpu("gpu-0", Joules{0});
  gpu.info.error.relative = 0.10;
  return MakeAccount({.uses = {use_of(gpu, "nvml_power_w", 0)},
                      .total = use_of(Wall(Joules{0}), "wall_power_w", 1),
                      .duration = Seconds{60}});
}

void CountDoubted(const std::string& file, int* doubted, int* all) {
  std::map<std::string, Row> idle;
  const std::vector<Row> rows = Table(file);
  for (const Row& row : rows) {
    if (row.at("model") == "baseline") idle[row.at("machine")] = row;
  }
  for (const Row& row : rows) {
    if (row.at("model") == "baseline") continue;
    const Account account = Training(row, idle.at(row.at("machine")));
    ++*all;
    *doubted += account.warnings.empty() ? 0 : 1;
    EXPECT_GE(account.domains.back().energy_kwh.value, 0);
  }
}

TEST(RecordedCoverageTest, AWallMeterOfAnotherMachineIsDoubtedAndOnesOwnIsNot) {
  const std::string folder = "gpu-training-vs-wall/";
  if (Absent(folder)) GTEST_SKIP() << "skipped: no recorded traces";
  int doubted = 0;
  int all = 0;
  CountDoubted(folder + "configs.csv", &doubted, &all);
  EXPECT_GT(all, 500);
  EXPECT_EQ(doubted, 0);
  doubted = all = 0;
  CountDoubted(folder + "meter_not_on_this_machine.csv", &doubted, &all);
  EXPECT_GT(all, 500);
  EXPECT_EQ(doubted, all);
}

}  // namespace
}  // namespace jouleprint::energy
