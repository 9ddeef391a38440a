#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/report.h"
#include "sample_runs.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Where the grid is known exactly, what is left is the energy.
RunRecord WithExactGrid(RunRecord run) {
  run.intensity.value.low = run.intensity.value.high = run.intensity.value.value;
  run.zone = "FR";
  return run;
}

TEST(Weakest, AnUnknownZoneOutweighsAModelledProcessor) {
  const Advice advice = Weakest(VirtualMachineRun());
  EXPECT_THAT(advice.weakest, HasSubstr("zone is unknown"));
  EXPECT_THAT(advice.remedy, HasSubstr("--zone"));
}

// Whether a region named the zone is not in the record, so the advice must not be to name one.
TEST(Weakest, AKnownZonesYearlyAverageIsBeatenByAnHourlyFigure) {
  RunRecord run = LaptopRun();
  run.zone = "FR";
  run.intensity.value = {44, 19, 100, Basis::kModelled};
  const Advice advice = Weakest(run);
  EXPECT_THAT(advice.weakest, AllOf(HasSubstr("intensity"), HasSubstr("FR")));
  EXPECT_THAT(advice.remedy, AllOf(HasSubstr("--intensity"), Not(HasSubstr("--region"))));
}

TEST(Weakest, AModelledProcessorInAVirtualMachine) {
  const Advice advice = Weakest(WithExactGrid(VirtualMachineRun()));
  EXPECT_THAT(advice.weakest, AllOf(HasSubstr("processor's energy is modelled"), HasSubstr("35 %")));
  EXPECT_THAT(advice.remedy, HasSubstr("bare metal"));
}

TEST(Weakest, AModelledProcessorOnBareMetalIsAPermission) {
  RunRecord run = WithExactGrid(VirtualMachineRun());
  run.host.virtualization = "";
  EXPECT_THAT(Weakest(run).remedy, AllOf(HasSubstr("doctor"), HasSubstr("permission")));
}

TEST(Weakest, TheWidestDomainInJoulesNotInPercent) {
  // The memory is off by 50 %, but of a tenth of the energy; the processor by 35 % of nine tenths.
  EXPECT_THAT(Weakest(WithExactGrid(VirtualMachineRun())).weakest, HasSubstr("processor"));
}

TEST(Weakest, AGpuWithoutACounter) {
  RunRecord run = WithExactGrid(VirtualMachineRun());
  run.domains[0].component = Component::kGpu;
  EXPECT_THAT(Weakest(run).remedy, AllOf(HasSubstr("doctor"), HasSubstr("GPU")));
}

TEST(Weakest, AShortRunAgainstTheGpusUpdatePeriod) {
  RunRecord run = WithExactGrid(LaptopRun());
  run.domains[0].component = Component::kGpu;
  run.domains[0].energy_kwh = run.energy_kwh.machine = Estimate::Relative(1e-6, 0.25, Basis::kCounter);
  EXPECT_THAT(Weakest(run).weakest, HasSubstr("short"));
  run.duration_s = 3600;
  EXPECT_THAT(Weakest(run).weakest, HasSubstr("accuracy")) << "an hour is not short";
}

TEST(Weakest, ARunTooShortForAWattmeterIsNotTheWattmetersFault) {
  RunRecord run = WithExactGrid(LaptopRun());
  run.total = run.domains[0];
  run.total->basis = Basis::kMetered;
  run.total->component = Component::kWall;
  run.total->energy_kwh = run.energy_kwh.machine = Estimate::Relative(1e-5, 0.7, Basis::kMetered);
  run.duration_s = 1;
  EXPECT_THAT(Weakest(run).weakest, AllOf(HasSubstr("short"), HasSubstr("wattmeter")));
  EXPECT_THAT(Weakest(run).remedy, HasSubstr("longer"));
  run.duration_s = 3600;
  EXPECT_THAT(Weakest(run).remedy, HasSubstr("better class"));
}

TEST(Weakest, PowerReadingsCanBeReadMoreOften) {
  RunRecord run = WithExactGrid(VirtualMachineRun());
  run.domains[0].basis = Basis::kSampled;
  EXPECT_THAT(Weakest(run).remedy, HasSubstr("--interval"));
}

TEST(Weakest, GapsThatOutweighTheRest) {
  RunRecord run = WithExactGrid(LaptopRun());
  run.gaps = {{0, 0.2, "machine suspended"}};
  EXPECT_THAT(Weakest(run).weakest, HasSubstr("64 % of the run"));
}

TEST(Weakest, TheMakingOfTheHardwareWhereItsSpreadIsWidest) {
  RunRecord run = ServerRun();
  run.emissions_gco2e.embodied = Estimate::Relative(500, 0.6, Basis::kAssumed);
  EXPECT_THAT(Weakest(run).weakest, HasSubstr("making the hardware"));
}

TEST(Weakest, WithNarrowFiguresABaselineThatIsOffOrWhatIsOutsideTheBoundary) {
  RunRecord run = WithExactGrid(ServerRun());
  run.emissions_gco2e.embodied.reset();
  EXPECT_THAT(Weakest(run).weakest, HasSubstr("power supply"));
  run.energy_kwh.marginal.reset();
  run.baseline.method = "off";
  EXPECT_THAT(Weakest(run).remedy, HasSubstr("--baseline"));
}

TEST(Weakest, NothingToSayOfAWattmeterAtTheWall) {
  RunRecord run = WithExactGrid(WeekRun());
  run.gaps.clear();
  EXPECT_THAT(Weakest(run).weakest, IsEmpty());
  EXPECT_THAT(Weakest(run).remedy, IsEmpty());
}

TEST(Weakest, NoMeterAtAll) {
  RunRecord run;
  EXPECT_THAT(Weakest(run).weakest, HasSubstr("no meter"));
  EXPECT_THAT(Weakest(run).remedy, HasSubstr("doctor"));
}

}  // namespace
}  // namespace jouleprint::report
