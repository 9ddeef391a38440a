// What the sampling loop costs, part by part: reading two packages and two memory domains through a
// powercap tree of plain files, turning readings into slices, and keeping them as power over time.
//
// A plain file is read faster than a real energy_uj, which asks the processor; what is measured here is
// all that jouleprint adds to that.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "meters/rapl/powercap.h"
#include "os/clock.h"
#include "os/sysroot.h"
#include "sampling/integrator.h"
#include "sampling/lane.h"
#include "sampling/rollup.h"

namespace jouleprint {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kPeriod{0.1};

// A server of two sockets with a platform zone, as files; removed with the object.
class TwoSockets {
 public:
  TwoSockets() : root_(fs::temp_directory_path() / ("jouleprint-bench-" + std::to_string(::getpid()))) {
    for (const char* socket : {"0", "1"}) {
      AddZone(std::string("intel-rapl:") + socket, std::string("package-") + socket);
      AddZone(std::string("intel-rapl:") + socket + ":0", "dram");
    }
    AddZone("intel-rapl:2", "psys");
  }
  TwoSockets(const TwoSockets&) = delete;
  TwoSockets& operator=(const TwoSockets&) = delete;
  ~TwoSockets() { fs::remove_all(root_); }

  std::unique_ptr<meters::Meter> Discover() const {
    const os::Sysroot sysroot(root_);
    return std::move(meters::DiscoverPowercap({.sysroot = sysroot}).meters.at(0));
  }

 private:
  void AddZone(const std::string& id, const std::string& name) const {
    const fs::path folder = root_ / "sys/class/powercap" / id;
    fs::create_directories(folder);
    std::ofstream(folder / "name") << name << '\n';
    std::ofstream(folder / "energy_uj") << "123456789012\n";
    std::ofstream(folder / "max_energy_range_uj") << "262143328850\n";
  }

  const fs::path root_;
};

void PowercapRead(benchmark::State& state) {
  const TwoSockets machine;
  const std::unique_ptr<meters::Meter> meter = machine.Discover();
  const os::SystemClock clock;
  std::vector<meters::Reading> readings(meter->domains().size());
  for (auto _ : state) meter->Read(clock, readings);
  state.counters["domains"] = static_cast<double>(readings.size());
}
BENCHMARK(PowercapRead);

void LaneTick(benchmark::State& state) {
  const TwoSockets machine;
  const os::SystemClock clock;
  const auto lane = std::make_shared<sampling::Lane>(machine.Discover(), clock, kPeriod);
  for (auto _ : state) lane->Tick();
}
BENCHMARK(LaneTick);

void IntegratorAdd(benchmark::State& state) {
  const TwoSockets machine;
  const std::unique_ptr<meters::Meter> meter = machine.Discover();
  sampling::Integrator integrator(meter->domains().front(), kPeriod);
  meters::Reading reading;
  reading.state = meters::ReadState::kOk;
  for (auto _ : state) {
    reading.counts += 10'000'000;  // 100 W
    reading.before = reading.after = reading.after + kPeriod;
    benchmark::DoNotOptimize(integrator.Add(reading, Seconds{static_cast<double>(reading.after.ns) * 1e-9}));
  }
}
BENCHMARK(IntegratorAdd);

// The argument is how long the run has been when the measuring begins: bins widen with it.
void RollupAdd(benchmark::State& state) {
  sampling::Rollup rollup({}, UtcTime{1'700'000'000'000'000});
  os::BootTime now;
  const auto add = [&] {
    const sampling::Slice slice{now, now + kPeriod, Joules{10}, sampling::SliceGround::kRead};
    rollup.Add(slice);
    now = slice.to;
  };
  while (now - os::BootTime{} < Seconds{static_cast<double>(state.range(0))}) add();
  for (auto _ : state) add();
}
BENCHMARK(RollupAdd)->ArgName("run_s")->Arg(1)->Arg(3600)->Arg(86400);

}  // namespace
}  // namespace jouleprint

BENCHMARK_MAIN();
