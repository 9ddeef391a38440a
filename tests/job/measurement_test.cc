// The meters of a run from baseline to last reading, on machines made of files and a clock moved by hand.
#include "job/measurement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "meters/model/model_machines.h"

namespace jouleprint::job {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// Four processors of one package, whose counter and load the test sets.
class MeasurementTest : public ::testing::Test {
 protected:
  MeasurementTest() {
    std::string cpuinfo;
    for (int i = 0; i < 4; ++i)
      cpuinfo += meters::X86Cpu(i, "GenuineIntel", "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz", 0, i);
    machine_.Add("proc/cpuinfo", cpuinfo);
    machine_.Add("proc/meminfo", "MemTotal:       16777216 kB\n");
    options_.sysroot = machine_.sysroot().root();
    options_.nvml_library = "/nonexistent/libnvidia-ml.so.1";
    SetLoad(0, 0);
  }

  void SetLoad(int busy_ticks, int idle_ticks) {
    machine_.Add("proc/stat", "cpu  " + std::to_string(1000 + busy_ticks) + " 0 0 " +
                                  std::to_string(9000 + idle_ticks) + " 0 0 0 0 0 0\n");
  }

  void AddPackage() {
    machine_.Add(kPackage + "/name", "package-0\n");
    machine_.Add(kPackage + "/max_energy_range_uj", "262143328850\n");
    Use(0);
  }

  void Use(double joules) {
    joules_ += joules;
    machine_.Add(kPackage + "/energy_uj", std::to_string(std::llround((joules_ + 1000) * 1e6)) + "\n");
  }

  // Time passes at a steady power, with readings on the way.
  void Run(Measurement* measurement, double seconds, double watts) {
    for (double left = seconds; left > 1e-9; left -= 0.1) {
      clock_.Advance(Seconds{0.1});
      Use(watts * 0.1);
      measurement->ReadNow();
    }
  }

  std::unique_ptr<Measurement> Prepare() {
    Result<std::unique_ptr<Measurement>> measurement = Measurement::Prepare(options_, clock_);
    EXPECT_TRUE(measurement.ok());
    return measurement.ok() ? std::move(*measurement) : nullptr;
  }

  const std::string kPackage = "sys/class/powercap/intel-rapl:0";
  meters::MachineFiles machine_;
  os::FakeClock clock_;
  RunOptions options_;
  double joules_ = 0;
};

TEST_F(MeasurementTest, AMachineWithNothingIsNotPossible) {
  machine_.Remove("proc");
  const Result<std::unique_ptr<Measurement>> measurement = Measurement::Prepare(options_, clock_);
  ASSERT_FALSE(measurement.ok());
  EXPECT_EQ(ExitStatus(measurement.error().code), 3);
}

TEST_F(MeasurementTest, CountsWhatTheCounterCountsBetweenBeginAndEnd) {
  AddPackage();
  const auto measurement = Prepare();
  Use(500);  // before the run
  measurement->Begin();
  Run(measurement.get(), 10, 80);
  measurement->End();
  clock_.Advance(Seconds{5});
  Use(999);  // after it
  const std::vector<energy::DomainUse> uses = measurement->Uses();
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].info.name, "package-0");
  EXPECT_NEAR(uses[0].energy.value(), 800, 1e-3);
  EXPECT_NEAR(uses[0].max_power.value(), 80, 0.1);
  EXPECT_NEAR(measurement->duration().value(), 10, 1e-6);
  EXPECT_TRUE(measurement->Warnings().empty());
  EXPECT_TRUE(measurement->Gaps().empty());
}

TEST_F(MeasurementTest, WatchesTheIdleMachineBeforeTheRun) {
  AddPackage();
  const auto measurement = Prepare();
  ASSERT_TRUE(measurement->NeedsBaseline());
  ASSERT_TRUE(measurement->WatchBaseline(Seconds{1}, [&](Seconds) {
    clock_.Advance(Seconds{0.1});
    Use(1.5);
    return true;
  }));
  measurement->Begin();
  Run(measurement.get(), 10, 80);
  measurement->End();
  const std::vector<energy::DomainUse> uses = measurement->Uses();
  ASSERT_TRUE(uses[0].idle.has_value());
  EXPECT_NEAR(uses[0].idle->power.value(), 15, 1e-3);
  EXPECT_NEAR(uses[0].energy.value(), 800, 1e-3) << "the baseline is not part of the run";
  const BaselineRecord baseline = measurement->Baseline();
  EXPECT_EQ(baseline.method, "measured");
  EXPECT_NEAR(*baseline.power_w, 15, 1e-3);
  EXPECT_NEAR(baseline.duration_s, 1, 0.11);
}

TEST_F(MeasurementTest, AnUnsteadyIdleMachineHasAnUnsureBaseline) {
  AddPackage();
  const auto measurement = Prepare();
  int look = 0;
  measurement->WatchBaseline(Seconds{1}, [&](Seconds) {
    clock_.Advance(Seconds{0.1});
    Use(++look % 2 == 0 ? 1 : 3);
    return true;
  });
  measurement->Begin();
  Run(measurement.get(), 1, 80);
  measurement->End();
  // Ten looks 10 W off: 1.645 * 10 / sqrt(10).
  EXPECT_NEAR(measurement->Uses()[0].idle->half_width.value(), 5.2, 0.5);
}

TEST_F(MeasurementTest, TheBaselineMayBeGivenUp) {
  AddPackage();
  const auto measurement = Prepare();
  EXPECT_FALSE(measurement->WatchBaseline(Seconds{1}, [](Seconds) { return false; }));
}

TEST_F(MeasurementTest, AGivenBaselineIsSharedOutAndNotWatched) {
  AddPackage();
  options_.baseline = {BaselineOption::Kind::kGiven, Seconds{0}, Watts{30}};
  const auto measurement = Prepare();
  EXPECT_FALSE(measurement->NeedsBaseline());
  measurement->Begin();
  Run(measurement.get(), 1, 80);
  measurement->End();
  EXPECT_NEAR(measurement->Uses()[0].idle->power.value(), 30, 1e-6);
  EXPECT_EQ(measurement->Baseline().method, "given");
}

TEST_F(MeasurementTest, WithoutABaselineNoneIsInvented) {
  AddPackage();
  options_.baseline.kind = BaselineOption::Kind::kOff;
  const auto measurement = Prepare();
  EXPECT_FALSE(measurement->NeedsBaseline());
  measurement->Begin();
  Run(measurement.get(), 1, 80);
  measurement->End();
  EXPECT_FALSE(measurement->Uses()[0].idle.has_value());
  EXPECT_EQ(measurement->Baseline().method, "off");
  EXPECT_FALSE(measurement->Baseline().power_w.has_value());
}

TEST_F(MeasurementTest, WithoutACounterTheModelReadsAndKnowsItsIdle) {
  const auto measurement = Prepare();
  EXPECT_FALSE(measurement->NeedsBaseline());
  measurement->Begin();
  for (int i = 1; i <= 10; ++i) {
    clock_.Advance(Seconds{1});
    SetLoad(i * 200, i * 200);
    measurement->ReadNow();
  }
  measurement->End();
  const std::vector<energy::DomainUse> uses = measurement->Uses();
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[0].info.name, "cpu");
  EXPECT_EQ(uses[0].info.basis, Basis::kModelled);
  EXPECT_GT(uses[0].energy, uses[0].idle->power * Seconds{10});
  EXPECT_EQ(measurement->Baseline().method, "model");
}

TEST_F(MeasurementTest, ACounterThatStandsStillIsDroppedAndTheModelStandsIn) {
  AddPackage();
  const auto measurement = Prepare();
  int ticks = 0;
  measurement->WatchBaseline(Seconds{1}, [&](Seconds) {
    clock_.Advance(Seconds{0.1});
    SetLoad(ticks += 40, 0);  // a machine that was anything but idle
    return true;
  });
  measurement->Begin();
  Run(measurement.get(), 2, 0);
  measurement->End();
  std::vector<std::string> names;
  for (const energy::DomainUse& use : measurement->Uses()) {
    names.push_back(use.info.name);
    EXPECT_EQ(use.idle->power, *use.info.model_idle) << "a model knows its idle better than a glance does";
  }
  EXPECT_THAT(names, Contains("cpu"));
  EXPECT_THAT(names, ::testing::Not(Contains("package-0")));
  EXPECT_THAT(measurement->Warnings(),
              Contains(HasSubstr("package-0 is not counted: its counter stood still")));
  const std::vector<DroppedDomain> dropped = measurement->Dropped();
  EXPECT_TRUE(std::any_of(dropped.begin(), dropped.end(),
                          [](const DroppedDomain& d) { return d.name == "package-0"; }));
}

TEST_F(MeasurementTest, ACounterThatGoesAwayIsFilledInAndSaidToBe) {
  AddPackage();
  const auto measurement = Prepare();
  measurement->Begin();
  Run(measurement.get(), 5, 80);
  machine_.Add(kPackage + "/energy_uj", "");  // torn for ever
  clock_.Advance(Seconds{5});
  measurement->ReadNow();
  measurement->End();
  const energy::DomainUse use = measurement->Uses()[0];
  EXPECT_NEAR(use.energy.value(), 800, 1);
  EXPECT_NEAR(use.filled.value(), 400, 1);
  EXPECT_THAT(measurement->Warnings(), Contains(HasSubstr("50 % of its energy is filled in")));
}

TEST_F(MeasurementTest, ASuspendIsNamedWithItsTime) {
  AddPackage();
  const auto measurement = Prepare();
  measurement->Begin();
  Run(measurement.get(), 2, 80);
  clock_.Suspend(Seconds{600});
  Run(measurement.get(), 2, 80);
  measurement->End();
  ASSERT_EQ(measurement->Gaps().size(), 1u);
  EXPECT_NEAR(measurement->Gaps()[0].start_s, 2, 0.11);
  EXPECT_NEAR(measurement->Gaps()[0].duration_s, 600.1, 0.11);
  EXPECT_THAT(measurement->Gaps()[0].reason, HasSubstr("suspended"));
  EXPECT_NEAR(measurement->duration().value(), 604, 1e-3);
  EXPECT_NEAR(measurement->Uses()[0].energy.value(), 320, 1e-3);
}

TEST_F(MeasurementTest, AClockThatIsSetIsSaidAndChangesNothing) {
  AddPackage();
  const auto measurement = Prepare();
  measurement->Begin();
  Run(measurement.get(), 2, 80);
  clock_.StepUtc(Seconds{-3600});
  Run(measurement.get(), 2, 80);
  measurement->End();
  EXPECT_NEAR(measurement->duration().value(), 4, 1e-6);
  EXPECT_NEAR(measurement->Uses()[0].energy.value(), 320, 1e-3);
  EXPECT_THAT(measurement->Warnings(), Contains(HasSubstr("clock was set")));
}

TEST_F(MeasurementTest, TheSeriesHoldsTheSameJoules) {
  AddPackage();
  const auto measurement = Prepare();
  measurement->Begin();
  Run(measurement.get(), 30, 80);
  measurement->End();
  const PowerSeries series = measurement->Series();
  ASSERT_EQ(series.domains, std::vector<std::string>{"package-0"});
  double joules = 0;
  for (const PowerSeries::Bin& bin : series.bins[0]) joules += static_cast<double>(bin.energy_j);
  EXPECT_NEAR(joules, 2400, 0.1);
}

}  // namespace
}  // namespace jouleprint::job
