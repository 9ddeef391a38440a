// A meter on its own cadence: what it used, what was missed, and that nobody waits for it.
#include "sampling/lane.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "meters/load_meter.h"
#include "meters/model_machines.h"
#include "meters/powercap.h"
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
  meters::Machine machine;
  machine.Add("proc/stat", "cpu  100 0 0 900 0 0 0 0 0 0\n");
  machine.Add("sys/class/powercap/intel-rapl:0/name", "package-0\n");
  machine.Add("sys/class/powercap/intel-rapl:0/energy_uj", "123456789\n");
  machine.Add("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
  meters::CpuIdentity cpu;
  cpu.vendor = "GenuineIntel";
  cpu.cores = cpu.logical_cpus = 4;
  cpu.memory_gib = 16;
  auto powercap =
      meters::DiscoverPowercap(machine.sysroot(), cpu.vendor, "", meters::PowercapScope::kComponents);
  auto model = meters::DiscoverModel(machine.sysroot(), cpu, true, true);
  ASSERT_TRUE(powercap.meter && model.meter);
  const auto counters = std::make_shared<Lane>(std::move(powercap.meter), clock_, kPeriod);
  const auto gauges = std::make_shared<Lane>(std::move(model.meter), clock_, kPeriod);
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
  EXPECT_FALSE(lane->gaps()[0].suspended);
}

TEST_F(LaneTest, ASuspendIsNamedAsSuch) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  lane->Tick();
  clock_.Suspend(Seconds{3600});
  TickAfter(*lane, 0.1);
  ASSERT_EQ(lane->gaps().size(), 1u);
  EXPECT_TRUE(lane->gaps()[0].suspended);
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

TEST_F(LaneTest, GapsBeyondCountingDoNotHarm) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  for (int i = 0; i < 1000; ++i) TickAfter(*lane, 2);
  EXPECT_GE(lane->gaps().size(), 10u);
  EXPECT_LT(lane->gaps().size(), 1000u) << "kept in bounded memory";
}

TEST_F(LaneTest, MendsWhatIsGone) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0), Failed(ReadState::kGone), Failed(ReadState::kGone), Counts(40 * kMicro)});
  meter_->SetReopens(false);
  lane->Tick();
  EXPECT_EQ(meter_->reopened(), 0);
  lane->Mend();
  EXPECT_EQ(meter_->reopened(), 0) << "nothing is wrong yet";
  TickAfter(*lane, 0.1);
  EXPECT_TRUE(lane->totals()[0].gone);
  lane->Mend();
  EXPECT_EQ(meter_->reopened(), 1);
  EXPECT_TRUE(lane->totals()[0].gone);
  TickAfter(*lane, 0.1);
  meter_->SetReopens(true);
  clock_.Advance(Seconds{0.2});
  lane->Mend();
  EXPECT_EQ(meter_->reopened(), 2);
  EXPECT_FALSE(lane->totals()[0].gone);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 40, 1e-9) << "the counter went on meanwhile";
  lane->Mend();
  EXPECT_EQ(meter_->reopened(), 2);
}

TEST_F(LaneTest, ReopensAFileThatHasBeenReplaced) {
  const auto lane = MakeLane({Counter("package-0")});
  meters::Reading stale = Counts(kMicro);
  stale.state = ReadState::kStale;
  meter_->Say({Counts(0), stale, Counts(2 * kMicro)});
  meter_->SetReopens(true);
  lane->Tick();
  TickAfter(*lane, 0.1);
  EXPECT_FALSE(lane->totals()[0].gone);
  clock_.Advance(Seconds{0.1});
  lane->Mend();
  EXPECT_EQ(meter_->reopened(), 1);
  EXPECT_NEAR(lane->totals()[0].energy.value(), 2, 1e-9);
}

}  // namespace
}  // namespace jouleprint::sampling
