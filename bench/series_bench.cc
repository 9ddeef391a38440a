// What intensity series cost: a year at five minutes of many zones read and kept, and one series asked.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/series_store.h"

namespace jouleprint {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kStepsPerYear = 365 * 24 * 12;
constexpr Seconds kStep{300};
const UtcTime kStart{1'640'995'200'000'000};  // 2022-01-01T00:00:00Z

std::vector<IntensitySeries> Year(std::int64_t zones) {
  std::vector<IntensitySeries> year;
  for (std::int64_t zone = 0; zone < zones; ++zone) {
    std::vector<double> values;
    for (std::size_t i = 0; i < kStepsPerYear; ++i)
      values.push_back(20 + 0.01 * static_cast<double>(i * 7919 % 80'000));
    year.emplace_back(SeriesOrigin{"Z" + std::to_string(zone), "average", "bench"}, kStart, kStep,
                      std::move(values));
  }
  return year;
}

// A folder in the current one, so that a real disk is measured and not a temporary folder in memory.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::current_path() / ("jouleprint-bench-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  const fs::path path_;
};

void SeriesRead(benchmark::State& state) {
  const std::string csv = SeriesCsv(Year(state.range(0)));
  for (auto _ : state) {
    const Result<SeriesFile> file = ReadSeriesText(csv, "bench.csv");
    if (!file.ok()) state.SkipWithError(file.error().message.c_str());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(csv.size()));
}
BENCHMARK(SeriesRead)->ArgName("zones")->Arg(1)->Arg(100)->Unit(benchmark::kMillisecond);

void SeriesAsked(benchmark::State& state) {
  const std::vector<IntensitySeries> year = Year(1);
  double at_s = 0;
  for (auto _ : state) {
    at_s = at_s > 1e7 ? 0 : at_s + 12'345.6;
    const UtcTime from = kStart + Seconds{at_s};
    benchmark::DoNotOptimize(year.front().MeanOver(from, from + Seconds{86'400 + at_s}));
  }
}
BENCHMARK(SeriesAsked);

void SeriesKept(benchmark::State& state) {
  const ScratchFolder folder;
  const std::vector<IntensitySeries> year = Year(state.range(0));
  const auto store = OpenSeriesStore(folder / "runs.db");
  for (auto _ : state) {
    if (!(*store)->Put(year).ok()) state.SkipWithError("cannot keep them");
  }
}
BENCHMARK(SeriesKept)->ArgName("zones")->Arg(1)->Arg(100)->Unit(benchmark::kMillisecond)->UseRealTime();

void SeriesWeekFromStore(benchmark::State& state) {
  const ScratchFolder folder;
  const auto store = OpenSeriesStore(folder / "runs.db");
  if (!(*store)->Put(Year(20)).ok()) state.SkipWithError("cannot keep them");
  const UtcTime from = kStart + Seconds{100 * 86'400.0};
  for (auto _ : state) {
    benchmark::DoNotOptimize((*store)->Get({.zone = "Z7", .from = from, .to = from + Seconds{7 * 86'400.0}}));
  }
}
BENCHMARK(SeriesWeekFromStore)->UseRealTime();

}  // namespace
}  // namespace jouleprint

BENCHMARK_MAIN();
