// Which process of a distributed job this is, by what launchers put into the environment.
#include "job/ranks.h"

#include <gtest/gtest.h>

#include <map>

namespace jouleprint::job {
namespace {

using Variables = std::map<std::string, std::string>;

Membership Of(const Variables& variables) {
  return MembershipOf([&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

void ExpectRank(const Membership& member, const std::string& launcher, std::int64_t rank, std::int64_t size,
                std::int64_t local_rank, std::int64_t local_size) {
  ASSERT_TRUE(member.rank) << launcher;
  EXPECT_EQ(member.rank->launcher, launcher);
  EXPECT_EQ(member.rank->rank, rank) << launcher;
  EXPECT_EQ(member.rank->world_size, size) << launcher;
  EXPECT_EQ(member.rank->local_rank, local_rank) << launcher;
  EXPECT_EQ(member.rank->local_world_size, local_size) << launcher;
  EXPECT_EQ(member.rank->measures_node, local_rank == 0) << launcher;
}

const Variables kTorchrun{{"TORCHELASTIC_RUN_ID", "job7"},
                          {"RANK", "5"},
                          {"WORLD_SIZE", "8"},
                          {"LOCAL_RANK", "1"},
                          {"GROUP_RANK", "1"},
                          {"LOCAL_WORLD_SIZE", "4"},
                          {"MASTER_ADDR", "10.0.0.1"},
                          {"MASTER_PORT", "29500"}};

const Variables kStep{{"SLURM_JOB_ID", "123"},       {"SLURM_STEP_ID", "2"},
                      {"SLURM_PROCID", "3"},         {"SLURM_NTASKS", "6"},
                      {"SLURM_STEP_NUM_TASKS", "5"}, {"SLURM_LOCALID", "1"},
                      {"SLURM_NODEID", "1"},         {"SLURM_STEP_TASKS_PER_NODE", "2(x2),1"}};

Variables And(Variables variables, const Variables& more) {
  for (const auto& [name, value] : more) variables[name] = value;
  return variables;
}

TEST(Ranks, NoLauncherIsNoRank) {
  EXPECT_FALSE(Of({}).rank);
  EXPECT_EQ(Of({}).group, "");
}

TEST(Ranks, Torchrun) {
  const Membership member = Of(kTorchrun);
  ExpectRank(member, "torchrun", 5, 8, 1, 4);
  EXPECT_EQ(member.group, "torchrun-job7");
}

// Without --rdzv-id the id is "none" for every job; the address of the first rank must tell.
TEST(Ranks, TorchrunWithoutAnIdGoesByItsAddressOrBySlurm) {
  const Variables unnamed = And(kTorchrun, {{"TORCHELASTIC_RUN_ID", "none"}});
  EXPECT_EQ(Of(unnamed).group, "torchrun-10.0.0.1:29500");
  EXPECT_EQ(Of(And(unnamed, kStep)).group, "slurm-123.2");
}

TEST(Ranks, TorchrunUnderSrunIsTorchruns) {
  const Membership member = Of(And(kStep, kTorchrun));
  ExpectRank(member, "torchrun", 5, 8, 1, 4);
  EXPECT_EQ(member.group, "torchrun-job7");
}

// The torchrun process itself, and jouleprint around it: one a node.
TEST(Ranks, TheAgentOfTorchrunUnderSrunIsATaskOfSlurms) { ExpectRank(Of(kStep), "Slurm", 3, 5, 1, 2); }

TEST(Ranks, DeepSpeedAndKubeflowSetTorchsVariables) {
  ExpectRank(Of({{"RANK", "3"},
                 {"WORLD_SIZE", "4"},
                 {"LOCAL_RANK", "1"},
                 {"LOCAL_SIZE", "2"},
                 {"MASTER_ADDR", "h"},
                 {"MASTER_PORT", "1"}}),
             "torch.distributed", 3, 4, 1, 2);
  const Membership pod =
      Of({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "h"}, {"MASTER_PORT", "23456"}});
  ExpectRank(pod, "torch.distributed", 1, 2, 0, 0);
  EXPECT_EQ(pod.group, "torch.distributed-h:23456");
}

TEST(Ranks, ARankThatNoLauncherSetIsNone) { EXPECT_FALSE(Of({{"RANK", "1"}, {"WORLD_SIZE", "2"}}).rank); }

TEST(Ranks, SlurmStep) {
  const Membership member = Of(kStep);
  ExpectRank(member, "Slurm", 3, 5, 1, 2);
  EXPECT_EQ(member.group, "slurm-123.2");
  EXPECT_EQ(Of(And(kStep, {{"SLURM_ARRAY_JOB_ID", "120"}, {"SLURM_ARRAY_TASK_ID", "4"}})).group,
            "slurm-120_4.2");
}

// It has SLURM_PROCID=0 and SLURM_NTASKS too.
TEST(Ranks, ABatchScriptIsNoTask) {
  Variables batch = kStep;
  batch.erase("SLURM_STEP_ID");
  batch.erase("SLURM_STEP_NUM_TASKS");
  batch["SLURM_PROCID"] = "0";
  EXPECT_FALSE(Of(batch).rank);
  batch["SLURM_STEP_ID"] = "4294967291";
  EXPECT_FALSE(Of(batch).rank);
}

TEST(Ranks, OpenMpi) {
  const Variables mpi{{"OMPI_COMM_WORLD_RANK", "1"},
                      {"OMPI_COMM_WORLD_SIZE", "2"},
                      {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                      {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
                      {"PMIX_NAMESPACE", "1924857857"}};
  ExpectRank(Of(mpi), "Open MPI", 1, 2, 1, 2);
  EXPECT_EQ(Of(mpi).group, "openmpi-1924857857");
  // mpirun starts its daemons by srun, one a node; their numbers are not the ranks'.
  ExpectRank(Of(And(kStep, mpi)), "Open MPI", 1, 2, 1, 2);
}

TEST(Ranks, OtherLaunchers) {
  ExpectRank(Of({{"HOROVOD_RANK", "2"},
                 {"HOROVOD_SIZE", "4"},
                 {"HOROVOD_LOCAL_RANK", "0"},
                 {"HOROVOD_LOCAL_SIZE", "2"}}),
             "Horovod", 2, 4, 0, 2);
  ExpectRank(Of({{"MV2_COMM_WORLD_RANK", "2"},
                 {"MV2_COMM_WORLD_SIZE", "4"},
                 {"MV2_COMM_WORLD_LOCAL_RANK", "0"},
                 {"MV2_COMM_WORLD_LOCAL_SIZE", "2"}}),
             "MVAPICH", 2, 4, 0, 2);
  const Variables hydra{
      {"PMI_RANK", "3"}, {"PMI_SIZE", "4"}, {"MPI_LOCALRANKID", "1"}, {"MPI_LOCALNRANKS", "2"}};
  ExpectRank(Of(hydra), "MPICH", 3, 4, 1, 2);
  ExpectRank(Of(And(hydra, {{"I_MPI_MPIRUN", "mpirun"}})), "Intel MPI", 3, 4, 1, 2);
  EXPECT_EQ(Of(And(hydra, kStep)).group, "slurm-123.2");
}

// srun --mpi=pmi2 sets PMI_RANK beside its own variables, which say more.
TEST(Ranks, SlurmSaysMoreThanItsPmi) {
  ExpectRank(Of(And(kStep, {{"PMI_RANK", "3"}, {"PMI_SIZE", "5"}})), "Slurm", 3, 5, 1, 2);
  ExpectRank(Of({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}}), "MPI", 1, 2, 0, 0);
}

TEST(Ranks, AJobOfOneProcessHasNone) {
  EXPECT_FALSE(Of(And(kTorchrun, {{"RANK", "0"}, {"WORLD_SIZE", "1"}})).rank);
  const Membership step = Of(And(kStep, {{"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_PROCID", "0"}}));
  EXPECT_FALSE(step.rank);
  EXPECT_EQ(step.group, "");
}

TEST(Ranks, NumbersThatMakeNoSenseAreNoRank) {
  for (const char* rank : {"-1", "8", "x", "5x", "", "99999999999999999999"}) {
    Variables odd = And(kTorchrun, {{"RANK", rank}});
    EXPECT_FALSE(Of(odd).rank) << rank;
  }
  EXPECT_EQ(Of(And(kTorchrun, {{"LOCAL_WORLD_SIZE", "1"}})).rank->local_world_size, 0);
}

TEST(Ranks, TasksOfANode) {
  EXPECT_EQ(TasksOnNode("2(x3),1", 0), 2);
  EXPECT_EQ(TasksOnNode("2(x3),1", 2), 2);
  EXPECT_EQ(TasksOnNode("2(x3),1", 3), 1);
  EXPECT_EQ(TasksOnNode("2(x3),1", 4), 0);
  EXPECT_EQ(TasksOnNode("4", 0), 4);
  for (const char* odd : {"", ",", "x", "2(x", "2(x)", "(x2)", "2(y3)", "-1"}) {
    EXPECT_EQ(TasksOnNode(odd, 0), 0) << odd;
  }
}

TEST(Ranks, WhatTheOptionsSayWins) {
  RunOptions options;
  options.group = "mine";
  const auto torchrun = [](const char* name) {
    const auto found = kTorchrun.find(name);
    return found == kTorchrun.end() ? std::string() : found->second;
  };
  EXPECT_EQ(MembershipOf(options, torchrun).group, "mine");
  EXPECT_EQ(MembershipOf(options, torchrun).rank->rank, 5);
  options.rank = RankRecord{0, 2, 0, 2, "given", true};
  EXPECT_EQ(MembershipOf(options, torchrun).rank->launcher, "given");
}

// Whose machine another process measures reads seldom, unless somebody says how often.
TEST(Ranks, OneProcessOfAMachineReadsAtFullPace) {
  const auto with = [](const Variables& variables) {
    return [variables](const char* name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    };
  };
  EXPECT_EQ(AtItsPace({}, with(kTorchrun)).interval, kIntervalBesideAnother);
  EXPECT_FALSE(AtItsPace({}, with(And(kTorchrun, {{"LOCAL_RANK", "0"}}))).interval);
  EXPECT_FALSE(AtItsPace({}, with({})).interval);
  RunOptions given;
  given.interval = Seconds{0.5};
  EXPECT_EQ(AtItsPace(given, with(kTorchrun)).interval, Seconds{0.5});
}

}  // namespace
}  // namespace jouleprint::job
