// What is read of the processors' activity: files whose load, cores and clocks are known.
#include "meters/model/cpu_activity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "meters/model/model_machines.h"
#include "support/allocations.h"

namespace jouleprint::meters {
namespace {

struct Ticks {
  std::uint64_t busy = 0;
  std::uint64_t idle = 0;
};

/// A real machine: CPU i and CPU i + 4 are the threads of core i.
class CpuActivityTest : public ::testing::Test {
 protected:
  CpuActivityTest() {
    std::string cpuinfo;
    for (int i = 0; i < 8; ++i)
      cpuinfo += X86Cpu(i, "AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 0, i % 4);
    machine_.Add("proc/cpuinfo", cpuinfo);
    SetStat(std::vector<Ticks>(8));
  }

  void SetStat(const std::vector<Ticks>& cpus, const std::string& after = "intr 5 6 7\nctxt 9\n") {
    Ticks all;
    std::string lines;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
      all.busy += cpus[i].busy;
      all.idle += cpus[i].idle;
      lines += "cpu" + std::to_string(i) + Line(cpus[i]);
    }
    machine_.Add("proc/stat", "cpu " + Line(all) + lines + after);
  }

  void SetClock(int cpu, int khz, int top_khz) {
    std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/";
    machine_.Add(folder + "scaling_cur_freq", std::to_string(khz) + "\n");
    machine_.Add(folder + "cpuinfo_max_freq", std::to_string(top_khz) + "\n");
  }

  CpuActivityReader Started() {
    CpuActivityReader reader(machine_.sysroot(), IdentifyCpu(machine_.sysroot()));
    EXPECT_TRUE(reader.Start());
    return reader;
  }

  static CpuActivity Read(CpuActivityReader* reader) {
    CpuActivity activity;
    EXPECT_TRUE(reader->Read(&activity));
    return activity;
  }

  static std::string Line(const Ticks& ticks) {
    return " " + std::to_string(ticks.busy) + " 0 0 " + std::to_string(ticks.idle) + " 0 0 0 0 0 0\n";
  }

  MachineFiles machine_;
};

constexpr Ticks kBusy{100, 0};
constexpr Ticks kIdle{0, 100};

TEST_F(CpuActivityTest, HalfOfTheThreadsOnCoresOfTheirOwnUseMostOfTheCores) {
  CpuActivityReader reader = Started();
  SetStat({kBusy, kBusy, kBusy, kBusy, kIdle, kIdle, kIdle, kIdle});
  CpuActivity activity = Read(&reader);
  EXPECT_DOUBLE_EQ(activity.load, 0.5);
  EXPECT_DOUBLE_EQ(activity.capacity, 0.8);
}

TEST_F(CpuActivityTest, HalfOfTheThreadsTwoToACoreUseHalfOfTheCores) {
  CpuActivityReader reader = Started();
  SetStat({kBusy, kBusy, kIdle, kIdle, kBusy, kBusy, kIdle, kIdle});
  CpuActivity activity = Read(&reader);
  EXPECT_DOUBLE_EQ(activity.load, 0.5);
  EXPECT_DOUBLE_EQ(activity.capacity, 0.5);
}

TEST_F(CpuActivityTest, AnEvenLoadOverlapsByChance) {
  CpuActivityReader reader = Started();
  SetStat(std::vector<Ticks>(8, {50, 50}));
  EXPECT_DOUBLE_EQ(Read(&reader).capacity, 0.65) << "a quarter both, half one: 0.25 + 0.5 * 0.8";
  EXPECT_DOUBLE_EQ(EvenCapacity(0.5, 2), 0.65);
}

TEST_F(CpuActivityTest, OnlyTheTimeSinceTheLookBeforeCounts) {
  SetStat(std::vector<Ticks>(8, {9000, 1000}));
  CpuActivityReader reader = Started();
  EXPECT_DOUBLE_EQ(Read(&reader).load, 0.9) << "no tick yet: since boot";
  SetStat(std::vector<Ticks>(8, {9000, 1100}));
  CpuActivity activity = Read(&reader);
  EXPECT_DOUBLE_EQ(activity.load, 0);
  EXPECT_DOUBLE_EQ(activity.capacity, 0);
}

TEST_F(CpuActivityTest, WithoutALinePerCpuTheLoadIsTakenAsEven) {
  CpuActivityReader reader = Started();
  machine_.Add("proc/stat", "cpu " + Line({400, 400}));
  EXPECT_DOUBLE_EQ(Read(&reader).capacity, 0.65);
}

TEST_F(CpuActivityTest, CpusThatLeaveAndComeDoNotDisturbTheOthers) {
  CpuActivityReader reader = Started();
  SetStat({kBusy, kBusy, kBusy, kBusy});  // the second threads are switched off
  EXPECT_DOUBLE_EQ(Read(&reader).capacity, 1);
  SetStat({{200, 0}, {200, 0}, {100, 100}, {100, 100}, {5000, 0}, {5000, 0}, {5000, 0}, {5000, 0}});
  EXPECT_DOUBLE_EQ(Read(&reader).capacity, 0.5) << "what the new ones counted before is not ours";
  std::vector<Ticks> more(8, {5000, 1000});
  for (int i = 0; i < 40; ++i) more.push_back({1, 1});
  SetStat(more);
  CpuActivity activity = Read(&reader);
  EXPECT_GE(activity.capacity, 0);
  EXPECT_LE(activity.capacity, 1);
}

TEST_F(CpuActivityTest, ClockIsTheMeanOverTheHighest) {
  SetClock(0, 1'000'000, 4'000'000);
  SetClock(1, 3'000'000, 4'000'000);
  CpuActivityReader reader = Started();
  EXPECT_TRUE(reader.has_clock());
  SetStat(std::vector<Ticks>(8, kBusy));
  EXPECT_DOUBLE_EQ(Read(&reader).clock, 0.5);
  SetStat(std::vector<Ticks>(8, {200, 0}));
  SetClock(0, 4'000'000, 4'000'000);
  machine_.Add("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "<unknown>\n");
  EXPECT_DOUBLE_EQ(Read(&reader).clock, 1) << "one that is not told leaves the others";
}

TEST_F(CpuActivityTest, ABoostThatTheHighestClockLeavesOutRaisesIt) {
  SetClock(0, 4'000'000, 3'200'000);
  CpuActivityReader reader = Started();
  SetStat(std::vector<Ticks>(8, kBusy));
  EXPECT_DOUBLE_EQ(Read(&reader).clock, 1);
  SetClock(0, 2'000'000, 3'200'000);
  SetStat(std::vector<Ticks>(8, {200, 0}));
  EXPECT_DOUBLE_EQ(Read(&reader).clock, 0.5);
}

TEST_F(CpuActivityTest, AMachineThatDoesNotTellItsClockRunsAtItsHighest) {
  CpuActivityReader reader = Started();
  EXPECT_FALSE(reader.has_clock());
  EXPECT_DOUBLE_EQ(Read(&reader).clock, 1);
}

TEST_F(CpuActivityTest, TextThatIsNoProcStatIsSaidAndKeptOut) {
  CpuActivityReader reader = Started();
  CpuActivity activity{0.25, 0.5, 0.75};
  for (const char* text : {"", "cpu", "cpu  1 2\n", "intr 1\n"}) {
    machine_.Add("proc/stat", text);
    EXPECT_FALSE(reader.Read(&activity)) << text;
    EXPECT_EQ(activity.capacity, 0.5);
  }
  for (const char* cut : {"cpu0 1", "cpu0 1 2 x\n", "cpux 1 2 3 4\n", "cpu99999999999999999999 1 2 3 4\n"}) {
    machine_.Add("proc/stat", "cpu " + Line({100, 100}) + cut);
    EXPECT_TRUE(reader.Reopen()) << cut;
    EXPECT_DOUBLE_EQ(Read(&reader).capacity, 0.65) << cut;
  }
}

TEST_F(CpuActivityTest, ReadingAllocatesNothing) {
  for (int i = 0; i < 8; ++i) SetClock(i, 2'000'000, 3'000'000);
  CpuActivityReader reader = Started();
  SetStat(std::vector<Ticks>(8, kBusy));
  const std::uint64_t before = testing::AllocationsOfThisThread();
  CpuActivity activity;
  for (int i = 0; i < 100; ++i) reader.Read(&activity);
  EXPECT_EQ(testing::AllocationsOfThisThread(), before);
  EXPECT_DOUBLE_EQ(activity.capacity, 1);
}

TEST(EvenCapacityTest, RunsFromNothingToAll) {
  for (double threads : {1.0, 2.0, 4.0}) {
    EXPECT_DOUBLE_EQ(EvenCapacity(0, threads), 0);
    EXPECT_DOUBLE_EQ(EvenCapacity(1, threads), 1);
    EXPECT_DOUBLE_EQ(EvenCapacity(7, threads), 1);
    EXPECT_DOUBLE_EQ(EvenCapacity(std::nan(""), threads), 0);
  }
  EXPECT_DOUBLE_EQ(EvenCapacity(0.3, 1), 0.3);
}

TEST(ThreadsPerCoreTest, GuestsHideThem) {
  CpuIdentity cpu;
  cpu.vendor = "AuthenticAMD";
  cpu.cores = 8;
  cpu.logical_cpus = 8;
  EXPECT_DOUBLE_EQ(ThreadsPerCore(cpu), 1);
  cpu.hypervisor = true;
  EXPECT_DOUBLE_EQ(ThreadsPerCore(cpu), 2);
  cpu.vendor = "ARM";
  EXPECT_DOUBLE_EQ(ThreadsPerCore(cpu), 1);
}

}  // namespace
}  // namespace jouleprint::meters
