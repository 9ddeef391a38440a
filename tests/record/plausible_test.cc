#include "record/plausible.h"

#include <gmock/gmock.h>

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

}  // namespace
}  // namespace jouleprint::record
