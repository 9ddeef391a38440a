// The meter without a counter, fed with proc/stat files whose load is known.
#include "meters/model/load_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "meters/model/cpu_power_model.h"
#include "meters/model/model_machines.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/ticks.h"
#include "support/allocations.h"

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;

class LoadMeterTest : public ::testing::Test {
 protected:
  LoadMeterTest() {
    identity_.vendor = "AuthenticAMD";
    identity_.model_name = "AMD EPYC 7763 64-Core Processor";
    identity_.cores = 64;
    identity_.logical_cpus = 128;
    identity_.memory_gib = 256;
    model_ = ModelCpu(identity_);
  }

  void SetStat(std::uint64_t busy, std::uint64_t idle) {
    machine_.Add("proc/stat", "cpu  " + std::to_string(busy) + " 0 0 " + std::to_string(idle) +
                                  " 0 0 0 0 0 0\ncpu0 1 2 3 4\nintr 1 2 3\n");
  }

  Discovery Discover(bool cpu = true, bool memory = true) {
    return DiscoverModel(machine_.sysroot(), identity_, cpu, memory);
  }

  double ReadCpu(Meter& meter) {
    std::vector<Reading> readings(meter.domains().size());
    meter.Read(clock_, readings);
    EXPECT_EQ(readings[0].state, ReadState::kOk);
    return readings[0].watts;
  }

  MachineFiles machine_;
  CpuIdentity identity_;
  CpuPowerModel model_;
  os::FakeClock clock_;
};

TEST_F(LoadMeterTest, SaysWhatItsDomainsAre) {
  SetStat(0, 100);
  Discovery found = Discover();
  ASSERT_FALSE(found.meters.empty());
  EXPECT_EQ(found.meters.at(0)->name(), "model");
  ASSERT_EQ(found.meters.at(0)->domains().size(), 2u);
  const DomainInfo& cpu = found.meters.at(0)->domains()[0];
  EXPECT_EQ(cpu.name, "cpu");
  EXPECT_EQ(cpu.component, Component::kCpu);
  EXPECT_EQ(cpu.kind, ReadingKind::kGauge);
  EXPECT_EQ(cpu.basis, Basis::kModelled);
  EXPECT_TRUE(cpu.mean_since_last_read);
  EXPECT_EQ(cpu.model_idle, model_.idle);
  EXPECT_EQ(cpu.error.low_factor, model_.low_factor);
  EXPECT_EQ(cpu.error.high_factor, model_.high_factor);
  const DomainInfo& memory = found.meters.at(0)->domains()[1];
  EXPECT_EQ(memory.name, "memory");
  EXPECT_EQ(memory.component, Component::kMemory);
  EXPECT_EQ(memory.model_idle, ModelMemory(identity_).power);
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.findings[0].state, MeterState::kUsable);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("AMD EPYC 7763"));
  EXPECT_THAT(found.findings[0].domains, ::testing::ElementsAre("cpu", "memory"));
}

TEST_F(LoadMeterTest, PowerIsThatOfTheMeanLoadSinceTheReadBefore) {
  SetStat(5000, 5000);
  Discovery found = Discover();
  SetStat(5025, 5075);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(0.25).value())
      << "the mean starts at the discovery";
  SetStat(5125, 5075);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(1).value());
  SetStat(5125, 5175);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(0).value());
}

TEST_F(LoadMeterTest, MemoryDrawsTheSameAtAnyLoad) {
  SetStat(0, 0);
  Discovery found = Discover(false, true);
  ASSERT_EQ(found.meters.at(0)->domains().size(), 1u);
  SetStat(100, 0);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), ModelMemory(identity_).power.value());
}

TEST_F(LoadMeterTest, ReadsWithinOneTickRepeatTheLoadAndLoseNoTick) {
  SetStat(0, 0);
  Discovery found = Discover();
  SetStat(50, 50);
  ReadCpu(*found.meters.at(0));
  double busy_ticks = 0;
  // A tick every third read; half of the ticks busy.
  for (int i = 1; i <= 60; ++i) {
    double before = ReadCpu(*found.meters.at(0));
    EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), before);
    std::uint64_t ticks = static_cast<std::uint64_t>(i);
    SetStat(50 + (ticks + 1) / 2, 50 + ticks / 2);
    if (ReadCpu(*found.meters.at(0)) > model_.idle.value()) ++busy_ticks;
  }
  EXPECT_EQ(busy_ticks, 30);
}

TEST_F(LoadMeterTest, BeforeTheFirstTickTheLoadSinceBootStandsIn) {
  SetStat(300, 700);
  Discovery found = Discover();
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(0.3).value());
}

TEST_F(LoadMeterTest, TimeThatGoesBackStartsAgainFromThere) {
  SetStat(1000, 1000);
  Discovery found = Discover();
  SetStat(10, 10);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(0.5).value()) << "the load before";
  SetStat(20, 40);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(0.25).value());
}

TEST_F(LoadMeterTest, WaitingForADiskAndStolenTimeAreNotBusy) {
  machine_.Add("proc/stat", "cpu  10 20 30 400 500 6 7 80 9 15\n");
  os::File file = *os::File::OpenForReading(machine_.sysroot().Path("proc/stat"));
  CpuTicks ticks;
  ASSERT_TRUE(ReadCpuTicks(file.fd(), &ticks));
  EXPECT_EQ(ticks.busy, 10u + 20 + 30 + 6 + 7) << "a guest's time is inside user's and nice's";
  EXPECT_EQ(ticks.total, 10u + 20 + 30 + 400 + 500 + 6 + 7 + 80);
}

TEST_F(LoadMeterTest, WhatIsNotProcStatLeavesTheTicksAlone) {
  for (const char* text : {"", "cpu", "cpu  1 2 3\n", "cpu0 1 2 3 4 5 6 7 8\n", "cpu  1 2 x 4 5\n"}) {
    machine_.Add("proc/stat", text);
    os::File file = *os::File::OpenForReading(machine_.sysroot().Path("proc/stat"));
    CpuTicks ticks{11, 22};
    EXPECT_FALSE(ReadCpuTicks(file.fd(), &ticks)) << text;
    EXPECT_EQ(ticks.busy, 11u);
    EXPECT_EQ(ticks.total, 22u);
  }
  CpuTicks ticks;
  EXPECT_FALSE(ReadCpuTicks(-1, &ticks));
}

TEST_F(LoadMeterTest, AFileThatBreaksIsGoneUntilReopened) {
  SetStat(0, 100);
  Discovery found = Discover();
  machine_.Add("proc/stat", "");
  std::vector<Reading> readings(2);
  found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(readings[0].state, ReadState::kGone);
  EXPECT_EQ(readings[1].state, ReadState::kOk) << "memory needs no file";
  EXPECT_FALSE(found.meters.at(0)->Reopen());
  SetStat(0, 200);
  EXPECT_TRUE(found.meters.at(0)->Reopen());
  SetStat(100, 200);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), model_.At(1).value());
}

TEST_F(LoadMeterTest, WhatCannotBeModelledIsSaidWithTheReason) {
  Discovery nothing = Discover();
  ASSERT_FALSE(nothing.meters.empty()) << "the memory is known";
  ASSERT_EQ(nothing.meters.at(0)->domains().size(), 1u);
  EXPECT_THAT(nothing.findings[0].reason, HasSubstr("proc/stat"));
  identity_.memory_gib = 0;
  nothing = Discover();
  EXPECT_TRUE(nothing.meters.empty());
  EXPECT_EQ(nothing.findings[0].state, MeterState::kNotPresent);
  EXPECT_THAT(nothing.findings[0].reason, HasSubstr("proc/meminfo"));
  EXPECT_THAT(nothing.findings[0].remedy, HasSubstr("--sysroot"));
}

TEST_F(LoadMeterTest, WhereCountersMeasureAllThereIsNoModel) {
  SetStat(0, 100);
  Discovery found = Discover(false, false);
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings[0].state, MeterState::kRefused);
}

TEST_F(LoadMeterTest, CoresAndClocksCount) {
  std::string cpuinfo;
  for (int i = 0; i < 4; ++i)
    cpuinfo += X86Cpu(i, "AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 0, i % 2);
  machine_.Add("proc/cpuinfo", cpuinfo);
  machine_.Add("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "875000\n");
  machine_.Add("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3500000\n");
  identity_ = IdentifyCpu(machine_.sysroot());
  model_ = ModelCpu(identity_);
  // CPUs 0 and 1 are on cores of their own, 2 and 3 are their other threads.
  machine_.Add("proc/stat",
               "cpu 200 0 0 200\ncpu0 100 0 0 0\ncpu1 100 0 0 0\ncpu2 0 0 0 100\ncpu3 0 0 0 100\n");
  Discovery found = Discover(true, false);
  EXPECT_THAT(found.meters.at(0)->domains()[0].source, HasSubstr("clock in cpufreq"));
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)),
                   (model_.idle + (model_.max - model_.idle) * 0.8 * 0.5).value());
}

TEST_F(LoadMeterTest, KnownPowerIsCalibratedAndItsIdleIsTheBaseline) {
  SetStat(0, 100);
  Discovery found =
      DiscoverModel(machine_.sysroot(), identity_, true, false, PowerPoints{Watts{60}, Watts{280}});
  const DomainInfo& cpu = found.meters.at(0)->domains()[0];
  EXPECT_EQ(cpu.basis, Basis::kCalibrated);
  EXPECT_EQ(cpu.model_idle, Watts{60});
  EXPECT_EQ(ReadCpu(*found.meters.at(0)), 60);
  SetStat(1000, 100);
  EXPECT_DOUBLE_EQ(ReadCpu(*found.meters.at(0)), 280);
}

TEST_F(LoadMeterTest, ReadingAllocatesNothing) {
  SetStat(0, 100);
  Discovery found = Discover();
  std::vector<Reading> readings(2);
  found.meters.at(0)->Read(clock_, readings);
  const std::uint64_t before = testing::AllocationsOfThisThread();
  for (int i = 0; i < 100; ++i) found.meters.at(0)->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), before);
}

TEST(ThisMachineTest, LoadIsBetweenIdleAndMax) {
  os::Sysroot real;
  if (!os::Exists(real.Path("proc/stat"))) GTEST_SKIP() << "skipped: no proc file system";
  CpuIdentity cpu = IdentifyCpu(real);
  Discovery found = DiscoverModel(real, cpu, true, true);
  ASSERT_FALSE(found.meters.empty());
  std::vector<Reading> readings(found.meters.at(0)->domains().size());
  os::SystemClock clock;
  found.meters.at(0)->Read(clock, readings);
  CpuPowerModel model = ModelCpu(cpu);
  ASSERT_EQ(readings[0].state, ReadState::kOk);
  EXPECT_GE(readings[0].watts, model.idle.value());
  EXPECT_LE(readings[0].watts, model.max.value());
  EXPECT_LE(readings[0].before, readings[0].after);
  EXPECT_GT(os::TickDuration(), Seconds{0});
}

}  // namespace
}  // namespace jouleprint::meters
