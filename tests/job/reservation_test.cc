// Which part of the machine is the job's, by whoever limits it.
#include "job/reservation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "support/temporary_folder.h"

namespace jouleprint::job {
namespace {

constexpr double kGibibyte = 1024.0 * 1024 * 1024;

// 16 CPUs, 64 GiB and 4 GPUs, in a cgroup "job" of a cgroup "slice".
class ReservationTest : public ::testing::Test {
 protected:
  ReservationTest() {
    sources_.logical_cpus = 16;
    sources_.memory_bytes = 64 * kGibibyte;
    sources_.gpus = 4;
    sources_.cgroup_folders = {folder_ / "slice/job", folder_ / "slice", folder_.path()};
    sources_.variable = [this](const char* name) { return variables_[name]; };
  }

  void Write(const std::string& file, const std::string& text) {
    const std::filesystem::path path = folder_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  testing::TemporaryFolder folder_;
  std::map<std::string, std::string> variables_;
  ReservationSources sources_;
};

TEST_F(ReservationTest, WhereNobodyLimitsItIsTheWholeMachine) {
  Write("slice/job/cpu.max", "max 100000\n");
  Write("slice/job/memory.max", "max\n");
  Write("slice/job/cpuset.cpus.effective", "0-15\n");
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_EQ(reservation.cpu, 1);
  EXPECT_EQ(reservation.memory, 1);
  EXPECT_EQ(reservation.gpu, 1);
  EXPECT_EQ(reservation.source, "the whole machine");
}

TEST_F(ReservationTest, AQuotaOfTheCgroup) {
  Write("slice/job/cpu.max", "400000 100000\n");
  Write("slice/job/memory.max", std::to_string(16LL << 30) + "\n");
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_DOUBLE_EQ(*reservation.cpu, 0.25);
  EXPECT_DOUBLE_EQ(*reservation.memory, 0.25);
  EXPECT_EQ(reservation.source, "cgroup cpu.max");
}

TEST_F(ReservationTest, TheTightestOfAllThatStandAbove) {
  Write("slice/job/cpu.max", "800000 100000\n");
  Write("slice/cpu.max", "200000 100000\n");
  Write("slice/job/cpuset.cpus.effective", "0-3\n");
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_DOUBLE_EQ(*reservation.cpu, 2.0 / 16);
  EXPECT_EQ(reservation.source, "cgroup cpu.max");
}

TEST_F(ReservationTest, ASetOfCpus) {
  Write("slice/job/cpuset.cpus.effective", "0-3,8-11\n");
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_DOUBLE_EQ(*reservation.cpu, 0.5);
  EXPECT_EQ(reservation.source, "cgroup cpuset");
}

TEST_F(ReservationTest, SlurmWhereTheCgroupSaysNothing) {
  variables_ = {{"SLURM_CPUS_ON_NODE", "4"}, {"SLURM_MEM_PER_NODE", "16384"}, {"SLURM_GPUS_ON_NODE", "1"}};
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_DOUBLE_EQ(*reservation.cpu, 0.25);
  EXPECT_DOUBLE_EQ(*reservation.memory, 0.25);
  EXPECT_DOUBLE_EQ(*reservation.gpu, 0.25);
  EXPECT_EQ(reservation.source, "Slurm");
}

TEST_F(ReservationTest, GpusThatTheEnvironmentNames) {
  variables_["CUDA_VISIBLE_DEVICES"] = "0,2";
  EXPECT_DOUBLE_EQ(*ReservationOf(sources_).gpu, 0.5);
  variables_["CUDA_VISIBLE_DEVICES"] = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6";
  EXPECT_DOUBLE_EQ(*ReservationOf(sources_).gpu, 0.25);
  variables_["CUDA_VISIBLE_DEVICES"] = "-1";
  EXPECT_EQ(*ReservationOf(sources_).gpu, 0);
}

TEST_F(ReservationTest, WhatIsGivenOverridesWhoeverElse) {
  Write("slice/job/cpu.max", "400000 100000\n");
  sources_.given_cpus = 8;
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_DOUBLE_EQ(*reservation.cpu, 0.5);
  EXPECT_EQ(reservation.source, "given");
}

TEST_F(ReservationTest, GivenCpusSayNothingOfTheRest) {
  sources_.given_cpus = 8;
  const Reservation reservation = ReservationOf(sources_);
  EXPECT_FALSE(reservation.memory.has_value()) << "not known, which is not all of it";
  EXPECT_FALSE(reservation.gpu.has_value());
}

TEST_F(ReservationTest, MoreThanThereIsIsAll) {
  sources_.given_cpus = 100;
  variables_["SLURM_MEM_PER_NODE"] = "9999999";
  EXPECT_EQ(ReservationOf(sources_).cpu, 1);
  EXPECT_EQ(ReservationOf(sources_).memory, 1);
}

TEST_F(ReservationTest, EachKindOfDomainHasItsPart) {
  const Reservation reservation{0.5, 0.25, std::nullopt, "test"};
  EXPECT_EQ(ReservedOf(reservation, Component::kCpu), 0.5);
  EXPECT_EQ(ReservedOf(reservation, Component::kOther), 0.5);
  EXPECT_EQ(ReservedOf(reservation, Component::kMemory), 0.25);
  EXPECT_FALSE(ReservedOf(reservation, Component::kGpu).has_value());
}

TEST(CountCpusTest, Lists) {
  EXPECT_EQ(CountCpus("0"), 1);
  EXPECT_EQ(CountCpus("0-3,8,10-11"), 7);
  for (const char* bad : {"", ",", "0-", "-1", "3-0", "0-3,", "a", "0-99999999999", "0--3"}) {
    EXPECT_FALSE(CountCpus(bad).has_value()) << bad;
  }
}

TEST(CpusOfQuotaTest, Quotas) {
  EXPECT_DOUBLE_EQ(*CpusOfQuota("150000 100000"), 1.5);
  for (const char* bad : {"", "max 100000", "100000", "100000 0", "-1 100000", "x y"}) {
    EXPECT_FALSE(CpusOfQuota(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace jouleprint::job
