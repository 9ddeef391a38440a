#include "record/plausible.h"

#include <gmock/gmock.h>

#include <string>

#include "record/sample_record.h"

namespace jouleprint::record {
namespace {

using ::testing::HasSubstr;

RunRecord Ordinary() {
  RunRecord run;
  run.run_id = "01KAN4Y8M3Q6V1T0Z9B2C5D7EF";
  run.duration_s = 3;
  run.energy_kwh.machine = {1, 0.9, 1.1, Basis::kCounter};
  run.domains.push_back({});
  run.domains[0].name = "package-0";
  run.domains[0].energy_kwh = run.energy_kwh.machine;
  run.domains[0].share = 1;
  return run;
}

TEST(CheckPlausible, TakesAnOrdinaryRunAndOneThatWasRounded) {
  EXPECT_TRUE(CheckPlausible(Ordinary()).ok());
  RunRecord rounded = Ordinary();
  rounded.energy_kwh.machine.low = rounded.energy_kwh.machine.value * (1 + 1e-15);
  EXPECT_TRUE(CheckPlausible(rounded).ok());
}

TEST(CheckPlausible, NamesTheFieldThatCannotBe) {
  RunRecord turned = Ordinary();
  turned.energy_kwh.machine.low = 9;
  EXPECT_THAT(CheckPlausible(turned).error().message, HasSubstr("/energy_kwh/machine"));
  RunRecord early = Ordinary();
  early.duration_s = -5;
  EXPECT_THAT(CheckPlausible(early).error().message, HasSubstr("/duration_s"));
  RunRecord greedy = Ordinary();
  greedy.domains[0].share = 1.5;
  EXPECT_THAT(CheckPlausible(greedy).error().message, HasSubstr("package-0"));
  RunRecord odd = Ordinary();
  odd.run_id = "..x";
  EXPECT_THAT(CheckPlausible(odd).error().message, HasSubstr("/run_id"));
}

// What CheckPlausible says of a full record that `spoil` has changed.
template <class Spoil>
std::string Said(Spoil spoil) {
  RunRecord run = testing::FullRecord();
  spoil(&run);
  const Status checked = CheckPlausible(run);
  return checked.ok() ? "" : checked.error().message;
}

TEST(CheckPlausible, TakesAWholeFootprint) {
  EXPECT_EQ(Said([](RunRecord*) {}), "");
  EXPECT_EQ(Said([](RunRecord* run) { run->by_time->bin_s = 1; }), "");
  EXPECT_EQ(Said([](RunRecord* run) { run->by_time->bin_s = 86'400; }), "");
}

TEST(CheckPlausible, BinsAreBetweenASecondAndADay) {
  for (const double bin_s : {0.0, 1e-9, -300.0, 86'401.0}) {
    EXPECT_THAT(Said([bin_s](RunRecord* run) { run->by_time->bin_s = bin_s; }), HasSubstr("/by_time/bin_s"));
  }
}

TEST(CheckPlausible, PointsAtANegativePartOfTheFootprint) {
  const Estimate negative = Estimate::Exact(-1, Basis::kAssumed);
  EXPECT_THAT(Said([](RunRecord* run) { run->by_time->energy_kwh[1] = -1; }),
              HasSubstr("/by_time/energy_kwh/1 is negative"));
  EXPECT_THAT(Said([](RunRecord* run) { run->by_time->gco2e[0] = -1; }),
              HasSubstr("/by_time/gco2e/0 is negative"));
  EXPECT_THAT(Said([&](RunRecord* run) { run->emissions_gco2e.operational_market = negative; }),
              HasSubstr("/emissions_gco2e/operational_market is negative"));
  EXPECT_THAT(Said([&](RunRecord* run) { run->emissions_gco2e.embodied = negative; }),
              HasSubstr("/emissions_gco2e/embodied is negative"));
  EXPECT_THAT(Said([&](RunRecord* run) { run->embodied_parts[0].gco2e = negative; }),
              HasSubstr("/embodied_parts/0/gco2e is negative"));
  EXPECT_THAT(Said([&](RunRecord* run) { run->water->litres = negative; }),
              HasSubstr("/water/litres is negative"));
  EXPECT_THAT(Said([](RunRecord* run) { run->water->wue_l_per_kwh = -0.5; }),
              HasSubstr("/water/wue_l_per_kwh is negative"));
}

TEST(CheckPlausible, PointsAtATaskThatCannotBe) {
  EXPECT_EQ(Said([](RunRecord* run) { run->tasks[1].start_s = -1; }), "/tasks/1/start_s is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->tasks[0].end_s = 0; }), "/tasks/0/end_s is before its start");
  EXPECT_EQ(Said([](RunRecord* run) { run->tasks[0].energy_kwh.high = 0.1; }),
            "/tasks/0/energy_kwh is not between its low and high");
  EXPECT_EQ(Said([](RunRecord* run) { run->tasks[0].domain_kwh["gpu-0"] = -0.5; }),
            "/tasks/0/domain_kwh/gpu-0 is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->tasks[0].cpu_s = -2; }), "/tasks/0/cpu_s is negative");
}

TEST(CheckPlausible, PointsAtAPredictionOrBudgetThatCannotBe) {
  EXPECT_EQ(Said([](RunRecord* run) { run->prediction->epochs_seen = -1; }),
            "/prediction/epochs_seen is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->prediction->epochs_total = -1; }),
            "/prediction/epochs_total is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->prediction->at_s = -1; }), "/prediction/at_s is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->prediction->emissions_gco2e.low = 1e9; }),
            "/prediction/emissions_gco2e is not between its low and high");
  EXPECT_EQ(Said([](RunRecord* run) { run->budgets[0].unit = "t"; }),
            "/budgets/0/unit is none of gCO2e, kWh, s: 't'");
  EXPECT_EQ(Said([](RunRecord* run) { run->budgets[1].limit = -3; }), "/budgets/1/limit is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->budgets[1].confidence = 0; }),
            "/budgets/1/confidence is not between 0 and 1");
  EXPECT_THAT(Said([](RunRecord* run) { run->budgets[1].action = "cry"; }), HasSubstr("/budgets/1/action"));
  EXPECT_THAT(Said([](RunRecord* run) { run->budgets[1].state = ""; }), HasSubstr("/budgets/1/state"));
  EXPECT_EQ(Said([](RunRecord* run) { run->budgets[0].acted_at_s = -1; }),
            "/budgets/0/acted_at_s is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->budgets[0].saved->value = -5; }),
            "/budgets/0/saved is not between its low and high");
}

TEST(CheckPlausible, PointsAtARankOutsideItsJob) {
  EXPECT_EQ(Said([](RunRecord* run) { run->rank->world_size = 0; }), "/rank/world_size is less than 1");
  for (const int rank : {-1, 16}) {
    EXPECT_EQ(Said([rank](RunRecord* run) { run->rank->rank = rank; }),
              "/rank/rank is not between 0 and world_size - 1");
  }
  for (const int local_rank : {-1, 8}) {
    EXPECT_EQ(Said([local_rank](RunRecord* run) { run->rank->local_rank = local_rank; }),
              "/rank/local_rank is not between 0 and local_world_size - 1");
  }
  EXPECT_EQ(Said([](RunRecord* run) { run->rank->local_world_size = 0; }), "");
  EXPECT_EQ(Said([](RunRecord* run) { run->rank->local_world_size = -1; }),
            "/rank/local_world_size is negative");
  EXPECT_EQ(Said([](RunRecord* run) { run->merged_from[1].run_id = "a b"; }),
            "/merged_from/1/run_id is not made of letters and digits");
  EXPECT_EQ(Said([](RunRecord* run) { run->merged_from[0].rank = -1; }), "/merged_from/0/rank is negative");
}

}  // namespace
}  // namespace jouleprint::record
