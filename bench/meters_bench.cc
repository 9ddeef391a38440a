// What one reading of each meter costs: every interface that a machine archive of the tests has, read as the
// sampling loop reads it. The files are on a disk or in memory, not the kernel's own: what the device itself
// takes (a processor that is interrupted, a BMC that thinks) comes on top.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "meters/catalog.h"
#include "os/clock.h"
#include "support/machine_archive.h"

namespace jouleprint {
namespace {

struct Sample {
  std::unique_ptr<testing::MachineArchive> machine;
  std::unique_ptr<meters::Meter> meter;
};

// One of each kind, from the machine where it has the most domains.
std::map<std::string, Sample> OneOfEach() {
  std::map<std::string, Sample> samples;
  for (const std::string& name : testing::MachineArchive::All()) {
    auto machine = std::make_unique<testing::MachineArchive>(name);
    const bool gpus = std::getenv("JP_FAKE_NVML_GPUS") != nullptr;
    meters::Catalog catalog =
        meters::DiscoverMeters({.machine = {.sysroot = machine->sysroot(),
                                            .nvml_library = gpus ? JOULEPRINT_FAKE_NVML : "/no/such/library",
                                            .amd_smi_library = "/no/such/library"}});
    for (auto& meter : catalog.meters) {
      Sample& best = samples[meter->name()];
      if (best.meter && best.meter->domains().size() >= meter->domains().size()) continue;
      best.meter = std::move(meter);
      best.machine = std::make_unique<testing::MachineArchive>(name);
    }
  }
  return samples;
}

void ReadMeter(benchmark::State& state, meters::Meter* meter) {
  const os::SystemClock clock;
  std::vector<meters::Reading> readings(meter->domains().size());
  for (auto _ : state) meter->Read(clock, readings);
  state.counters["domains"] = static_cast<double>(readings.size());
}

}  // namespace
}  // namespace jouleprint

int main(int argc, char** argv) {
  auto samples = jouleprint::OneOfEach();
  for (auto& [name, sample] : samples) {
    const std::string title =
        "Read " + name + ", " + std::to_string(sample.meter->domains().size()) + " domains";
    benchmark::RegisterBenchmark(title.c_str(), jouleprint::ReadMeter, sample.meter.get());
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
