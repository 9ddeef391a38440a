// Records to save and read back in tests, and their comparison field by field.
#ifndef JOULEPRINT_TESTS_RECORD_SAMPLE_RECORD_H_
#define JOULEPRINT_TESTS_RECORD_SAMPLE_RECORD_H_

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "jouleprint/record.h"

namespace jouleprint::testing {

/// A record with only what a run cannot be without; everything that may be absent is.
inline RunRecord MinimalRecord(const std::string& run_id) {
  RunRecord run;
  run.run_id = run_id;
  run.start = UtcTime{1'700'000'000'000'000};
  run.end = run.start;
  return run;
}

/// A record with something in every field, no two alike where a mix-up could hide.
inline RunRecord FullRecord() {
  RunRecord run = MinimalRecord("01HF7YAT00M78PW9T8R5J6QZ3C");
  run.name = "bert-large, \"warm\" \\ start\n";
  run.project = "thèse";
  run.tags = {{"seed", "7"}, {"a/b~c", "päth"}, {"empty", ""}};
  run.command = {"python3", "train.py", "--note", "it's 5 o'clock", ""};
  run.state = RunState::kFinished;
  run.host = {"node-3",
              "Debian GNU/Linux 12 (bookworm)",
              "6.1.0-18-amd64",
              "x86_64",
              "EPYC 7763",
              "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
              2,
              64,
              128,
              503.7,
              {"A100", "A100"},
              "kvm"};
  run.end = UtcTime{1'700'000'123'456'789};
  run.duration_s = 123.4567891;
  run.boundary = {"package-0", "gpu-0"};
  run.domains = {{"package-0",
                  Component::kCpu,
                  Basis::kCounter,
                  "powercap intel-rapl:0",
                  {0.1, 0.09, 0.11, Basis::kCounter},
                  0.02,
                  101.5,
                  180.25,
                  0.75,
                  "CPU time"},
                 {"gpu-0",
                  Component::kGpu,
                  Basis::kSampled,
                  "NVML power",
                  {1.0 / 3, 0.3, 0.35, Basis::kSampled},
                  std::nullopt,
                  250,
                  400,
                  1,
                  "GPU time by process"}};
  run.dropped = {{"core-0", "powercap intel-rapl:0:0", "part of package-0"}};
  run.total = DomainRecord{"wall",
                           Component::kWall,
                           Basis::kMetered,
                           "shelly 192.0.2.7",
                           {0.5, 0.49, 0.51, Basis::kMetered},
                           0.25,
                           450,
                           612.5,
                           0.625,
                           "its parts"};
  run.energy_kwh = {
      {0.43, 0.40, 0.46, Basis::kSampled},          Estimate{0.41, 0.37, 0.45, Basis::kCalibrated},
      {0.38, 0.33, 0.42, Basis::kModelled},         {0.05, 0.01, 0.09, Basis::kAssumed},
      Estimate{0.38, 0.34, 0.43, Basis::kModelled}, Estimate{0.39, 0.35, 0.44, Basis::kAssumed}};
  run.idle_split = "unattributed";
  run.baseline = {"measured", 42.5, 10};
  run.pue = 1.12;
  run.pue_given = true;
  run.zone = "FR";
  run.intensity = {{56.1, 40, 70, Basis::kAssumed}, "average-production-lifecycle", "Ember, 2024"};
  run.emissions_gco2e = {{27.0, 19, 36, Basis::kAssumed},
                         Estimate{3.5, 1, 9, Basis::kModelled},
                         {30.5, 22, 40, Basis::kAssumed},
                         Estimate{1.5, 1.25, 1.75, Basis::kAssumed}};
  run.pue_source = "given";
  run.market_intensity = IntensityUsed{{3, 2.5, 3.5, Basis::kAssumed}, "market", "given by the user"};
  run.by_time = ByTime{run.start,
                       300,
                       {0.2, 0.23},
                       {50, 61.5},
                       {11.2, 15.8},
                       {0, 1},
                       {{"grid.csv", "average-lifecycle", Basis::kModelled, run.start, run.end, 0.46, true,
                         "2026-01-01T00:00:00Z"},
                        {"Ember, 2024", "average-production-lifecycle", Basis::kModelled, run.start, run.end,
                         0.54, false, ""}},
                       {{"yearly average", run.intensity, 26.5, -1.75}}};
  run.water = WaterUse{0.25, "Amazon, 2024", {0.1075, 0.1, 0.115, Basis::kSampled}};
  run.embodied_parts = {{"server",
                         1,
                         {1500, 1000, 2500, Basis::kAssumed},
                         {35040, 26280, 52560, Basis::kAssumed},
                         0.25,
                         {3.5, 1, 9, Basis::kModelled},
                         "somebody, 2023"}};
  run.sci = SciScore{"epoch", 90, {0.34, 0.25, 0.44, Basis::kAssumed}};
  run.epochs = {{1, "train", 0.5, 60.25, 0.2}, {1, "eval", 60.25, 70, 0.01}};
  run.epochs_expected = 90;
  run.tasks = {{"fit",
                std::nullopt,
                0.5,
                70,
                {0.21, 0.2, 0.22, Basis::kSampled},
                {{"package-0", 0.05}, {"gpu-0", 0.16}},
                91.5},
               {"load/part~1", 0, 1.25, 9, {0.01, 0.009, 0.011, Basis::kCounter}, {}, 2.25}};
  run.prediction = PredictionRecord{3,
                                    90,
                                    70.5,
                                    {2100, 1900, 2400, Basis::kModelled},
                                    {6.5, 6, 7.25, Basis::kSampled},
                                    {450, 300, 600, Basis::kAssumed},
                                    "Ember, 2024"};
  run.budgets = {
      {"gCO2e", 500, 0.9, "stop", "passed", 65.5, "sent SIGTERM; the job ended", Estimate{420, 300, 500}},
      {"s", 3600, 0.95, "warn", "kept", std::nullopt, "", std::nullopt}};
  run.group = "torchrun-7";
  run.rank = RankRecord{5, 16, 1, 8, "torchrun", false};
  run.merged_from = {{"01HF7YAT00M78PW9T8R5J6QZ3A", "node-1", 0, true},
                     {"01HF7YAT00M78PW9T8R5J6QZ3B", "node-1", std::nullopt, false}};
  run.imported_from = "CodeCarbon 2.3.4";
  run.metrics = {{"loss", {{10, 2.5}, {20, 1e-300}}}, {"no points", {}}};
  run.gaps = {{31, 2.5, "machine suspended"}};
  run.job = {"cgroup", 99.5, 120.25, 137, {0.25, 0.125, std::nullopt, "cgroup cpu.max"}};
  run.overhead = {0.012, 1234};
  run.warnings = {"one", "two"};
  run.version = "0.1.0";
  return run;
}

inline PowerSeries SampleSeries(std::size_t bins) {
  PowerSeries series{UtcTime{1'700'000'000'000'000}, 10, {"package-0", "gpu-0"}, {{}, {}}};
  for (std::size_t i = 0; i < bins; ++i) {
    series.bins[0].push_back({static_cast<float>(i), 1.5F});
    series.bins[1].push_back({0.25F, static_cast<float>(i) * 2});
  }
  return series;
}

inline void ExpectSame(const DomainRecord& a, const DomainRecord& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.component, b.component);
  EXPECT_EQ(a.basis, b.basis);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.energy_kwh, b.energy_kwh);
  EXPECT_EQ(a.idle_kwh, b.idle_kwh);
  EXPECT_EQ(a.mean_power_w, b.mean_power_w);
  EXPECT_EQ(a.max_power_w, b.max_power_w);
  EXPECT_EQ(a.share, b.share);
  EXPECT_EQ(a.attributed_by, b.attributed_by);
}

inline void ExpectSame(const EpochRecord& a, const EpochRecord& b) {
  EXPECT_EQ(std::tie(a.epoch, a.kind, a.start_s, a.end_s, a.energy_kwh),
            std::tie(b.epoch, b.kind, b.start_s, b.end_s, b.energy_kwh));
}

inline void ExpectSame(const TaskRecord& a, const TaskRecord& b) {
  EXPECT_EQ(std::tie(a.name, a.parent, a.start_s, a.end_s, a.energy_kwh, a.domain_kwh, a.cpu_s),
            std::tie(b.name, b.parent, b.start_s, b.end_s, b.energy_kwh, b.domain_kwh, b.cpu_s));
}

inline void ExpectSame(const PredictionRecord& a, const PredictionRecord& b) {
  EXPECT_EQ(std::tie(a.epochs_seen, a.epochs_total, a.at_s, a.duration_s, a.energy_kwh, a.emissions_gco2e,
                     a.intensity),
            std::tie(b.epochs_seen, b.epochs_total, b.at_s, b.duration_s, b.energy_kwh, b.emissions_gco2e,
                     b.intensity));
}

inline void ExpectSame(const BudgetRecord& a, const BudgetRecord& b) {
  EXPECT_EQ(std::tie(a.unit, a.limit, a.confidence, a.action, a.state, a.acted_at_s, a.outcome, a.saved),
            std::tie(b.unit, b.limit, b.confidence, b.action, b.state, b.acted_at_s, b.outcome, b.saved));
}

inline void ExpectSame(const RankRecord& a, const RankRecord& b) {
  EXPECT_EQ(std::tie(a.rank, a.world_size, a.local_rank, a.local_world_size, a.launcher, a.measures_node),
            std::tie(b.rank, b.world_size, b.local_rank, b.local_world_size, b.launcher, b.measures_node));
}

inline void ExpectSame(const MergedRun& a, const MergedRun& b) {
  EXPECT_EQ(std::tie(a.run_id, a.node, a.rank, a.counted), std::tie(b.run_id, b.node, b.rank, b.counted));
}

inline void ExpectSame(const DroppedDomain& a, const DroppedDomain& b) {
  EXPECT_EQ(std::tie(a.name, a.source, a.reason), std::tie(b.name, b.source, b.reason));
}

inline void ExpectSame(const GapRecord& a, const GapRecord& b) {
  EXPECT_EQ(std::tie(a.start_s, a.duration_s, a.reason), std::tie(b.start_s, b.duration_s, b.reason));
}

inline void ExpectSame(const MetricPoint& a, const MetricPoint& b) {
  EXPECT_EQ(std::tie(a.t_s, a.value), std::tie(b.t_s, b.value));
}

inline void ExpectSame(const PowerSeries::Bin& a, const PowerSeries::Bin& b) {
  EXPECT_EQ(std::tie(a.energy_j, a.max_power_w), std::tie(b.energy_j, b.max_power_w));
}

inline void ExpectSame(const IntensityUsed& a, const IntensityUsed& b) {
  EXPECT_EQ(std::tie(a.value, a.kind, a.source), std::tie(b.value, b.kind, b.source));
}

inline void ExpectSame(const IntensityPart& a, const IntensityPart& b) {
  EXPECT_EQ(std::tie(a.source, a.kind, a.basis, a.from, a.to, a.energy_fraction, a.estimated, a.retrieved),
            std::tie(b.source, b.kind, b.basis, b.from, b.to, b.energy_fraction, b.estimated, b.retrieved));
}

inline void ExpectSame(const SingleAverage& a, const SingleAverage& b) {
  ExpectSame(a.intensity, b.intensity);
  EXPECT_EQ(std::tie(a.what, a.operational_gco2e, a.error_percent),
            std::tie(b.what, b.operational_gco2e, b.error_percent));
}

inline void ExpectSame(const EmbodiedPart& a, const EmbodiedPart& b) {
  EXPECT_EQ(std::tie(a.item, a.count, a.making_kgco2e, a.lifetime_h, a.share, a.gco2e, a.source),
            std::tie(b.item, b.count, b.making_kgco2e, b.lifetime_h, b.share, b.gco2e, b.source));
}

template <class Item>
void ExpectSame(const std::vector<Item>& a, const std::vector<Item>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) ExpectSame(a[i], b[i]);
}

inline void ExpectSame(const HostInfo& a, const HostInfo& b) {
  EXPECT_EQ(std::tie(a.hostname, a.os, a.kernel, a.arch, a.cpu, a.virtualization, a.gpus),
            std::tie(b.hostname, b.os, b.kernel, b.arch, b.cpu, b.virtualization, b.gpus));
  EXPECT_EQ(a.boot_id, b.boot_id);
  EXPECT_EQ(std::tie(a.sockets, a.cores, a.logical_cpus, a.memory_gib),
            std::tie(b.sockets, b.cores, b.logical_cpus, b.memory_gib));
}

inline void ExpectSame(const PowerSeries& a, const PowerSeries& b) {
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.bin_s, b.bin_s);
  EXPECT_EQ(a.domains, b.domains);
  ASSERT_EQ(a.bins.size(), b.bins.size());
  for (std::size_t i = 0; i < a.bins.size(); ++i) ExpectSame(a.bins[i], b.bins[i]);
}

inline void ExpectSameFootprint(const RunRecord& a, const RunRecord& b) {
  EXPECT_EQ(a.pue_source, b.pue_source);
  EXPECT_EQ(a.emissions_gco2e.operational_market, b.emissions_gco2e.operational_market);
  ASSERT_EQ(a.market_intensity.has_value(), b.market_intensity.has_value());
  if (a.market_intensity) ExpectSame(*a.market_intensity, *b.market_intensity);
  ASSERT_EQ(a.by_time.has_value(), b.by_time.has_value());
  if (a.by_time) {
    EXPECT_EQ(std::tie(a.by_time->start, a.by_time->bin_s, a.by_time->energy_kwh,
                       a.by_time->intensity_g_per_kwh, a.by_time->gco2e, a.by_time->part),
              std::tie(b.by_time->start, b.by_time->bin_s, b.by_time->energy_kwh,
                       b.by_time->intensity_g_per_kwh, b.by_time->gco2e, b.by_time->part));
    ExpectSame(a.by_time->parts, b.by_time->parts);
    ExpectSame(a.by_time->single_averages, b.by_time->single_averages);
  }
  ASSERT_EQ(a.water.has_value(), b.water.has_value());
  if (a.water) {
    EXPECT_EQ(std::tie(a.water->wue_l_per_kwh, a.water->source, a.water->litres),
              std::tie(b.water->wue_l_per_kwh, b.water->source, b.water->litres));
  }
  ExpectSame(a.embodied_parts, b.embodied_parts);
  ASSERT_EQ(a.sci.has_value(), b.sci.has_value());
  if (a.sci) {
    EXPECT_EQ(std::tie(a.sci->unit, a.sci->count, a.sci->g_per_unit),
              std::tie(b.sci->unit, b.sci->count, b.sci->g_per_unit));
  }
}

inline void ExpectSameProgress(const RunRecord& a, const RunRecord& b) {
  ExpectSame(a.epochs, b.epochs);
  EXPECT_EQ(a.epochs_expected, b.epochs_expected);
  ExpectSame(a.tasks, b.tasks);
  ASSERT_EQ(a.prediction.has_value(), b.prediction.has_value());
  if (a.prediction) ExpectSame(*a.prediction, *b.prediction);
  ExpectSame(a.budgets, b.budgets);
  EXPECT_EQ(std::tie(a.group, a.imported_from), std::tie(b.group, b.imported_from));
  ASSERT_EQ(a.rank.has_value(), b.rank.has_value());
  if (a.rank) ExpectSame(*a.rank, *b.rank);
  ExpectSame(a.merged_from, b.merged_from);
}

inline void ExpectSame(const RunRecord& a, const RunRecord& b) {
  EXPECT_EQ(std::tie(a.schema_version, a.run_id, a.name, a.project, a.tags, a.command, a.state),
            std::tie(b.schema_version, b.run_id, b.name, b.project, b.tags, b.command, b.state));
  ExpectSame(a.host, b.host);
  EXPECT_EQ(std::tie(a.start, a.end, a.duration_s, a.boundary),
            std::tie(b.start, b.end, b.duration_s, b.boundary));
  ExpectSame(a.domains, b.domains);
  ExpectSame(a.dropped, b.dropped);
  EXPECT_EQ(a.energy_kwh.machine, b.energy_kwh.machine);
  EXPECT_EQ(a.energy_kwh.marginal, b.energy_kwh.marginal);
  EXPECT_EQ(a.energy_kwh.share, b.energy_kwh.share);
  EXPECT_EQ(a.energy_kwh.unattributed, b.energy_kwh.unattributed);
  EXPECT_EQ(a.energy_kwh.share_without_idle, b.energy_kwh.share_without_idle);
  EXPECT_EQ(a.energy_kwh.share_with_idle, b.energy_kwh.share_with_idle);
  EXPECT_EQ(a.idle_split, b.idle_split);
  ASSERT_EQ(a.total.has_value(), b.total.has_value());
  if (a.total) ExpectSame(*a.total, *b.total);
  EXPECT_EQ(std::tie(a.baseline.method, a.baseline.power_w, a.baseline.duration_s),
            std::tie(b.baseline.method, b.baseline.power_w, b.baseline.duration_s));
  EXPECT_EQ(std::tie(a.pue, a.pue_given, a.zone), std::tie(b.pue, b.pue_given, b.zone));
  EXPECT_EQ(std::tie(a.intensity.value, a.intensity.kind, a.intensity.source),
            std::tie(b.intensity.value, b.intensity.kind, b.intensity.source));
  EXPECT_EQ(a.emissions_gco2e.operational, b.emissions_gco2e.operational);
  EXPECT_EQ(a.emissions_gco2e.embodied, b.emissions_gco2e.embodied);
  EXPECT_EQ(a.emissions_gco2e.total, b.emissions_gco2e.total);
  ExpectSameFootprint(a, b);
  ExpectSameProgress(a, b);
  ASSERT_EQ(a.metrics.size(), b.metrics.size());
  for (const auto& [name, points] : a.metrics) {
    ASSERT_TRUE(b.metrics.contains(name)) << name;
    ExpectSame(points, b.metrics.at(name));
  }
  ExpectSame(a.gaps, b.gaps);
  EXPECT_EQ(std::tie(a.job.followed_by, a.job.cpu_s, a.job.machine_cpu_s, a.job.exit_status),
            std::tie(b.job.followed_by, b.job.cpu_s, b.job.machine_cpu_s, b.job.exit_status));
  EXPECT_EQ(std::tie(a.job.reserved.cpu, a.job.reserved.memory, a.job.reserved.gpu, a.job.reserved.source),
            std::tie(b.job.reserved.cpu, b.job.reserved.memory, b.job.reserved.gpu, b.job.reserved.source));
  EXPECT_EQ(std::tie(a.overhead.cpu_s, a.overhead.samples), std::tie(b.overhead.cpu_s, b.overhead.samples));
  EXPECT_EQ(a.warnings, b.warnings);
  EXPECT_EQ(a.version, b.version);
}

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_RECORD_SAMPLE_RECORD_H_
