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

}  // namespace
}  // namespace jouleprint::record
