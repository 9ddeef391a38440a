// Runs of ranks of a distributed job, for tests of merging.
#ifndef JOULEPRINT_TESTS_RECORD_MERGE_FIXTURE_H_
#define JOULEPRINT_TESTS_RECORD_MERGE_FIXTURE_H_

#include <cmath>
#include <string>
#include <utility>

#include "jouleprint/record.h"

namespace jouleprint::testing {

struct RankShape {
  int local = -1;  ///< local rank; that of the job where it is not said
  double kwh = 1;  ///< of the machine
  double duration_s = 3600;
  double share = 0.25;  ///< of the machine's energy
  std::string id{};     ///< of the run; by the rank where it is not said
};

inline RunRecord OnNode(const std::string& name, RunRecord run) {
  run.host.hostname = name;
  run.host.boot_id = "boot-of-" + name;
  return run;
}

/// The same run, so many seconds later.
inline RunRecord At(double later_s, RunRecord run) {
  run.start = run.start + Seconds{later_s};
  run.end = run.end + Seconds{later_s};
  if (run.by_time) run.by_time->start = run.by_time->start + Seconds{later_s};
  return run;
}

/// A rank of a job on one machine, at 100 g/kWh, in bins of ten minutes.
inline RunRecord RankRun(int rank, int world_size, const RankShape& shape) {
  RunRecord run;
  run.run_id = shape.id.empty() ? "rank" + std::to_string(rank) : shape.id;
  run.name = "train";
  run.group = "job-1";
  run.state = RunState::kFinished;
  run.start = UtcTime{1'699'999'800'000'000};  // a multiple of ten minutes
  run.end = run.start + Seconds{shape.duration_s};
  run.duration_s = shape.duration_s;
  run.host.cpu = "EPYC 7763";
  run.host.logical_cpus = 8;
  const int local = shape.local < 0 ? rank : shape.local;
  run.rank = RankRecord{rank, world_size, local, 0, "torchrun", local == 0};
  const double kwh = shape.kwh;
  run.energy_kwh.machine = {kwh, kwh * 0.9, kwh * 1.1, Basis::kCounter};
  run.energy_kwh.share = Scale(run.energy_kwh.machine, shape.share);
  run.energy_kwh.unattributed = Scale(run.energy_kwh.machine, 1 - shape.share);
  run.boundary = {"package-0"};
  run.domains = {{"package-0", Component::kCpu, Basis::kCounter, "powercap", run.energy_kwh.machine,
                  std::nullopt, kwh * 3.6e6 / shape.duration_s, 2000, shape.share, "CPU time"}};
  run.zone = "FR";
  run.intensity = {{100, 80, 120, Basis::kModelled}, "average-lifecycle", "table"};
  run.emissions_gco2e.operational = {kwh * 100, kwh * 80, kwh * 120, Basis::kModelled};
  run.emissions_gco2e.total = run.emissions_gco2e.operational;
  ByTime by_time{run.start, 600, {}, {}, {}, {}, {}, {}};
  const int bins = static_cast<int>(std::ceil(shape.duration_s / 600));
  for (int i = 0; i < bins; ++i) {
    const double part = (i + 1 < bins ? 600 : shape.duration_s - 600 * i) / shape.duration_s;
    by_time.energy_kwh.push_back(kwh * part);
    by_time.gco2e.push_back(kwh * 100 * part);
    by_time.intensity_g_per_kwh.push_back(100);
    by_time.part.push_back(0);
  }
  by_time.parts = {{"table", "average-lifecycle", Basis::kModelled, run.start, run.end, 1, false, ""}};
  run.by_time = std::move(by_time);
  return OnNode("node-1", std::move(run));
}

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_RECORD_MERGE_FIXTURE_H_
