// Whose a GPU was, from looks at its processes.
#include "job/gpu_tally.h"

#include <gtest/gtest.h>

#include <optional>

namespace jouleprint::job {
namespace {

constexpr Seconds kLook{1};
constexpr pid_t kJob = 100;
constexpr pid_t kOther = 200;

bool Everybody(pid_t) { return true; }
bool Nobody(pid_t) { return false; }

meters::ProcessOnGpu Process(pid_t pid, std::optional<double> busy, double memory_bytes = 0) {
  meters::ProcessOnGpu process;
  process.pid = pid;
  process.busy = busy;
  process.memory_bytes = memory_bytes;
  return process;
}

meters::ProcessOnGpu InInstance(meters::ProcessOnGpu process, double fraction) {
  process.instance = 1;
  process.instance_fraction = fraction;
  return process;
}

meters::GpuUse Gpu(std::vector<meters::ProcessOnGpu> processes) {
  meters::GpuUse use;
  use.domain = "gpu-0";
  use.known = true;
  use.processes = std::move(processes);
  return use;
}

// The job's part of one GPU after ten looks that saw the same.
std::optional<energy::JobPart> AfterTenLooks(const meters::GpuUse& use,
                                             const GpuTally::Visible& visible = Everybody,
                                             Seconds duration = Seconds{10}) {
  GpuTally tally;
  for (int i = 0; i < 10; ++i) tally.Add({use}, kLook, {kJob}, visible);
  const auto parts = tally.Parts(duration);
  const auto part = parts.find("gpu-0");
  return part == parts.end() ? std::nullopt : std::optional(part->second);
}

TEST(GpuTallyTest, AloneOnItTheGpuIsTheJobs) {
  const auto part = AfterTenLooks(Gpu({Process(kJob, 0.9)}));
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->of_dynamic.value, 1);
  EXPECT_EQ(part->of_dynamic.low, 1);
  EXPECT_EQ(part->by, "only the job's processes");
}

TEST(GpuTallyTest, WhatNoLookSawIsNotCertain) {
  const auto part = AfterTenLooks(Gpu({Process(kJob, 0.9)}), Everybody, Seconds{40});
  EXPECT_EQ(part->of_dynamic.value, 1);
  EXPECT_NEAR(part->of_dynamic.low, 0.25, 1e-12);
  const auto others = AfterTenLooks(Gpu({Process(kOther, 0.9)}), Everybody, Seconds{40});
  EXPECT_EQ(others->of_dynamic.value, 0);
  EXPECT_NEAR(others->of_dynamic.high, 0.75, 1e-12);
}

TEST(GpuTallyTest, SharedByTheTimeOfTheirKernels) {
  const auto part = AfterTenLooks(Gpu({Process(kJob, 0.6), Process(kOther, 0.2)}));
  EXPECT_NEAR(part->of_dynamic.value, 0.75, 1e-12);
  // A busy second of the one may draw twice a busy second of the other.
  EXPECT_NEAR(part->of_dynamic.low, 0.3 / 0.5, 1e-12);
  EXPECT_NEAR(part->of_dynamic.high, 1.2 / 1.4, 1e-12);
  EXPECT_EQ(part->by, "GPU time by process");
}

TEST(GpuTallyTest, AnIdleProcessChangesNoFigure) {
  const auto alone = AfterTenLooks(Gpu({Process(kJob, 0.6), Process(kOther, 0.2)}));
  const auto beside = AfterTenLooks(Gpu({Process(kJob, 0.6), Process(kOther, 0.2), Process(300, 0.0, 1e9)}));
  EXPECT_EQ(alone->of_dynamic.value, beside->of_dynamic.value);
  EXPECT_EQ(alone->of_dynamic.low, beside->of_dynamic.low);
  EXPECT_EQ(alone->of_dynamic.high, beside->of_dynamic.high);
  const auto idle_company = AfterTenLooks(Gpu({Process(kJob, 0.6), Process(300, 0.0, 1e9)}));
  EXPECT_EQ(idle_company->of_dynamic.value, 1) << "who holds memory and does nothing draws nothing";
}

TEST(GpuTallyTest, MemoryAloneSaysLittle) {
  const auto part =
      AfterTenLooks(Gpu({Process(kJob, std::nullopt, 3e9), Process(kOther, std::nullopt, 1e9)}));
  EXPECT_NEAR(part->of_dynamic.value, 0.75, 1e-12);
  EXPECT_EQ(part->of_dynamic.low, 0);
  EXPECT_EQ(part->of_dynamic.high, 1);
  EXPECT_EQ(part->by, "GPU memory by process");
}

TEST(GpuTallyTest, ADriverThatTellsTheTimeOfSomeOnlyTellsNone) {
  const auto part = AfterTenLooks(Gpu({Process(kJob, 0.5, 1e9), Process(kOther, std::nullopt, 1e9)}));
  EXPECT_EQ(part->by, "GPU memory by process");
}

TEST(GpuTallyTest, AnInstanceCountsByItsSlices) {
  meters::GpuUse use = Gpu(
      {InInstance(Process(kJob, std::nullopt), 3.0 / 7), InInstance(Process(kOther, std::nullopt), 1.0 / 7)});
  use.mig = true;
  const auto part = AfterTenLooks(use);
  EXPECT_NEAR(part->of_dynamic.value, 0.75, 1e-12);
  EXPECT_EQ(part->of_dynamic.low, 0) << "how busy an instance was nobody says";
  EXPECT_EQ(part->by, "MIG instance");
}

TEST(GpuTallyTest, ABusyInstanceCountsByItsSlicesAndItsTime) {
  meters::GpuUse use =
      Gpu({InInstance(Process(kJob, 1.0), 3.0 / 7), InInstance(Process(kOther, 0.5), 2.0 / 7)});
  use.mig = true;
  const auto part = AfterTenLooks(use);
  EXPECT_NEAR(part->of_dynamic.value, 0.75, 1e-12);
  EXPECT_GT(part->of_dynamic.low, 0.5);
  EXPECT_EQ(part->by, "MIG instance");
}

TEST(GpuTallyTest, OthersAloneOnItItIsNotTheJobs) {
  const auto part = AfterTenLooks(Gpu({Process(kOther, 0.9)}));
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->of_dynamic.high, 0);
  EXPECT_EQ(part->by, "only others' processes");
}

TEST(GpuTallyTest, WhereNothingIsKnownThereIsNoPart) {
  EXPECT_FALSE(AfterTenLooks(Gpu({})).has_value()) << "nobody is named: the driver knows nobody";
  meters::GpuUse refused = Gpu({Process(kJob, 0.9)});
  refused.known = false;
  EXPECT_FALSE(AfterTenLooks(refused).has_value());
}

// The driver counts the host's processes; here none of them exists.
TEST(GpuTallyTest, InAContainerNobodyIsRecognised) {
  EXPECT_FALSE(AfterTenLooks(Gpu({Process(4711, 0.9), Process(4712, 0.1)}), Nobody).has_value());
}

TEST(GpuTallyTest, EveryLookCountsForItsTime) {
  GpuTally tally;
  tally.Add({Gpu({Process(kJob, 1.0), Process(kOther, 0.0)})}, Seconds{1}, {kJob}, Everybody);
  tally.Add({Gpu({Process(kJob, 0.0), Process(kOther, 1.0)})}, Seconds{3}, {kJob}, Everybody);
  EXPECT_NEAR(tally.Parts(Seconds{4}).at("gpu-0").of_dynamic.value, 0.25, 1e-12);
}

TEST(GpuTallyTest, EachGpuHasItsOwnUsers) {
  meters::GpuUse second = Gpu({Process(kOther, 0.9)});
  second.domain = "gpu-1";
  GpuTally tally;
  tally.Add({Gpu({Process(kJob, 0.9)}), second}, kLook, {kJob}, Everybody);
  const auto parts = tally.Parts(kLook);
  EXPECT_EQ(parts.at("gpu-0").of_dynamic.value, 1);
  EXPECT_EQ(parts.at("gpu-1").of_dynamic.value, 0);
}

}  // namespace
}  // namespace jouleprint::job
