// Which process of a distributed job we are: said by the launcher, in the environment of each process.
//
// The innermost launcher that set a rank counts: a torchrun that srun started has set RANK for its workers,
// whose SLURM_PROCID is that of the torchrun. A job of one process has no rank. docs/ranks.md has the table.
// Pure; tested by tests/job/ranks_test.cc and, with real launchers, tests/cli/merge_test.py.
#ifndef JOULEPRINT_JOB_RANKS_H_
#define JOULEPRINT_JOB_RANKS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/record.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

/// "" where a variable is not set.
using Variable = std::function<std::string(const char*)>;

struct Membership {
  std::string group;  ///< "" where nothing names the job
  std::optional<RankRecord> rank;
};

/// What the launcher's variables say.
Membership MembershipOf(const Variable& variable);
/// The same, but for what the options say.
Membership MembershipOf(const RunOptions& options, const Variable& variable);

/// How often meters are read, where nobody said, by a process whose machine another one of the job measures:
/// what it reads is not counted in a merge.
inline constexpr Seconds kIntervalBesideAnother{10};
/// The options with that interval where it applies.
RunOptions AtItsPace(RunOptions options, const Variable& variable);

/// Slurm's tasks by node, "2(x3),1" for 2, 2, 2, 1; 0 where the list says nothing of this node.
std::int64_t TasksOnNode(std::string_view tasks_per_node, std::int64_t node);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_RANKS_H_
