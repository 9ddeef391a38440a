// What keeping a run costs: the record as JSON, back again, and a checkpoint into the store.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/store.h"
#include "record/json.h"

namespace jouleprint {
namespace {

namespace fs = std::filesystem;

Estimate Counted(double kwh) { return {kwh, 0.95 * kwh, 1.05 * kwh, Basis::kCounter}; }

DomainRecord Domain(const std::string& name, Component component) {
  DomainRecord domain;
  domain.name = name;
  domain.component = component;
  domain.basis = Basis::kCounter;
  domain.source = "powercap " + name;
  domain.energy_kwh = Counted(0.25);
  domain.idle_kwh = 0.05;
  domain.mean_power_w = 120;
  domain.max_power_w = 240;
  domain.share = 0.75;
  return domain;
}

// A training run on a server of two sockets and eight GPUs, with so many epochs.
RunRecord TrainingRun(std::int64_t epochs) {
  RunRecord run;
  run.run_id = "01HF7YAT00M78PW9T8R5J6QZ3C";
  run.name = "resnet";
  run.command = {"python3", "train.py", "--epochs", std::to_string(epochs)};
  run.start = run.end = UtcTime{1'700'000'000'000'000};
  for (const char* name : {"package-0", "package-1"}) run.domains.push_back(Domain(name, Component::kCpu));
  for (const char* name : {"dram-0", "dram-1"}) run.domains.push_back(Domain(name, Component::kMemory));
  for (int gpu = 0; gpu < 8; ++gpu) {
    run.domains.push_back(Domain("gpu-" + std::to_string(gpu), Component::kGpu));
  }
  for (const DomainRecord& domain : run.domains) run.boundary.push_back(domain.name);
  run.energy_kwh = {Counted(3), Counted(2.4), Counted(2.25), Counted(0.75)};
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    const double start_s = 60 * static_cast<double>(epoch);
    run.epochs.push_back({epoch + 1, "train", start_s, start_s + 60, 0.03});
    run.metrics["accuracy"].push_back({start_s + 60, 0.5});
  }
  return run;
}

// Half a day of the widest series that is kept at one-second bins.
PowerSeries SeriesOf(const RunRecord& run) {
  PowerSeries series;
  series.start = run.start;
  series.bin_s = 1;
  series.domains = run.boundary;
  series.bins.assign(run.boundary.size(), std::vector<PowerSeries::Bin>(7200, {120, 240}));
  return series;
}

void RecordToJson(benchmark::State& state) {
  const RunRecord run = TrainingRun(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(record::ToJson(run));
}
BENCHMARK(RecordToJson)->ArgName("epochs")->Arg(0)->Arg(100);

void RecordFromJson(benchmark::State& state) {
  const std::string text = record::ToJson(TrainingRun(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(record::FromJson(text));
}
BENCHMARK(RecordFromJson)->ArgName("epochs")->Arg(0)->Arg(100);

// A store in the current folder, so that a real disk is measured and not a temporary folder in memory.
class ScratchStore {
 public:
  ScratchStore()
      : folder_(fs::current_path() / ("jouleprint-bench-" + std::to_string(::getpid()))),
        made_(fs::create_directories(folder_)),
        store_(std::move(*OpenStore(folder_ / "runs.db"))) {}
  ScratchStore(const ScratchStore&) = delete;
  ScratchStore& operator=(const ScratchStore&) = delete;
  ~ScratchStore() {
    store_.reset();
    if (made_) fs::remove_all(folder_);
  }
  Store& operator*() { return *store_; }

 private:
  const fs::path folder_;
  const bool made_;
  std::unique_ptr<Store> store_;
};

void StoreSave(benchmark::State& state) {
  ScratchStore store;
  const RunRecord run = TrainingRun(state.range(0));
  for (auto _ : state) {
    if (!(*store).Save(run).ok()) state.SkipWithError("cannot save");
  }
}
BENCHMARK(StoreSave)->ArgName("epochs")->Arg(0)->Arg(100)->UseRealTime();

void StoreSaveSeries(benchmark::State& state) {
  ScratchStore store;
  const RunRecord run = TrainingRun(0);
  const PowerSeries series = SeriesOf(run);
  if (!(*store).Save(run).ok()) state.SkipWithError("cannot save");
  for (auto _ : state) {
    if (!(*store).SaveSeries(run.run_id, series).ok()) state.SkipWithError("cannot save the series");
  }
}
BENCHMARK(StoreSaveSeries)->UseRealTime();

}  // namespace
}  // namespace jouleprint

BENCHMARK_MAIN();
