// Whatever launchers' variables hold, a rank lies in its job, and a node's tasks are no fewer than none.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "job/ranks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  constexpr std::array kNames{
      "RANK",          "WORLD_SIZE",          "LOCAL_RANK",         "LOCAL_WORLD_SIZE",
      "MASTER_ADDR",   "TORCHELASTIC_RUN_ID", "PMI_RANK",           "PMI_SIZE",
      "SLURM_PROCID",  "SLURM_NTASKS",        "SLURM_STEP_ID",      "SLURM_STEP_TASKS_PER_NODE",
      "SLURM_LOCALID", "SLURM_NODEID",        "SLURM_ARRAY_JOB_ID", "SLURM_JOB_ID"};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (job::TasksOnNode(text, size % 7 == 0 ? INT64_MAX : static_cast<std::int64_t>(size % 7)) < 0)
    std::abort();
  // A line a variable.
  std::map<std::string, std::string> variables;
  std::string_view rest = text;
  for (const char* name : kNames) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    variables[name] = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const job::Membership member = job::MembershipOf([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
  if (!member.rank) return 0;
  const RankRecord& rank = *member.rank;
  if (rank.rank < 0 || rank.rank >= rank.world_size || rank.world_size < 2 || rank.local_rank < 0)
    std::abort();
  if (rank.local_world_size > 0 && rank.local_rank >= rank.local_world_size) std::abort();
  return 0;
}
