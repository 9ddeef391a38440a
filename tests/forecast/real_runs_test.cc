// Totals of real training runs, foretold from their first units: errors and intervals as the issue wants
// them. The whole table is in bench/run --rows predict and docs/prediction.md.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "carbon/series/text_lines.h"
#include "jouleprint/epoch_forecast.h"

namespace jouleprint {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(JOULEPRINT_SOURCE_DIR) / "../shared/data/power-traces";
constexpr double kJoulesPerKwhHere = 3.6e6;

struct RealRun {
  std::string system, benchmark;
  bool usable = false;
  std::vector<UnitCost> units;
};

using Row = std::map<std::string, std::string>;

std::vector<Row> RowsOf(const fs::path& path) {
  std::vector<Row> rows;
  auto lines = carbon::LinesOfFile(path.string());
  if (!lines.ok()) return rows;
  std::vector<std::string> names;
  carbon::CsvCells cells;
  std::string_view line;
  while (lines->Next(&line).value_or(false) && cells.Split(line, 64)) {
    if (names.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) names.emplace_back(cells[i]);
      continue;
    }
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) row[names[i]] = std::string(cells[i]);
  }
  return rows;
}

std::map<std::string, RealRun> Runs(const fs::path& folder) {
  std::map<std::string, RealRun> runs;
  for (Row& row : RowsOf(folder / "runs.csv")) {
    const bool covered = !row.contains("log_covers_run") || row["log_covers_run"] == "1";
    runs[row["run"]] = {row["system"], row["benchmark"], covered && row["status"] == "success", {}};
  }
  return runs;
}

std::vector<RealRun> Usable(const std::map<std::string, RealRun>& runs) {
  std::vector<RealRun> usable;
  for (const auto& [name, run] : runs) {
    if (run.usable && run.units.size() > 1) usable.push_back(run);
  }
  return usable;
}

std::vector<RealRun> MeteredRuns() {
  std::map<std::string, RealRun> runs = Runs(kData / "mlperf-training-power");
  for (Row& row : RowsOf(kData / "mlperf-training-power/units.csv")) {
    const double seconds = std::stod(row["t_end_s"]) - std::stod(row["t_start_s"]);
    runs[row["run"]].units.push_back({seconds, std::stod(row["energy_j"]) / kJoulesPerKwhHere, false});
  }
  return Usable(runs);
}

// Without those whose first unit holds more samples than the others, and those of two units.
std::vector<RealRun> TimedRuns() {
  std::map<std::string, RealRun> runs = Runs(kData / "mlperf-training-durations");
  for (Row& row : RowsOf(kData / "mlperf-training-durations/units.csv.gz"))
    runs[row["run"]].units.push_back({std::stod(row["duration_s"]), std::nullopt, false});
  std::vector<RealRun> comparable;
  for (RealRun& run : Usable(runs)) {
    if (run.benchmark != "llama2_70b_lora" && run.benchmark != "gnn") comparable.push_back(run);
  }
  return comparable;
}

struct Outcome {
  double error = 0;
  bool inside = false;
};

Outcome Foretell(const RealRun& run, std::size_t seen, bool energy) {
  const auto all = static_cast<std::int64_t>(run.units.size());
  const std::size_t first = std::min(seen, run.units.size() - 1);
  const PredictedTotal total =
      *PredictTotal({run.units.begin(), run.units.begin() + static_cast<std::ptrdiff_t>(first)}, all);
  double truth = 0;
  for (const UnitCost& unit : run.units) truth += energy ? *unit.energy_kwh : unit.duration_s;
  const Estimate& told = energy ? *total.energy_kwh : total.duration_s;
  return {std::abs(told.value / truth - 1),
          told.low <= truth * (1 + 1e-9) && truth <= told.high * (1 + 1e-9)};
}

// In percent: of runs, then of groups.
double MeanError(const std::vector<RealRun>& runs, std::size_t seen, bool energy) {
  std::map<std::string, std::vector<double>> by_group;
  for (const RealRun& run : runs)
    by_group[(energy ? run.system : "") + run.benchmark].push_back(Foretell(run, seen, energy).error);
  double sum = 0;
  for (const auto& [group, errors] : by_group) {
    double of_group = 0;
    for (const double error : errors) of_group += error;
    sum += of_group / static_cast<double>(errors.size());
  }
  return 100 * sum / static_cast<double>(by_group.size());
}

double PercentInside(const std::vector<RealRun>& runs, std::size_t seen, bool energy) {
  double inside = 0;
  double count = 0;
  for (const RealRun& run : runs) {
    if (run.units.size() <= seen || (seen == 1 && run.benchmark == "llama2_70b_lora")) continue;
    inside += Foretell(run, seen, energy).inside ? 1 : 0;
    ++count;
  }
  return 100 * inside / count;
}

class RealRunsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kData)) GTEST_SKIP() << "skipped: no real runs beside the repository";
  }
};

std::vector<RealRun> WithoutLateEvaluations(const std::vector<RealRun>& runs) {
  std::vector<RealRun> others;
  for (const RealRun& run : runs) {
    if (run.benchmark != "unet3d") others.push_back(run);
  }
  return others;
}

// After three units the best simple rule is 1.8 % off here, and 0.43 % without unet3d, whose evaluations
// begin late: docs/prediction.md.
TEST_F(RealRunsTest, EnergyIsForetoldAsWellAsPromised) {
  const std::vector<RealRun> runs = MeteredRuns();
  ASSERT_GT(runs.size(), 80u);
  EXPECT_LE(MeanError(runs, 2, true), 1.75);
  EXPECT_LE(MeanError(runs, 3, true), 1.45);
  EXPECT_LE(MeanError(WithoutLateEvaluations(runs), 2, true), 0.6);
  EXPECT_LE(MeanError(WithoutLateEvaluations(runs), 3, true), 0.37);
}

TEST_F(RealRunsTest, TimeIsForetoldAsWellAsPromised) {
  const std::vector<RealRun> runs = TimedRuns();
  ASSERT_GT(runs.size(), 400u);
  EXPECT_LE(MeanError(runs, 2, false), 4.6);
  EXPECT_LE(MeanError(runs, 3, false), 3.8);
  EXPECT_LE(MeanError(runs, 5, false), 3.15);
  EXPECT_LE(MeanError(WithoutLateEvaluations(runs), 5, false), 0.8);
}

TEST_F(RealRunsTest, LateEvaluationsAreCountedOnceTheyHaveBegun) {
  double worst = 0;
  for (const RealRun& run : MeteredRuns()) {
    if (run.benchmark == "unet3d" && run.units.size() > 60)
      worst = std::max(worst, Foretell(run, 53, true).error);
  }
  EXPECT_LT(100 * worst, 5);
}

TEST_F(RealRunsTest, NineOfTenTotalsLieWithinTheirIntervals) {
  const std::vector<RealRun> metered = MeteredRuns();
  const std::vector<RealRun> timed = TimedRuns();
  for (const std::size_t seen : {1, 2, 3, 5, 10}) {
    EXPECT_NEAR(PercentInside(metered, seen, true), 90, 5.5) << "energy after " << seen;
    EXPECT_NEAR(PercentInside(timed, seen, false), 90, 5.5) << "time after " << seen;
  }
}

}  // namespace
}  // namespace jouleprint
