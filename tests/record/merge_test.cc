// Runs of a distributed job become one, and no machine is counted twice.
#include "record/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "record/json.h"
#include "record/merge_fixture.h"
#include "record/plausible.h"

namespace jouleprint::record {
namespace {

using testing::At;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::OnNode;
using testing::RankRun;

RunRecord Merged(std::vector<RunRecord> runs, const MergeWish& wish = {}) {
  Result<RunRecord> all = Merge(std::move(runs), wish);
  EXPECT_TRUE(all.ok()) << all.error().ToString();
  if (!all.ok()) return {};
  EXPECT_TRUE(CheckPlausible(*all).ok()) << CheckPlausible(*all).error().message;
  return *all;
}

double Sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

std::vector<bool> Counted(const RunRecord& run) {
  std::vector<bool> counted;
  for (const MergedRun& part : run.merged_from) counted.push_back(part.counted);
  return counted;
}

TEST(Merge, OneNodeCountsOnceAndItsRanksSharesAdd) {
  const RunRecord all = Merged({RankRun(0, 2, {.share = 0.3}), RankRun(1, 2, {.share = 0.5})});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 1.0);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 0.8);
  EXPECT_DOUBLE_EQ(all.energy_kwh.unattributed.value, 0.2);
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.operational.value, 100);
  EXPECT_DOUBLE_EQ(all.duration_s, 3600);
  EXPECT_THAT(all.boundary, ElementsAre("package-0"));
  EXPECT_DOUBLE_EQ(all.domains[0].share, 0.8);
  EXPECT_THAT(Counted(all), ElementsAre(true, false));
  EXPECT_THAT(all.warnings, IsEmpty());
}

TEST(Merge, TheJobsPartIsNeverMoreThanTheMachine) {
  const RunRecord all = Merged({RankRun(0, 2, {.share = 0.7}), RankRun(1, 2, {.share = 0.7})});
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 1.0);
  EXPECT_DOUBLE_EQ(all.energy_kwh.unattributed.value, 0.0);
  EXPECT_DOUBLE_EQ(all.domains[0].share, 1.0);
}

TEST(Merge, NodesAreAdded) {
  const RunRecord all =
      Merged({OnNode("a", RankRun(0, 4, {.local = 0})), OnNode("a", RankRun(1, 4, {.local = 1})),
              OnNode("b", RankRun(2, 4, {.local = 0, .kwh = 2})),
              OnNode("b", RankRun(3, 4, {.local = 1, .kwh = 2}))});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 3.0);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 2 * 0.25 * 1 + 2 * 0.25 * 2);
  EXPECT_THAT(all.boundary, ElementsAre("a/package-0", "b/package-0"));
  EXPECT_EQ(all.domains[1].name, "b/package-0");
  EXPECT_EQ(all.host.hostname, "a, b");
  EXPECT_EQ(all.host.logical_cpus, 16);
  EXPECT_EQ(all.merged_from.size(), 4u);
  EXPECT_EQ(all.merged_from[2].node, "b");
  EXPECT_EQ(all.merged_from[2].rank, 2);
}

// Two containers of one machine have two names and one kernel.
TEST(Merge, ContainersOfOneMachineAreOneNode) {
  RunRecord first = OnNode("pod-a", RankRun(0, 2, {}));
  RunRecord second = OnNode("pod-b", RankRun(1, 2, {.local = 0}));
  second.host.boot_id = first.host.boot_id;
  EXPECT_DOUBLE_EQ(Merged({first, second}).energy_kwh.machine.value, 1.0);
}

TEST(Merge, TwoMachinesOfOneNameAreTwo) {
  RunRecord first = OnNode("localhost", RankRun(0, 2, {}));
  RunRecord second = OnNode("localhost", RankRun(1, 2, {.local = 0}));
  first.host.boot_id = "11111111-aaaa";
  second.host.boot_id = "22222222-bbbb";
  const RunRecord all = Merged({first, second});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 2.0);
  EXPECT_THAT(all.boundary,
              ElementsAre("localhost boot 11111111/package-0", "localhost boot 22222222/package-0"));
}

TEST(Merge, WithoutABootIdTheNameTells) {
  RunRecord first = OnNode("a", RankRun(0, 2, {}));
  RunRecord second = OnNode("a", RankRun(1, 2, {}));
  second.host.boot_id.clear();
  EXPECT_DOUBLE_EQ(Merged({first, second}).energy_kwh.machine.value, 1.0);
}

TEST(Merge, AJobThatStartedAgainIsAdded) {
  RunRecord first = RankRun(0, 2, {.share = 0.5});
  RunRecord again = At(4000, RankRun(0, 2, {.share = 0.5, .id = "again"}));
  const RunRecord all = Merged({first, again});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 2.0);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 1.0);
  EXPECT_DOUBLE_EQ(all.duration_s, 7600);
  EXPECT_DOUBLE_EQ(all.domains[0].mean_power_w, 1000);
  EXPECT_THAT(Counted(all), ElementsAre(true, true));
}

// The rank that measures ended early; the machine's last half hour is taken from the other.
TEST(Merge, TimeThatOnlyAnotherRankSawIsTakenFromIt) {
  RunRecord short_one = RankRun(0, 2, {.kwh = 0.5, .duration_s = 1800, .share = 0.2});
  const RunRecord all = Merged({short_one, RankRun(1, 2, {.share = 0.2})});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 0.5 + 0.5);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 0.5 * 0.2 + 0.2);
  EXPECT_THAT(Counted(all), ElementsAre(true, true));
}

TEST(Merge, WithoutOneThatMeasuresItIsTheOneThatWatchedLongest) {
  RunRecord longer = RankRun(3, 4, {.kwh = 1.5, .duration_s = 5400});
  const RunRecord all = Merged({RankRun(2, 4, {}), longer});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 1.5);
  EXPECT_THAT(Counted(all), ElementsAre(false, true));
}

// The half second is in the sum, and yet it is the first that stands for the machine.
TEST(Merge, WhoOutlivedAnotherByAMomentDoesNotStandForTheMachine) {
  const RunRecord all = Merged({RankRun(0, 2, {}), RankRun(1, 2, {.duration_s = 3600.5})});
  EXPECT_NEAR(all.energy_kwh.machine.value, 1 + 0.5 / 3600.5, 1e-9);
  EXPECT_THAT(Counted(all), ElementsAre(true, false));
}

// srun jouleprint run -- torchrun ..., whose workers measure themselves as well.
TEST(Merge, ARunAroundALauncherHasItsWorkersShareInIts) {
  RunRecord around = RankRun(0, 1, {.duration_s = 3700, .share = 0.6, .id = "around"});
  around.rank.reset();
  const RunRecord all = Merged({around, RankRun(0, 2, {.share = 0.3}), RankRun(1, 2, {.share = 0.25})});
  EXPECT_DOUBLE_EQ(all.energy_kwh.machine.value, 1.0);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 0.6);
}

TEST(Merge, TheIdlePartOfAReservationIsTheJobsOnce) {
  std::vector<RunRecord> runs{RankRun(0, 2, {}), RankRun(1, 2, {})};
  for (RunRecord& run : runs) {
    run.idle_split = "reservation";
    run.energy_kwh.share_without_idle = Estimate::Exact(0.1, Basis::kCounter);
    run.energy_kwh.share_with_idle = Estimate::Exact(0.4, Basis::kCounter);
    run.energy_kwh.share = *run.energy_kwh.share_with_idle;
  }
  const RunRecord all = Merged(runs);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share_without_idle->value, 0.2);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share_with_idle->value, 0.5);
  EXPECT_DOUBLE_EQ(all.energy_kwh.share.value, 0.5);
}

TEST(Merge, AMachineWithoutABaselineLeavesTheMarginalFigureOpen) {
  RunRecord known = OnNode("a", RankRun(0, 2, {}));
  known.energy_kwh.marginal = Estimate::Exact(0.4, Basis::kCounter);
  EXPECT_DOUBLE_EQ(Merged({known, OnNode("a", RankRun(1, 2, {}))}).energy_kwh.marginal->value, 0.4);
  EXPECT_FALSE(Merged({known, OnNode("b", RankRun(1, 2, {.local = 0}))}).energy_kwh.marginal);
}

TEST(Merge, LikeMachinesErrTogetherAndOthersDoNot) {
  RunRecord a = OnNode("a", RankRun(0, 2, {}));
  RunRecord b = OnNode("b", RankRun(1, 2, {.local = 0}));
  const Estimate alike = Merged({a, b}).energy_kwh.machine;
  EXPECT_NEAR(alike.high - alike.value, 0.2, 1e-12);
  b.host.cpu = "another";
  const Estimate mixed = Merged({a, b}).energy_kwh.machine;
  EXPECT_NEAR(mixed.high - mixed.value, std::hypot(0.1, 0.1), 1e-12);
}

TEST(Merge, EmissionsOfOneZoneErrTogetherAndOthersAreNamed) {
  RunRecord a = OnNode("a", RankRun(0, 2, {}));
  RunRecord b = OnNode("b", RankRun(1, 2, {.local = 0}));
  RunRecord all = Merged({a, b});
  EXPECT_EQ(all.zone, "FR");
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.operational.high, 240);
  EXPECT_EQ(all.intensity.value, a.intensity.value);
  b.zone = "DE";
  b.intensity.source = "other";
  b.intensity.value = Estimate::Exact(300, Basis::kModelled);
  b.emissions_gco2e.operational = {300, 240, 360, Basis::kModelled};
  all = Merged({a, b});
  EXPECT_EQ(all.zone, "several");
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.operational.value, 400);
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.operational.high, 400 + std::hypot(20, 60));
  EXPECT_DOUBLE_EQ(all.intensity.value.value, 200);
  EXPECT_THAT(all.warnings, Contains(HasSubstr("different zones (DE, FR)")));
}

TEST(Merge, ByTimeIsOnOneGridAndAddsUp) {
  RunRecord a = OnNode("a", RankRun(0, 2, {}));
  RunRecord b = At(450, OnNode("b", RankRun(1, 2, {.local = 0, .kwh = 2})));
  b.by_time->bin_s = 600;
  b.by_time->start = a.start;
  b.by_time->energy_kwh = {0.5, 1.5};
  b.by_time->gco2e = {50, 150};
  b.by_time->intensity_g_per_kwh = {100, 100};
  b.by_time->part = {0, 0};
  b.by_time->parts[0].source = "grid.csv";
  const RunRecord all = Merged({a, b});
  ASSERT_TRUE(all.by_time);
  EXPECT_EQ(all.by_time->bin_s, 600);
  EXPECT_EQ(all.by_time->parts.size(), 2u);
  EXPECT_EQ(Sum(all.by_time->energy_kwh), all.energy_kwh.machine.value);
  EXPECT_EQ(Sum(all.by_time->gco2e), all.emissions_gco2e.operational.value);
  EXPECT_DOUBLE_EQ(all.by_time->energy_kwh[0], 2.0 / 12 + 0.5);
  EXPECT_THAT(all.by_time->part, ElementsAre(1, 1, 0, 0, 0, 0));
  EXPECT_NEAR(all.by_time->parts[0].energy_fraction, 1.0 / 3, 1e-12);
}

TEST(Merge, RunsThatLieYearsApartHaveWideBins) {
  const RunRecord all = Merged({RankRun(0, 2, {}), At(3.2e8, RankRun(1, 2, {.local = 0}))});
  ASSERT_TRUE(all.by_time);
  EXPECT_LE(all.by_time->energy_kwh.size(), 20'001u);
  EXPECT_EQ(Sum(all.by_time->energy_kwh), 2);
}

TEST(Merge, WaterAndHardwareAreAddedWhereAllKnowThem) {
  std::vector<RunRecord> runs{OnNode("a", RankRun(0, 2, {})), OnNode("b", RankRun(1, 2, {.local = 0}))};
  for (RunRecord& run : runs) {
    run.water = WaterUse{1.5, "given", Estimate::Exact(1.5, Basis::kAssumed)};
    run.emissions_gco2e.embodied = Estimate{10, 5, 15, Basis::kModelled};
    run.embodied_parts = {{"server", 1, {1000, 500, 2000, Basis::kModelled}, {}, 1, {10, 5, 15}, "x"}};
    run.sci = SciScore{"run", 1, {}};
  }
  const RunRecord all = Merged(runs);
  EXPECT_DOUBLE_EQ(all.water->litres.value, 3.0);
  EXPECT_EQ(all.water->wue_l_per_kwh, 1.5);
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.embodied->value, 20);
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.embodied->high, 30);
  EXPECT_EQ(all.embodied_parts.size(), 1u);
  EXPECT_EQ(all.embodied_parts[0].count, 2);
  EXPECT_DOUBLE_EQ(all.emissions_gco2e.total.value, 220);
  EXPECT_DOUBLE_EQ(all.sci->g_per_unit.value, 220);
  runs[1].water.reset();
  runs[1].emissions_gco2e.embodied.reset();
  runs[1].sci->unit = "request";
  const RunRecord partly = Merged(runs);
  EXPECT_FALSE(partly.water);
  EXPECT_FALSE(partly.emissions_gco2e.embodied);
  EXPECT_FALSE(partly.sci);
  EXPECT_THAT(partly.warnings, Contains(HasSubstr("water")));
  EXPECT_THAT(partly.warnings, Contains(HasSubstr("making of the hardware")));
  EXPECT_THAT(partly.warnings, Contains(HasSubstr("per unit")));
}

TEST(Merge, EpochsAndTasksAreRankZerosAndCountFromTheJobsStart) {
  RunRecord zero = At(100, OnNode("a", RankRun(0, 2, {})));
  zero.epochs = {{1, "train", 0, 1800, 0.5}, {2, "train", 1800, 3600, 0.5}};
  zero.epochs_expected = 2;
  zero.metrics["loss"] = {{1800, 0.5}};
  zero.tasks = {{"fit", std::nullopt, 10, 20, {0.25, 0.25, 0.25}, {{"package-0", 0.25}}, 1}};
  zero.prediction = PredictionRecord{};
  RunRecord one = OnNode("b", RankRun(1, 2, {.local = 0, .kwh = 2}));
  one.metrics["loss"] = {{1, 9}};
  const RunRecord all = Merged({one, zero});
  ASSERT_EQ(all.epochs.size(), 2u);
  EXPECT_DOUBLE_EQ(all.epochs[0].start_s, 100);
  // b made no marks: 1800 of its 3600 s, 1.0 of its 2 kWh.
  EXPECT_DOUBLE_EQ(all.epochs[0].energy_kwh, 1.5);
  EXPECT_THAT(all.warnings, Contains(HasSubstr("mean power")));
  EXPECT_DOUBLE_EQ(all.metrics.at("loss")[0].t_s, 1900);
  EXPECT_DOUBLE_EQ(all.tasks[0].start_s, 110);
  EXPECT_EQ(all.tasks[0].domain_kwh.begin()->first, "a/package-0");
  EXPECT_EQ(all.epochs_expected, 2);
  EXPECT_FALSE(all.prediction);
  one.epochs = {{1, "train", 100, 1900, 1.25}, {2, "train", 1900, 3600, 0.75}};
  const RunRecord both = Merged({one, zero});
  EXPECT_DOUBLE_EQ(both.epochs[0].energy_kwh, 1.75);
  EXPECT_THAT(both.warnings, Not(Contains(HasSubstr("mean power"))));
}

TEST(Merge, TasksOfASecondStartLieInTheirOwn) {
  RunRecord first = RankRun(0, 2, {});
  first.tasks = {{"a", std::nullopt, 0, 1}, {"b", 0, 0, 1}};
  RunRecord again = At(4000, RankRun(0, 2, {.id = "again"}));
  again.tasks = first.tasks;
  const RunRecord all = Merged({first, again});
  ASSERT_EQ(all.tasks.size(), 4u);
  EXPECT_EQ(all.tasks[3].parent, 2);
  EXPECT_TRUE(FromJson(ToJson(all)).ok());
}

TEST(Merge, SaysWhatIsMissingOrOdd) {
  std::vector<RunRecord> runs;
  for (const int rank : {0, 1, 2, 4, 6, 7}) runs.push_back(RankRun(rank, 8, {}));
  EXPECT_THAT(Merged(runs).warnings, ElementsAre("6 of 8 ranks are there; missing: 3, 5"));
  runs = {RankRun(0, 2, {}), RankRun(1, 2, {}), RankRun(1, 2, {.id = "twin"})};
  EXPECT_THAT(Merged(runs).warnings, ElementsAre(HasSubstr("rank 1 is there twice")));
  runs = {OnNode("a", RankRun(0, 2, {})), At(1e6, OnNode("b", RankRun(1, 2, {.local = 0})))};
  EXPECT_THAT(Merged(runs).warnings, Contains(HasSubstr("its clock may be off")));
  runs = {RankRun(0, 2, {}), RankRun(1, 2, {})};
  runs[1].state = RunState::kRunning;
  EXPECT_THAT(Merged(runs).warnings, Contains(HasSubstr("still goes on")));
  EXPECT_EQ(Merged(runs).state, RunState::kRecovered);
}

// Slurm's --gpus-per-task shows each task its GPU only, under the name gpu-0.
TEST(Merge, SaysWhereEachProcessSawAGpuOfItsOwn) {
  std::vector<RunRecord> runs{RankRun(0, 2, {}), RankRun(1, 2, {})};
  for (RunRecord& run : runs) {
    run.domains.push_back(run.domains[0]);
    run.domains[1].name = "gpu-0";
    run.domains[1].component = Component::kGpu;
  }
  EXPECT_THAT(Merged(runs).warnings, IsEmpty());
  runs[1].domains[1].mean_power_w = 300;
  EXPECT_THAT(Merged(runs).warnings, ElementsAre(HasSubstr("gpu-0 was not the same")));
}

TEST(Merge, KeepsWarningsWithTheirMachine) {
  RunRecord a = OnNode("a", RankRun(0, 2, {}));
  RunRecord b = OnNode("b", RankRun(1, 2, {.local = 0}));
  a.warnings = {"both", "only here"};
  b.warnings = {"both"};
  a.gaps = {{5, 1, "machine suspended"}};
  const RunRecord all = Merged({a, b});
  EXPECT_THAT(all.warnings, ElementsAre("both", "a: only here"));
  EXPECT_EQ(all.gaps[0].reason, "a: machine suspended");
}

TEST(Merge, TakesTheNameGivenAndWhatAllHaveInCommon) {
  RunRecord a = RankRun(0, 2, {});
  RunRecord b = RankRun(1, 2, {});
  a.tags = {{"seed", "7"}, {"host", "a"}};
  b.tags = {{"seed", "7"}, {"host", "b"}};
  b.job.exit_status = 3;
  RunRecord all = Merged({a, b});
  EXPECT_EQ(all.name, a.name);
  EXPECT_EQ(all.group, "job-1");
  EXPECT_EQ(all.tags, (std::map<std::string, std::string>{{"seed", "7"}}));
  EXPECT_EQ(all.job.exit_status, 3);
  b.group = "other";
  EXPECT_EQ(Merged({a, b}).group, "");
  all = Merged({a, b}, {.name = "n", .group = "g"});
  EXPECT_EQ(all.name, "n");
  EXPECT_EQ(all.group, "g");
}

TEST(Merge, MergingAgainChangesNothing) {
  const RunRecord once = Merged({RankRun(0, 2, {}), RankRun(1, 2, {})});
  EXPECT_EQ(ToJson(Merged({RankRun(1, 2, {}), RankRun(0, 2, {}), RankRun(1, 2, {})})), ToJson(once));
  EXPECT_EQ(ToJson(Merged({once})), ToJson(once));
  const Result<RunRecord> mixed = Merge({once, RankRun(1, 2, {})});
  ASSERT_FALSE(mixed.ok());
  EXPECT_THAT(mixed.error().message, HasSubstr("is itself the sum of 2 merged runs"));
  EXPECT_FALSE(Merge({}).ok());
}

}  // namespace
}  // namespace jouleprint::record
