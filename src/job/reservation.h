// Which part of the machine is the job's to use, whether it does or not: asked of whoever sets limits.
//
//   1. --reserved-cpus, for the processors
//   2. the cgroup v2 that we are in, and those above it: cpu.max, cpuset.cpus.effective, memory.max
//      (kernel documentation, admin-guide/cgroup-v2)
//   3. Slurm: SLURM_CPUS_ON_NODE, SLURM_MEM_PER_NODE, SLURM_GPUS_ON_NODE (sbatch(1), output environment);
//      for GPUs also CUDA_VISIBLE_DEVICES (CUDA C Programming Guide, "CUDA Environment Variables")
//   4. where nobody limits anything, the whole machine
//
// Pure but for the files that it is told of. Tested by tests/job/reservation_test.cc.
#ifndef JOULEPRINT_JOB_RESERVATION_H_
#define JOULEPRINT_JOB_RESERVATION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"

namespace jouleprint::job {

struct ReservationSources {
  std::optional<double> given_cpus{};
  std::vector<std::string> cgroup_folders{};  ///< ours and those above it
  /// "" where a variable is not set.
  std::function<std::string(const char*)> variable{};
  /// Of the machine; 0: not known.
  int logical_cpus = 0;
  double memory_bytes = 0;
  int gpus = 0;
};

Reservation ReservationOf(const ReservationSources& sources);

/// The fraction of a domain of this kind that is the job's; nothing where that is not known.
std::optional<double> ReservedOf(const Reservation& reservation, Component component);

/// How many CPUs a list such as "0-3,8,10-11" names (cpuset.cpus.effective). Nothing when it is none.
std::optional<std::int64_t> CountCpus(std::string_view list);
/// The CPUs that a quota such as "150000 100000" is worth (cpu.max); nothing for "max 100000".
std::optional<double> CpusOfQuota(std::string_view quota);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_RESERVATION_H_
