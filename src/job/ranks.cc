#include "job/ranks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace jouleprint::job {
namespace {

// Step numbers from here on are no steps of srun: the batch script, an interactive shell, the external step
// (slurm.h: SLURM_BATCH_SCRIPT, SLURM_INTERACTIVE_STEP, SLURM_EXTERN_CONT, SLURM_PENDING_STEP).
constexpr std::int64_t kFirstSpecialStep = 0xFFFFFFF0;

std::optional<std::int64_t> Whole(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::int64_t> WholeOf(const Variable& variable, const char* name) {
  return name == nullptr ? std::nullopt : Whole(variable(name));
}

// A launcher that gives each process its numbers in variables of its own.
struct Launcher {
  const char* name;
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;
  const char* needs;  // another variable that tells it from its like; nullptr: none
  // What tells one job of it from another: one variable, or an address of two.
  const char* job;
  const char* job_port;
};

// Inner ones first. Sources: PyTorch, "torchrun (Elastic Launch)", environment variables; DeepSpeed,
// launcher/launch.py (RANK, LOCAL_SIZE); Horovod, horovod/runner/gloo_run.py; Open MPI FAQ, "Running MPI
// jobs", question on environment variables; MVAPICH2 user guide, section 6; MPICH and Intel MPI, hydra
// (MPI_LOCALRANKID, MPI_LOCALNRANKS, PMI_RANK, PMI_SIZE).
constexpr std::array kInnerLaunchers{
    Launcher{"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "TORCHELASTIC_RUN_ID",
             "TORCHELASTIC_RUN_ID", nullptr},
    Launcher{"torch.distributed", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_SIZE", "MASTER_ADDR",
             "MASTER_ADDR", "MASTER_PORT"},
    Launcher{"Horovod", "HOROVOD_RANK", "HOROVOD_SIZE", "HOROVOD_LOCAL_RANK", "HOROVOD_LOCAL_SIZE", nullptr,
             "HOROVOD_GLOO_RENDEZVOUS_ADDR", "HOROVOD_GLOO_RENDEZVOUS_PORT"},
    Launcher{"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
             "OMPI_COMM_WORLD_LOCAL_SIZE", nullptr, "PMIX_NAMESPACE", nullptr},
    Launcher{"MVAPICH", "MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_LOCAL_RANK",
             "MV2_COMM_WORLD_LOCAL_SIZE", nullptr, nullptr, nullptr},
    Launcher{"Intel MPI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", "I_MPI_MPIRUN",
             nullptr, nullptr},
    Launcher{"MPICH", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", "MPI_LOCALRANKID",
             nullptr, nullptr},
};
// Of srun --mpi=pmi2 as well, which says more by its own variables.
constexpr Launcher kBarePmi{"MPI", "PMI_RANK", "PMI_SIZE", nullptr, nullptr, nullptr, nullptr, nullptr};

// "slurm-123.0", of an array "slurm-120_3.0": as squeue and sacct write them. "" outside of Slurm.
std::string SlurmGroup(const Variable& variable) {
  std::string job = variable("SLURM_JOB_ID");
  if (job.empty()) return {};
  const std::string array_job = variable("SLURM_ARRAY_JOB_ID");
  const std::string array_task = variable("SLURM_ARRAY_TASK_ID");
  if (!array_job.empty() && !array_task.empty()) job = array_job + "_" + array_task;
  const std::optional<std::int64_t> step = WholeOf(variable, "SLURM_STEP_ID");
  if (step && *step < kFirstSpecialStep) job += "." + std::to_string(*step);
  return "slurm-" + job;
}

// "Open MPI" is "openmpi-...": a group is typed on command lines.
std::string NamedAfter(const Launcher& launcher, const std::string& job) {
  std::string name;
  for (const char c : std::string_view(launcher.name)) {
    if (c != ' ') name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name + "-" + job;
}

std::string GroupOf(const Launcher& launcher, const Variable& variable) {
  const std::string id = launcher.job != nullptr ? variable(launcher.job) : std::string();
  // What torchrun writes where nobody gave --rdzv-id: the same for every job.
  const bool unnamed = id == "none";
  const bool address = launcher.job_port != nullptr;
  if (!id.empty() && !unnamed && !address) return NamedAfter(launcher, id);
  if (std::string slurm = SlurmGroup(variable); !slurm.empty()) return slurm;
  const std::string host = unnamed ? variable("MASTER_ADDR") : id;
  const char* const port = unnamed ? "MASTER_PORT" : launcher.job_port;
  return host.empty() ? std::string() : NamedAfter(launcher, host + ":" + variable(port));
}

std::optional<RankRecord> Checked(RankRecord rank) {
  if (rank.world_size < 1 || rank.rank >= rank.world_size) return std::nullopt;
  if (rank.local_world_size > 0 && rank.local_rank >= rank.local_world_size) rank.local_world_size = 0;
  rank.measures_node = rank.local_rank == 0;
  return rank;
}

std::optional<RankRecord> RankOf(const Launcher& launcher, const Variable& variable) {
  if (launcher.needs != nullptr && variable(launcher.needs).empty()) return std::nullopt;
  const auto rank = WholeOf(variable, launcher.rank);
  const auto size = WholeOf(variable, launcher.size);
  if (!rank || !size) return std::nullopt;
  return Checked({*rank, *size, WholeOf(variable, launcher.local_rank).value_or(0),
                  WholeOf(variable, launcher.local_size).value_or(0), launcher.name, true});
}

// A batch script has SLURM_PROCID=0 and SLURM_NTASKS as well, but is no task of its job: only srun's steps
// have tasks with ranks (srun(1), output environment variables).
std::optional<RankRecord> SlurmRank(const Variable& variable) {
  const auto step = WholeOf(variable, "SLURM_STEP_ID");
  if (!step || *step >= kFirstSpecialStep) return std::nullopt;
  const auto rank = WholeOf(variable, "SLURM_PROCID");
  auto size = WholeOf(variable, "SLURM_STEP_NUM_TASKS");
  if (!size) size = WholeOf(variable, "SLURM_NTASKS");
  if (!rank || !size) return std::nullopt;
  std::string by_node = variable("SLURM_STEP_TASKS_PER_NODE");
  if (by_node.empty()) by_node = variable("SLURM_TASKS_PER_NODE");
  const std::int64_t node = WholeOf(variable, "SLURM_NODEID").value_or(0);
  return Checked({*rank, *size, WholeOf(variable, "SLURM_LOCALID").value_or(0), TasksOnNode(by_node, node),
                  "Slurm", true});
}

Membership MemberOf(const RankRecord& rank, std::string group) {
  if (rank.world_size == 1) return {};
  return {std::move(group), rank};
}

}  // namespace

std::int64_t TasksOnNode(std::string_view tasks_per_node, std::int64_t node) {
  while (!tasks_per_node.empty()) {
    std::string_view item = tasks_per_node.substr(0, tasks_per_node.find(','));
    tasks_per_node.remove_prefix(std::min(item.size() + 1, tasks_per_node.size()));
    std::int64_t times = 1;
    if (const std::size_t open = item.find("(x"); open != std::string_view::npos && item.ends_with(')')) {
      const auto repeated = Whole(item.substr(open + 2, item.size() - open - 3));
      if (!repeated) return 0;
      times = *repeated;
      item = item.substr(0, open);
    }
    const auto tasks = Whole(item);
    if (!tasks) return 0;
    if (node < times) return *tasks;
    node -= times;
  }
  return 0;
}

Membership MembershipOf(const Variable& variable) {
  for (const Launcher& launcher : kInnerLaunchers) {
    if (auto rank = RankOf(launcher, variable)) return MemberOf(*rank, GroupOf(launcher, variable));
  }
  if (auto rank = SlurmRank(variable)) return MemberOf(*rank, SlurmGroup(variable));
  if (auto rank = RankOf(kBarePmi, variable)) return MemberOf(*rank, GroupOf(kBarePmi, variable));
  return {};
}

Membership MembershipOf(const RunOptions& options, const Variable& variable) {
  Membership membership = MembershipOf(variable);
  if (!options.group.empty()) membership.group = options.group;
  if (options.rank) membership.rank = options.rank;
  return membership;
}

RunOptions AtItsPace(RunOptions options, const Variable& variable) {
  const std::optional<RankRecord> rank = MembershipOf(options, variable).rank;
  if (rank && !rank->measures_node && !options.interval) options.interval = kIntervalBesideAnother;
  return options;
}

}  // namespace jouleprint::job
