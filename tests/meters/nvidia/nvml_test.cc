// What is read from NVIDIA GPUs, against a driver whose joules are known; see fakes/fake_nvml.c.
#include "meters/nvidia/nvml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fakes/nvml_fixture.h"
#include "support/allocations.h"

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(NvmlTest, EnergyCounterGivesTheJoulesThatWereUsed) {
  Set("WATTS", "312.5");
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  const DomainInfo& gpu = found.meters.at(0)->domains().at(0);
  EXPECT_EQ(gpu.name, "gpu-0");
  EXPECT_EQ(gpu.component, Component::kGpu);
  EXPECT_EQ(gpu.kind, ReadingKind::kCounter);
  EXPECT_EQ(gpu.basis, Basis::kCounter);
  EXPECT_EQ(gpu.source, "NVML energy counter");
  EXPECT_EQ(gpu.counter_values, 0u) << "an NVML counter never wraps; a decrease is a driver loaded anew";
  EXPECT_EQ(gpu.limit, Watts{700});

  const Reading before = Read(*found.meters.at(0))[0];
  Advance(3600);
  const Reading after = Read(*found.meters.at(0))[0];
  ASSERT_EQ(before.state, ReadState::kOk);
  ASSERT_EQ(after.state, ReadState::kOk);
  EXPECT_NEAR(JoulesBetween(gpu, before, after), 312.5 * 3600, 2e-3);
  EXPECT_LE(before.before, before.after);
  EXPECT_LE(before.after, after.before);
}

TEST_F(NvmlTest, EnergyCounterFollowsTheRealClockAndASquareWave) {
  Set("CLOCK", "real");
  Set("WATTS", "square:400:100:0.02");
  Discovery found = Discover();
  const Reading a = Read(*found.meters.at(0))[0];
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const Reading b = Read(*found.meters.at(0))[0];
  // The counter was read somewhere between `before` and `after`; the wave is off its mean of 250 W by
  // at most 150 W for half a period.
  const double joules = JoulesBetween(found.meters.at(0)->domains()[0], a, b);
  EXPECT_GE(joules, 250 * (b.before - a.after).value() - 3);
  EXPECT_LE(joules, 250 * (b.after - a.before).value() + 3);
}

TEST_F(NvmlTest, EveryGpuIsADomainOfItsOwn) {
  Set("GPUS", "3");
  Set("WATTS", "300,250,100");
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  EXPECT_EQ(found.findings.at(0).state, MeterState::kUsable);
  EXPECT_THAT(found.findings[0].domains, ElementsAre("gpu-0", "gpu-1", "gpu-2"));
  EXPECT_THAT(found.findings[0].remedy, IsEmpty());
  EXPECT_THAT(GpuNames(*found.meters.at(0)),
              ElementsAre("FAKE H100 80GB", "FAKE H100 80GB", "FAKE H100 80GB"));
  const auto before = Read(*found.meters.at(0));
  Advance(10);
  const auto after = Read(*found.meters.at(0));
  const double expected_j[] = {3000, 2500, 1000};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(JoulesBetween(found.meters.at(0)->domains()[i], before[i], after[i]), expected_j[i], 2e-3)
        << i;
  }
}

TEST_F(NvmlTest, WithoutAnEnergyCounterPowerIsIntegrated) {
  for (const char* fault : {"no_energy_counter", "no_energy_counter,no_instant_power"}) {
    Set("FAULT", fault);
    Set("WATTS", "square:280.5:60:10");
    Discovery found = Discover();
    ASSERT_FALSE(found.meters.empty()) << fault;
    const DomainInfo& gpu = found.meters.at(0)->domains().at(0);
    EXPECT_EQ(gpu.kind, ReadingKind::kGauge);
    EXPECT_EQ(gpu.basis, Basis::kSampled);
    EXPECT_EQ(gpu.source, "NVML power reading, integrated");
    EXPECT_DOUBLE_EQ(Read(*found.meters.at(0))[0].watts, 280.5) << fault;
    Advance(5);
    EXPECT_DOUBLE_EQ(Read(*found.meters.at(0))[0].watts, 60) << fault;
    Advance(5);
  }
}

TEST_F(NvmlTest, ALostGpuDoesNotDisturbTheOthers) {
  Set("GPUS", "3");
  Set("WATTS", "300,250,200");
  Discovery found = Discover();
  Meter& meter = *found.meters.at(0);
  const auto before = Read(meter);
  Fault("lost_after:0:1");
  Advance(10);
  const auto after = Read(meter);
  EXPECT_EQ(after[0].state, ReadState::kOk);
  EXPECT_EQ(after[1].state, ReadState::kGone);
  EXPECT_EQ(after[2].state, ReadState::kOk);
  EXPECT_NEAR(JoulesBetween(meter.domains()[0], before[0], after[0]), 3000, 2e-3);
  EXPECT_NEAR(JoulesBetween(meter.domains()[2], before[2], after[2]), 2000, 2e-3);

  EXPECT_FALSE(meter.Reopen()) << "still lost";
  EXPECT_EQ(Read(meter)[1].state, ReadState::kGone);
  Fault("none");
  EXPECT_EQ(Read(meter)[1].state, ReadState::kGone) << "the sampling loop does not reopen";
  EXPECT_TRUE(meter.Reopen());
  const auto again = Read(meter);
  EXPECT_EQ(again[1].state, ReadState::kOk);
  EXPECT_GE(again[1].counts, before[1].counts);
  EXPECT_EQ(again[0].state, ReadState::kOk);
  EXPECT_EQ(again[2].state, ReadState::kOk);
}

TEST_F(NvmlTest, WhenEveryGpuIsLostTheDriverIsOpenedAnew) {
  Set("GPUS", "2");
  Discovery found = Discover();
  Fault("lost_after:0");
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kGone);
  Fault("driver_not_loaded");
  EXPECT_FALSE(found.meters.at(0)->Reopen());
  EXPECT_FALSE(found.meters.at(0)->Reopen()) << "and again, although NVML is closed now";
  EXPECT_EQ(Read(*found.meters.at(0))[1].state, ReadState::kGone);
  Fault("none");
  EXPECT_TRUE(found.meters.at(0)->Reopen());
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kOk);
  EXPECT_EQ(Read(*found.meters.at(0))[1].state, ReadState::kOk);
  found.meters.at(0).reset();
  EXPECT_EQ(OpenCount(), 0);
}

TEST_F(NvmlTest, AccessThatIsWithdrawnIsGoneAndAPassingRefusalIsNot) {
  Discovery found = Discover();
  Fault("no_energy_counter");
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kNoData);
  Fault("none");
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kOk) << "without Reopen";
  Fault("no_permission:0");
  EXPECT_EQ(Read(*found.meters.at(0))[0].state, ReadState::kGone);
}

TEST_F(NvmlTest, ACounterThatRestartsIsPassedOnAsItIs) {
  Set("WATTS", "100");
  Discovery found = Discover();
  const Reading before = Read(*found.meters.at(0))[0];
  Fault("energy_resets:0");
  Advance(2);
  const Reading after = Read(*found.meters.at(0))[0];
  EXPECT_EQ(after.state, ReadState::kOk);
  EXPECT_LT(after.counts, before.counts);
}

TEST_F(NvmlTest, ReadingAllocatesNothing) {
  Set("GPUS", "4");
  Set("FAULT", "no_energy_counter:1,no_energy_counter:2,no_instant_power:2");
  Discovery found = Discover();
  std::vector<Reading> readings(found.meters.at(0)->domains().size());
  Fault("no_energy_counter:1,no_energy_counter:2,no_instant_power:2,lost_after:0:3");
  const std::uint64_t before = jouleprint::testing::AllocationsOfThisThread();
  for (int i = 0; i < 100; ++i) found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(jouleprint::testing::AllocationsOfThisThread(), before);
  EXPECT_EQ(readings[2].state, ReadState::kOk);
  EXPECT_EQ(readings[3].state, ReadState::kGone);
  readings.resize(1000);
  EXPECT_GT(jouleprint::testing::AllocationsOfThisThread(), before) << "the count itself does not work";
}

TEST_F(NvmlTest, TwoMetersAtOnceDoNotCloseEachOther) {
  Discovery first = Discover();
  Discovery second = Discover();
  ASSERT_FALSE(first.meters.empty());
  ASSERT_FALSE(second.meters.empty());
  EXPECT_EQ(OpenCount(), 2);
  first.meters.at(0).reset();
  EXPECT_EQ(Read(*second.meters.at(0))[0].state, ReadState::kOk);
  second.meters.at(0).reset();
  EXPECT_EQ(OpenCount(), 0);
}

TEST_F(NvmlTest, GpuNamesOfAnotherMeterAreNone) {
  class Other final : public Meter {
    std::string name() const override { return "other"; }
    const std::vector<DomainInfo>& domains() const override { return none_; }
    void Keep(const std::vector<bool>&) override {}
    void Read(const os::Clock&, std::span<Reading>) noexcept override {}
    std::vector<DomainInfo> none_;
  };
  EXPECT_THAT(GpuNames(Other{}), IsEmpty());
}

// Mean over a board's rows of one column of the sensor survey, absolute, in percent; boards that were
// compared with an inline meter.
std::map<std::string, double> ErrorByBoard(std::istream& csv) {
  std::map<std::string, std::pair<double, int>> sums;
  std::string line;
  std::getline(csv, line);
  while (std::getline(csv, line)) {
    std::vector<std::string> fields;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) fields.push_back(cell);
    if (fields.size() < 11 || fields[3] != "1" || fields[10].empty()) continue;
    sums[fields[0]].first += std::stod(fields[10]);
    sums[fields[0]].second += 1;
  }
  std::map<std::string, double> errors;
  for (const auto& [board, sum] : sums) errors[board] = std::abs(sum.first / sum.second);
  return errors;
}

TEST_F(NvmlTest, TheStatedErrorCoversMeasuredBoards) {
  std::ifstream csv(JOULEPRINT_SOURCE_DIR
                    "/../shared/data/power-traces/nvml-vs-inline-meter/sensor_characteristics.csv");
  if (!csv) GTEST_SKIP() << "skipped: the sensor survey is not here";
  const auto errors = ErrorByBoard(csv);
  ASSERT_GE(errors.size(), 10u);
  Set("GPUS", "2");
  Set("FAULT", "no_energy_counter:1");
  Discovery found = Discover();
  const double counter_percent = 100 * found.meters.at(0)->domains().at(0).error.relative;
  const double gauge_percent = 100 * found.meters.at(0)->domains().at(1).error.relative;
  int counters = 0, counters_within = 0, gauges_within = 0;
  for (const auto& [board, percent] : errors) {
    gauges_within += percent <= gauge_percent;
    for (const char* has_counter : {"RTX", "A100"}) {
      if (board.find(has_counter) == std::string::npos) continue;
      ++counters;
      counters_within += percent <= counter_percent;
    }
  }
  EXPECT_GE(counters_within, 0.85 * counters) << "of " << counters << " boards";
  EXPECT_GE(gauges_within, 0.85 * static_cast<double>(errors.size()));
  EXPECT_LE(counter_percent, 15) << "an interval that covers anything says nothing";
}

}  // namespace
}  // namespace jouleprint::meters
