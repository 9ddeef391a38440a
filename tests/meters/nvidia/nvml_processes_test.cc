// Who uses the GPUs, against a driver that says so; see fakes/fake_nvml_processes.c.
#include "meters/nvidia/nvml_processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fakes/nvml_fixture.h"

namespace jouleprint::meters {
namespace {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

constexpr double kMib = 1 << 20;

auto Process(pid_t pid, double busy, double memory_mib) {
  return AllOf(Field(&ProcessOnGpu::pid, pid), Field(&ProcessOnGpu::busy, Optional(DoubleNear(busy, 1e-6))),
               Field(&ProcessOnGpu::memory_bytes, memory_mib * kMib));
}

auto Unshared(pid_t pid, double memory_mib) {
  return AllOf(Field(&ProcessOnGpu::pid, pid), Field(&ProcessOnGpu::busy, std::nullopt),
               Field(&ProcessOnGpu::memory_bytes, memory_mib * kMib));
}

auto InInstance(pid_t pid, unsigned instance, double fraction) {
  return AllOf(Field(&ProcessOnGpu::pid, pid), Field(&ProcessOnGpu::instance, Optional(instance)),
               Field(&ProcessOnGpu::instance_fraction, DoubleNear(fraction, 1e-9)),
               Field(&ProcessOnGpu::busy, std::nullopt));
}

class NvmlProcessesTest : public NvmlTest {
 protected:
  // Time passes for the driver and for us.
  void Pass(double seconds) {
    Advance(seconds);
    host_clock_.Advance(Seconds{seconds});
  }
  std::unique_ptr<nvml::NvmlProcesses> Watch(const std::string& library = JOULEPRINT_FAKE_NVML) {
    session_ = std::make_unique<nvml::Session>(*nvml::LoadApi(library));
    EXPECT_EQ(session_->Start(), nvml::Return::kSuccess);
    unsigned count = 0;
    session_->api().device_count(&count);
    std::vector<nvml::Gpu> gpus;
    for (unsigned i = 0; i < count; ++i) gpus.push_back(*nvml::ProbeGpu(session_->api(), {}, i).gpu);
    return std::make_unique<nvml::NvmlProcesses>(session_.get(), host_clock_, gpus);
  }

  os::FakeClock host_clock_;
  std::unique_ptr<nvml::Session> session_;
};

TEST_F(NvmlProcessesTest, EveryProcessHasItsShareOfTimeAndItsMemory) {
  Set("GPUS", "2");
  Set("PROCS", "0:100:75:2048,0:200:20:512,1:300:100:64,0:400:0:10");
  const auto processes = Watch();
  Pass(3);
  processes->Look();
  Pass(1);
  const std::vector<GpuUse> uses = processes->Look();
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[0].domain, "gpu-0");
  EXPECT_TRUE(uses[0].known);
  EXPECT_FALSE(uses[0].mig);
  EXPECT_THAT(uses[0].problem, IsEmpty());
  EXPECT_THAT(uses[0].processes,
              UnorderedElementsAre(Process(100, 0.75, 2048), Process(200, 0.2, 512), Process(400, 0, 10)));
  EXPECT_EQ(uses[1].domain, "gpu-1");
  EXPECT_THAT(uses[1].processes, UnorderedElementsAre(Process(300, 1, 64)));
}

TEST_F(NvmlProcessesTest, TheFirstLookTellsWhoIsThereAndNoShares) {
  Set("PROCS", "0:100:75:2048");
  const auto processes = Watch();
  Pass(3);
  EXPECT_THAT(processes->Look().at(0).processes, UnorderedElementsAre(Unshared(100, 2048)));
}

TEST_F(NvmlProcessesTest, NobodyOnTheGpuIsKnownToBeNobody) {
  const auto processes = Watch();
  for (int look = 0; look < 3; ++look) {
    Pass(1);
    const GpuUse use = processes->Look().at(0);
    EXPECT_TRUE(use.known);
    EXPECT_THAT(use.processes, IsEmpty());
  }
}

TEST_F(NvmlProcessesTest, AProcessThatHasEndedKeepsItsShareOfThisLook) {
  Set("PROCS", "0:100:50:10");
  const auto processes = Watch();
  Pass(1);
  processes->Look();
  Pass(1);
  Set("FAULT", "no_process_list");
  Fault("no_process_list");
  const GpuUse use = processes->Look().at(0);
  EXPECT_TRUE(use.known);
  EXPECT_THAT(use.processes, UnorderedElementsAre(Process(100, 0.5, 0)));
}

TEST_F(NvmlProcessesTest, WithoutSharesTheProcessesAreKnownAndTheReasonIsSaid) {
  Set("PROCS", "0:100:50:10");
  Set("FAULT", "no_process_utilization");
  const auto processes = Watch();
  processes->Look();
  Pass(1);
  const GpuUse use = processes->Look().at(0);
  EXPECT_TRUE(use.known);
  EXPECT_THAT(use.processes, UnorderedElementsAre(Unshared(100, 10)));
  EXPECT_THAT(use.problem, AllOf(HasSubstr("how busy"), HasSubstr("gpu-0"), HasSubstr("not support")));
}

TEST_F(NvmlProcessesTest, WhatTheDriverRefusesIsUnknownWithAReason) {
  Set("GPUS", "2");
  Set("PROCS", "0:100:50:10,1:200:50:10");
  const auto processes = Watch();
  Fault("no_process_list:1,no_process_utilization:1");
  Pass(1);
  const std::vector<GpuUse> uses = processes->Look();
  EXPECT_TRUE(uses.at(0).known);
  EXPECT_FALSE(uses.at(1).known);
  EXPECT_THAT(uses[1].processes, IsEmpty());
  EXPECT_THAT(uses[1].problem, AllOf(HasSubstr("gpu-1"), HasSubstr("this user may not ask")));
}

TEST_F(NvmlProcessesTest, ALostGpuIsUnknownUntilItIsBack) {
  Set("GPUS", "2");
  Set("PROCS", "0:100:50:10,1:200:50:20");
  const auto processes = Watch();
  Set("UNPLUGGED", "0");
  Fault("none");
  std::vector<GpuUse> uses = processes->Look();
  EXPECT_FALSE(uses.at(0).known);
  EXPECT_THAT(uses[0].problem, HasSubstr("lost"));
  EXPECT_THAT(uses.at(1).processes, UnorderedElementsAre(Unshared(200, 20))) << "whatever its index is now";
  Set("UNPLUGGED", "");
  Fault("none");
  uses = processes->Look();
  EXPECT_THAT(uses.at(0).processes, UnorderedElementsAre(Unshared(100, 10)));
}

TEST_F(NvmlProcessesTest, AnOldDriverListsProcessesAndKnowsNoShares) {
  Set("PROCS", "0:100:50:10,0:200:50:20,0:300:50:30");
  for (const char* entry_bytes : {"16", "24"}) {  // the same function, from two drivers
    Set("ENTRY_BYTES", entry_bytes);
    const auto processes = Watch(JOULEPRINT_FAKE_NVML_BARE);
    const GpuUse use = processes->Look().at(0);
    EXPECT_TRUE(use.known);
    EXPECT_THAT(use.processes, UnorderedElementsAre(Unshared(100, 10), Unshared(200, 20), Unshared(300, 30)));
    EXPECT_THAT(use.problem, HasSubstr("no such function"));
  }
}

TEST_F(NvmlProcessesTest, DriversThatWriteLongerEntriesAreReadAright) {
  Set("ENTRY_BYTES", "32");
  const auto processes = Watch();
  for (int count : {1, 3, 64, 65, 200}) {
    std::string list;
    for (int pid = 1; pid <= count; ++pid)
      list += "0:" + std::to_string(pid) + ":0:" + std::to_string(pid) + ",";
    Set("PROCS", list);
    const GpuUse use = processes->Look().at(0);
    ASSERT_EQ(use.processes.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(use.processes[static_cast<std::size_t>(i)].pid, i + 1);
      EXPECT_EQ(use.processes[static_cast<std::size_t>(i)].memory_bytes, (i + 1) * kMib);
    }
  }
}

TEST_F(NvmlProcessesTest, MoreSamplesThanThereIsRoomForAreFetchedAgain) {
  std::string list;
  for (int pid = 1; pid <= 100; ++pid) list += "0:" + std::to_string(pid) + ":1:1,";
  Set("PROCS", list);
  const auto processes = Watch();
  Pass(1);
  processes->Look();
  Pass(4);
  const GpuUse use = processes->Look().at(0);
  ASSERT_EQ(use.processes.size(), 100u);
  for (const ProcessOnGpu& process : use.processes) EXPECT_THAT(process, Process(process.pid, 0.01, 1));
}

TEST_F(NvmlProcessesTest, MigTellsWhoIsInWhichInstanceAndHowLargeThatIs) {
  Set("MIG", "1");
  Set("MIG_INSTANCES", "0:1:4,0:5:2,0:6:1");
  Set("PROCS", "0:100:50:10:1,0:200:50:10:6,0:201:50:10:6");
  const auto processes = Watch();
  const GpuUse use = processes->Look().at(0);
  EXPECT_TRUE(use.known);
  EXPECT_TRUE(use.mig);
  EXPECT_THAT(use.processes, UnorderedElementsAre(InInstance(100, 1, 4.0 / 7), InInstance(200, 6, 1.0 / 7),
                                                  InInstance(201, 6, 1.0 / 7)));
}

TEST_F(NvmlProcessesTest, AGpuInMigModeThatIsNotCutUpHasNobodyOnIt) {
  Set("MIG", "1");
  const GpuUse use = Watch()->Look().at(0);
  EXPECT_TRUE(use.known);
  EXPECT_TRUE(use.mig);
  EXPECT_THAT(use.processes, IsEmpty());
}

TEST_F(NvmlProcessesTest, WhileTheDriverIsOpenedAnewNobodyWaits) {
  Set("PROCS", "0:100:50:10");
  const auto processes = Watch();
  {
    const auto other = session_->UseFromOtherThread();
    const GpuUse use = processes->Look().at(0);
    EXPECT_FALSE(use.known);
    EXPECT_THAT(use.problem, HasSubstr("opened anew"));
    EXPECT_FALSE(session_->Restart());
  }
  EXPECT_TRUE(session_->Restart());
  EXPECT_TRUE(processes->Look().at(0).known) << "with handles of its own";
}

TEST_F(NvmlProcessesTest, TheMeterTellsOfTheGpusThatItKeeps) {
  Set("GPUS", "3");
  Set("PROCS", "0:100:50:10,2:300:50:30");
  Discovery found = Discover();
  Meter& meter = *found.meters.at(0);
  meter.Keep({true, false, true});
  ASSERT_NE(meter.accelerator_use(), nullptr);
  const std::vector<GpuUse> uses = meter.accelerator_use()->Look();
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[1].domain, "gpu-2");
  EXPECT_THAT(uses[1].processes, UnorderedElementsAre(Unshared(300, 30)));
}

}  // namespace
}  // namespace jouleprint::meters
