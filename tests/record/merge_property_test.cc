// What holds of every merge: nothing is lost, nothing counts twice, and the order does not matter.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "record/json.h"
#include "record/merge.h"
#include "record/merge_fixture.h"
#include "record/plausible.h"

namespace jouleprint::record {
namespace {

int Any(int from, int to) { return *rc::gen::inRange(from, to + 1); }

// Up to eight runs on up to three machines, in stretches of a few hours that may lie in one another.
std::vector<RunRecord> AnyJob() {
  std::vector<RunRecord> runs;
  const int count = Any(1, 8);
  for (int i = 0; i < count; ++i) {
    RunRecord run = testing::RankRun(Any(0, 7), 8,
                                     {.local = Any(0, 3),
                                      .kwh = Any(0, 50) / 10.0,
                                      .duration_s = Any(1, 40) * 137.5,
                                      .share = Any(0, 10) / 10.0,
                                      .id = "run" + std::to_string(i)});
    run.rank->launcher = Any(0, 4) == 0 ? "Slurm" : "torchrun";
    if (Any(0, 3) == 0) run.rank.reset();
    run = testing::At(Any(0, 20) * 600.0,
                      testing::OnNode(std::string(1, static_cast<char>('a' + Any(0, 2))), run));
    if (Any(0, 5) == 0) run.zone = "DE";
    runs.push_back(std::move(run));
  }
  return runs;
}

double Sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

RC_GTEST_PROP(MergeProperty, TheSumsHold, ()) {
  const std::vector<RunRecord> runs = AnyJob();
  const Result<RunRecord> merged = Merge(runs);
  RC_ASSERT(merged.ok());
  const EnergyFigures& kwh = merged->energy_kwh;
  RC_ASSERT(CheckPlausible(*merged).ok());
  RC_ASSERT(std::abs(kwh.share.value + kwh.unattributed.value - kwh.machine.value) <= 1e-12);
  RC_ASSERT(kwh.share.value <= kwh.machine.value);
  RC_ASSERT(merged->by_time.has_value());
  RC_ASSERT(std::abs(Sum(merged->by_time->energy_kwh) - kwh.machine.value) <= 1e-12);
  RC_ASSERT(std::abs(Sum(merged->by_time->gco2e) - merged->emissions_gco2e.operational.value) <= 1e-9);
  double domains = 0;
  for (const DomainRecord& domain : merged->domains) domains += domain.energy_kwh.value;
  RC_ASSERT(std::abs(domains - kwh.machine.value) <= 1e-9);
  RC_ASSERT(merged->merged_from.size() == runs.size());
}

// No machine can have used more than all runs on it, nor less than the one of them that used most.
RC_GTEST_PROP(MergeProperty, EachMachineUsedNoMoreThanItsRunsAndNoLessThanOneThatMeasured, ()) {
  const std::vector<RunRecord> runs = AnyJob();
  const Result<RunRecord> merged = Merge(runs);
  RC_ASSERT(merged.ok());
  std::map<std::string, double> all;
  double most = 0;
  double sum = 0;
  for (const RunRecord& run : runs) sum += run.energy_kwh.machine.value;
  for (const MergedRun& part : merged->merged_from) {
    const auto run = std::find_if(runs.begin(), runs.end(),
                                  [&part](const RunRecord& r) { return r.run_id == part.run_id; });
    if (part.counted) all[part.node] += run->energy_kwh.machine.value;
  }
  for (const auto& [node, kwh] : all) most += kwh;
  RC_ASSERT(merged->energy_kwh.machine.value <= most + 1e-9);
  RC_ASSERT(most <= sum + 1e-9);
}

RC_GTEST_PROP(MergeProperty, TheOrderDoesNotMatter, ()) {
  std::vector<RunRecord> runs = AnyJob();
  const std::string forwards = ToJson(*Merge(runs));
  std::reverse(runs.begin(), runs.end());
  RC_ASSERT(ToJson(*Merge(runs)) == forwards);
  std::rotate(runs.begin(), runs.begin() + Any(0, static_cast<int>(runs.size()) - 1), runs.end());
  RC_ASSERT(ToJson(*Merge(runs)) == forwards);
}

RC_GTEST_PROP(MergeProperty, OneRunKeepsItsFigures, ()) {
  const RunRecord run = AnyJob().front();
  const Result<RunRecord> merged = Merge({run});
  RC_ASSERT(merged.ok());
  RC_ASSERT(merged->energy_kwh.machine == run.energy_kwh.machine);
  RC_ASSERT(merged->energy_kwh.share == run.energy_kwh.share);
  RC_ASSERT(merged->emissions_gco2e.operational == run.emissions_gco2e.operational);
  RC_ASSERT(merged->emissions_gco2e.total == run.emissions_gco2e.total);
  RC_ASSERT(merged->intensity.value == run.intensity.value);
  RC_ASSERT(merged->duration_s == run.duration_s);
  RC_ASSERT(merged->boundary == run.boundary);
  RC_ASSERT(merged->domains[0].share == run.domains[0].share);
  RC_ASSERT(merged->by_time->bin_s == run.by_time->bin_s);
  RC_ASSERT(merged->by_time->start == run.by_time->start);
  RC_ASSERT(merged->by_time->part == run.by_time->part);
  RC_ASSERT(merged->host.boot_id == run.host.boot_id);
}

// What is measured over pieces of one stretch is what was measured over all of it.
RC_GTEST_PROP(MergeProperty, PiecesOfARunAddUpToIt, ()) {
  const int pieces = Any(1, 6);
  std::vector<RunRecord> runs;
  double kwh = 0;
  double grams = 0;
  for (int i = 0; i < pieces; ++i) {
    const RunRecord piece = testing::RankRun(
        0, 2, {.kwh = Any(0, 30) / 7.0, .duration_s = 600, .id = "piece" + std::to_string(i)});
    runs.push_back(testing::At(600.0 * i, piece));
    kwh += piece.energy_kwh.machine.value;
    grams += piece.emissions_gco2e.operational.value;
  }
  const Result<RunRecord> merged = Merge(runs);
  RC_ASSERT(merged.ok());
  RC_ASSERT(std::abs(merged->energy_kwh.machine.value - kwh) <= 1e-9);
  RC_ASSERT(std::abs(merged->emissions_gco2e.operational.value - grams) <= 1e-7);
  RC_ASSERT(merged->duration_s == 600.0 * pieces);
}

}  // namespace
}  // namespace jouleprint::record
