// A meter on its own cadence: what it used, what was missed, and that nobody waits for it.
#include "sampling/lane.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "meters/model/load_meter.h"
#include "meters/model/model_machines.h"
#include "meters/rapl/powercap.h"
#include "sampling/lane_fixture.h"
#include "support/allocations.h"
#include "support/opens.h"

namespace jouleprint::sampling {
namespace {

using meters::ReadState;
using testing::Counter;
using testing::Counts;
using testing::Failed;
using testing::Gauge;
using testing::Power;

TEST_F(LaneTest, AddsUpWhatEachDomainUsed) {
  const auto lane = MakeLane({Counter("package-0"), Gauge("gpu-0")});
  for (std::uint64_t i = 0; i <= 10; ++i) {
    meters::Reading power = Power(300);
    meter_->SayRow({Counts(i * 5 * kMicro), power});
  }
  lane->Tick();
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  for (int i = 0; i < 10; ++i) TickAfter(*lane, 0.1);
  const std::vector<DomainTotals> totals = lane->totals();
  EXPECT_NEAR(totals[0].energy.value(), 50, 1e-9);
  EXPECT_NEAR(totals[1].energy.value(), 300, 1e-6);
  EXPECT_NEAR(totals[0].power.value(), 50, 1e-6);
  EXPECT_NEAR(totals[1].max_power.value(), 300, 1e-6);
  EXPECT_TRUE(totals[0].alive);
  EXPECT_EQ(totals[0].upto, clock_.Boot());
  EXPECT_EQ(lane->ticks(), 11);
}

TEST_F(LaneTest, ARunBeginsAtZeroWithoutAGapInTheReadings) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0), Counts(7 * kMicro), Counts(10 * kMicro)});
  lane->Tick();
  TickAfter(*lane, 0.1);
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  EXPECT_EQ(lane->totals()[0].energy, Joules{0});
  EXPECT_TRUE(lane->rollups()[0].bins().empty());
  TickAfter(*lane, 0.1);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 3, 1e-9);
}

TEST_F(LaneTest, AddingAnIdleDomainChangesNothing) {
  const auto alone = MakeLane({Counter("package-0")});
  testing::ScriptedMeter* first = meter_;
  const auto beside = MakeLane({Counter("package-0"), Counter("psys"), Gauge("gpu-0")});
  std::uint64_t counts = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    counts += (i * 7'919'017) % (20 * kMicro);
    first->Say({Counts(counts)});
    meter_->SayRow({Counts(counts), Counts(3), Power(0)});
  }
  for (int i = 0; i < 50; ++i) {
    TickAfter(*alone, 0.1);
    beside->Tick();
  }
  EXPECT_GT(alone->totals()[0].energy, Joules{100});
  EXPECT_EQ(beside->totals()[0].energy, alone->totals()[0].energy);
  EXPECT_EQ(beside->totals()[0].max_power, alone->totals()[0].max_power);
  EXPECT_EQ(beside->totals()[1].energy, Joules{0});
  EXPECT_EQ(beside->totals()[2].energy, Joules{0});
}

TEST_F(LaneTest, ADeviceThatRenewsItsCounterSeldomDoesNotPeakAtTwiceItsPower) {
  meters::DomainInfo info = Counter("gpu-0");
  info.error.update_period = Seconds{0.1};
  const auto lane = MakeLane({info});
  // 300 W, renewed every 0.1 s, read every 0.07 s.
  for (int i = 0; i < 200; ++i) {
    const auto renewals = static_cast<std::uint64_t>(std::floor(i * 0.07 / 0.1 + 1e-9));
    meter_->Say({Counts(renewals * 30 * kMicro)});
  }
  lane->Tick();
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  for (int i = 1; i < 200; ++i) TickAfter(*lane, 0.07);
  EXPECT_NEAR(lane->totals()[0].max_power.value(), 300, 45);
  EXPECT_NEAR(lane->totals()[0].power.value(), 300, 45);
  float highest = 0;
  const std::vector<Rollup> rollups = lane->rollups();
  for (const PowerSeries::Bin& bin : rollups[0].bins()) highest = std::max(highest, bin.max_power_w);
  EXPECT_NEAR(highest, 300, 45);
}

TEST_F(LaneTest, APeakOfASecondIsSeen) {
  const auto lane = MakeLane({Counter("package-0")});
  std::uint64_t counts = 0;
  for (int i = 0; i <= 100; ++i) {
    meter_->Say({Counts(counts)});
    counts += (i >= 40 && i < 50 ? 25 : 5) * kMicro;
  }
  for (int i = 0; i <= 100; ++i) TickAfter(*lane, 0.1);
  EXPECT_NEAR(lane->totals()[0].max_power.value(), 250, 1e-6);
}

TEST_F(LaneTest, ATickAllocatesNothingAndOpensNothing) {
  meters::MachineFiles machine;
  machine.Add("proc/stat", "cpu  100 0 0 900 0 0 0 0 0 0\n");
  machine.Add("sys/class/powercap/intel-rapl:0/name", "package-0\n");
  machine.Add("sys/class/powercap/intel-rapl:0/energy_uj", "123456789\n");
  machine.Add("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
  meters::CpuIdentity cpu;
  cpu.vendor = "GenuineIntel";
  cpu.cores = cpu.logical_cpus = 4;
  cpu.memory_gib = 16;
  auto powercap = meters::DiscoverPowercap({.sysroot = machine.sysroot(), .cpu = cpu});
  auto model = meters::DiscoverModel(machine.sysroot(), cpu, true, true);
  ASSERT_TRUE(!powercap.meters.empty() && !model.meters.empty());
  const auto counters = std::make_shared<Lane>(std::move(powercap.meters.at(0)), clock_, kPeriod);
  const auto gauges = std::make_shared<Lane>(std::move(model.meters.at(0)), clock_, kPeriod);
  counters->Tick();
  gauges->Tick();
  const std::uint64_t allocations = testing::AllocationsOfThisThread();
  const std::uint64_t opens = testing::OpensOfThisThread();
  for (int i = 0; i < 20'000; ++i) {  // half an hour: bins are merged on the way
    TickAfter(*counters, 0.1);
    gauges->Tick();
  }
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
  EXPECT_EQ(gauges->rollups()[0].bin_width(), Seconds{1});
  EXPECT_GT(opens, 0u) << "what found the meters was not counted either";
}

TEST_F(LaneTest, AStarvedSamplerIsNamedAsAGap) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  lane->Tick();
  const os::BootTime before = clock_.Boot();
  TickAfter(*lane, 0.9);
  EXPECT_TRUE(lane->gaps().empty());
  TickAfter(*lane, 5);
  TickAfter(*lane, 0.1);
  ASSERT_EQ(lane->gaps().size(), 1u);
  EXPECT_EQ(lane->gaps()[0].from, before + Seconds{0.9});
  EXPECT_NEAR(lane->gaps()[0].duration.value(), 5, 1e-9);
  EXPECT_EQ(lane->gaps()[0].cause, GapCause::kStarved);
}

TEST_F(LaneTest, ASuspendIsNamedAsSuch) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  lane->Tick();
  clock_.Suspend(Seconds{3600});
  TickAfter(*lane, 0.1);
  ASSERT_EQ(lane->gaps().size(), 1u);
  EXPECT_EQ(lane->gaps()[0].cause, GapCause::kSuspended);
  EXPECT_NEAR(lane->gaps()[0].duration.value(), 3600.1, 1e-6);
}

TEST_F(LaneTest, ASlowCadenceIsNoGap) {
  const auto lane = MakeLane({Counter("package-0")}, Seconds{30});
  meter_->Say({Counts(0)});
  for (int i = 0; i < 10; ++i) TickAfter(*lane, 60);
  EXPECT_TRUE(lane->gaps().empty());
}

TEST_F(LaneTest, SettingTheWallClockIsNoGapAndNoEnergy) {
  const auto lane = MakeLane({Gauge("gpu-0")});
  meter_->Say({Power(100)});
  lane->Tick();
  clock_.StepUtc(Seconds{-7200});
  TickAfter(*lane, 0.1);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 10, 1e-9);
  EXPECT_TRUE(lane->gaps().empty());
}

TEST_F(LaneTest, GapsBeyondThoseThatAreKeptAreMergedAndCounted) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  lane->Tick();
  const os::BootTime start = clock_.Boot();
  for (int i = 0; i < 1000; ++i) TickAfter(*lane, 2);
  ASSERT_EQ(lane->gaps().size(), Ledger::kGapsKept);
  const MergedGaps more = lane->more_gaps();
  EXPECT_EQ(more.count, 1000 - 64);
  EXPECT_NEAR((more.from - start).value(), 64 * 2, 1e-6);
  EXPECT_NEAR(more.duration.value(), 936 * 2, 1e-6);
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  EXPECT_TRUE(lane->gaps().empty());
  EXPECT_EQ(lane->more_gaps().count, 0);
}

TEST_F(LaneTest, MendsWhatIsGoneAfterAPauseThatGrows) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0), Failed(ReadState::kGone)});
  meter_->SetReopens(false);
  lane->Ask();
  EXPECT_EQ(meter_->reopened(), 0) << "nothing is wrong yet";
  std::vector<double> tried_s;
  const os::BootTime start = clock_.Boot();
  for (int i = 0; i < 1200; ++i) {
    clock_.Advance(Seconds{0.1});
    const int before = meter_->reopened();
    lane->Ask();
    if (meter_->reopened() > before) tried_s.push_back((clock_.Boot() - start).value());
  }
  EXPECT_TRUE(lane->totals()[0].gone);
  ASSERT_GE(tried_s.size(), 7u);
  EXPECT_NEAR(tried_s[0], 0.1, 1e-6) << "at once";
  double pause = 0.5;
  for (std::size_t i = 1; i < tried_s.size(); ++i, pause = std::min(30.0, pause * 2))
    EXPECT_NEAR(tried_s[i] - tried_s[i - 1], pause, 0.11);
  EXPECT_LE(tried_s.size(), 10u);
}

TEST_F(LaneTest, WhatComesBackIsCountedAndSaid) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0), Failed(ReadState::kGone), Counts(40 * kMicro)});
  meter_->SetReopens(true);
  lane->Tick();
  lane->BeginRun(clock_.Boot(), clock_.Utc());
  TickAfter(*lane, 0.1);
  EXPECT_TRUE(lane->totals()[0].gone);
  EXPECT_EQ(lane->totals()[0].returns, 0);
  clock_.Advance(Seconds{0.3});
  lane->Tick();
  EXPECT_FALSE(lane->totals()[0].gone);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 40, 1e-9) << "the counter went on meanwhile";
  EXPECT_EQ(lane->totals()[0].returns, 1);
  EXPECT_NEAR(lane->totals()[0].away.value(), 0.3, 1e-6);
  lane->Ask();
  EXPECT_EQ(meter_->reopened(), 0) << "it needs no help";
}

TEST_F(LaneTest, TheLastReadingDoesNotWaitForThePause) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0), Failed(ReadState::kGone)});
  meter_->SetReopens(false);
  lane->Tick();
  clock_.Advance(Seconds{0.1});
  lane->Ask();
  EXPECT_EQ(meter_->reopened(), 1);
  meter_->SetReopens(true);
  meter_->Say({Counts(7 * kMicro)});
  clock_.Advance(Seconds{0.1});
  EXPECT_TRUE(lane->Stop(Seconds{1}));
  EXPECT_NEAR(lane->totals()[0].energy.value(), 7, 1e-9);
}

TEST_F(LaneTest, ReopensAFileThatHasBeenReplaced) {
  const auto lane = MakeLane({Counter("package-0")});
  meters::Reading stale = Counts(kMicro);
  stale.state = ReadState::kStale;
  meter_->Say({Counts(0), stale, Counts(2 * kMicro)});
  meter_->SetReopens(true);
  lane->Ask();
  clock_.Advance(Seconds{0.1});
  lane->Tick();
  EXPECT_FALSE(lane->totals()[0].gone);
  clock_.Advance(Seconds{0.1});
  meter_->Say({stale});
  EXPECT_TRUE(lane->Stop(Seconds{1}));
  EXPECT_GE(meter_->reopened(), 0);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 2, 1e-9);
}

}  // namespace
}  // namespace jouleprint::sampling
