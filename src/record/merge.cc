#include "record/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "record/merge_leader.h"
#include "record/merge_nodes.h"
#include "record/merge_sums.h"
#include "record/merge_warnings.h"
#include "record/run_id.h"

namespace jouleprint::record {
namespace {

// By rank, those without one last.
void PutInOrder(std::vector<RunRecord>* runs) {
  const auto key = [](const RunRecord& run) {
    return std::tuple(run.rank ? run.rank->rank : std::numeric_limits<std::int64_t>::max(), run.start,
                      std::string_view(run.run_id));
  };
  std::sort(runs->begin(), runs->end(),
            [&key](const RunRecord& a, const RunRecord& b) { return key(a) < key(b); });
}

void NameOnce(std::vector<RunRecord>* runs) {
  std::set<std::string> seen;
  std::erase_if(*runs, [&seen](const RunRecord& run) { return !seen.insert(run.run_id).second; });
}

// The same runs make the same id, so that merging them again replaces what they were merged to before.
std::string IdOf(const std::vector<RunRecord>& runs, UtcTime start) {
  std::set<std::string> ids;
  for (const RunRecord& run : runs) ids.insert(run.run_id);
  // FNV-1a of Fowler, Noll and Vo with its own start, and with another one for the bits that it lacks.
  std::array<std::uint64_t, 2> hashes{0xcbf29ce484222325, 0x6a6f756c65707269};
  for (const std::string& id : ids) {
    for (const char c : id + "\n") {
      for (std::uint64_t& hash : hashes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
  }
  std::array<std::uint8_t, 10> tail{};
  for (std::size_t i = 0; i < tail.size(); ++i) {
    tail[i] = static_cast<std::uint8_t>(hashes[i / 8] >> (8 * (i % 8)));
  }
  return RunIdOf(start, tail);
}

std::string CommonText(const std::vector<RunRecord>& runs, std::string RunRecord::*field) {
  const std::string& first = runs.front().*field;
  const bool same =
      std::all_of(runs.begin(), runs.end(), [&](const RunRecord& r) { return r.*field == first; });
  return same ? first : std::string();
}

// "running" belongs to who still writes the record; nobody writes this one again.
RunState StateOf(const std::vector<RunRecord>& runs) {
  const bool whole = std::all_of(runs.begin(), runs.end(),
                                 [](const RunRecord& run) { return run.state == RunState::kFinished; });
  return whole ? RunState::kFinished : RunState::kRecovered;
}

void MergeIdentity(const std::vector<RunRecord>& runs, const MergeWish& wish, RunRecord* all) {
  const RunRecord& first = runs.front();
  all->name = wish.name.empty() ? first.name : wish.name;
  all->project = CommonText(runs, &RunRecord::project);
  all->group = wish.group.empty() ? CommonText(runs, &RunRecord::group) : wish.group;
  all->imported_from = CommonText(runs, &RunRecord::imported_from);
  all->command = first.command;
  all->version = JOULEPRINT_VERSION;
  all->state = StateOf(runs);
  for (const auto& [key, value] : first.tags) {
    const bool same =
        std::all_of(runs.begin(), runs.end(), [&key = key, &value = value](const RunRecord& run) {
          const auto found = run.tags.find(key);
          return found != run.tags.end() && found->second == value;
        });
    if (same) all->tags.emplace(key, value);
  }
}

void MergeTimes(const std::vector<RunRecord>& runs, RunRecord* all) {
  all->start = runs.front().start;
  all->end = runs.front().end;
  for (const RunRecord& run : runs) {
    all->start = std::min(all->start, run.start);
    all->end = std::max(all->end, run.end);
  }
  // What a clock that never steps counted is better than a difference of two times.
  all->duration_s = runs.size() == 1 ? runs.front().duration_s : (all->end - all->start).value();
}

std::string NamesOf(const std::vector<Node>& nodes) {
  constexpr std::size_t kMostNames = 4;
  std::string names;
  for (std::size_t i = 0; i < std::min(nodes.size(), kMostNames); ++i) {
    names += (i == 0 ? "" : ", ") + nodes[i].name;
  }
  if (nodes.size() > kMostNames) names += fmt::format(" and {} more", nodes.size() - kMostNames);
  return names;
}

// What all machines are; what differs is left open, what can be counted is added.
void MergeHosts(const std::vector<Node>& nodes, RunRecord* all) {
  all->host = nodes.front().members.front().run->host;
  if (nodes.size() == 1) return;
  HostInfo& host = all->host;
  host.hostname = NamesOf(nodes);
  host.boot_id.clear();
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const HostInfo& other = nodes[i].members.front().run->host;
    for (const auto field :
         {&HostInfo::os, &HostInfo::kernel, &HostInfo::arch, &HostInfo::cpu, &HostInfo::virtualization}) {
      if (host.*field != other.*field) host.*field = "several";
    }
    for (const auto count : {&HostInfo::sockets, &HostInfo::cores, &HostInfo::logical_cpus}) {
      host.*count = Together(host.*count, other.*count);
    }
    host.memory_gib += other.memory_gib;
    host.gpus.insert(host.gpus.end(), other.gpus.begin(), other.gpus.end());
  }
}

bool operator==(const Reservation& a, const Reservation& b) {
  return std::tie(a.cpu, a.memory, a.gpu, a.source) == std::tie(b.cpu, b.memory, b.gpu, b.source);
}

void MergeJob(const std::vector<RunRecord>& runs, const std::vector<Node>& nodes, RunRecord* all) {
  all->job = runs.front().job;
  all->job.cpu_s = 0;
  all->job.machine_cpu_s = 0;
  for (const Node& node : nodes) {
    for (const Member& member : node.members) {
      const JobUse& job = member.run->job;
      if (member.shares) all->job.cpu_s += job.cpu_s;
      if (member.Counts()) {
        const double of_time = member.seconds() / (static_cast<double>(member.span.length_us()) * 1e-6);
        all->job.machine_cpu_s += job.machine_cpu_s * of_time;
      }
    }
  }
  all->job.machine_cpu_s = std::max(all->job.machine_cpu_s, all->job.cpu_s);
  for (const RunRecord& run : runs) {
    all->overhead.cpu_s += run.overhead.cpu_s;
    all->overhead.samples = Together(all->overhead.samples, run.overhead.samples);
    if (all->job.exit_status == 0) all->job.exit_status = run.job.exit_status;
    if (!(run.job.reserved == runs.front().job.reserved)) all->job.reserved = {{}, {}, {}, "several"};
    if (run.job.followed_by != all->job.followed_by) all->job.followed_by = "several";
  }
}

void NameParts(const std::vector<Node>& nodes, RunRecord* all) {
  for (const Node& node : nodes) {
    for (const Member& member : node.members) {
      const RunRecord& run = *member.run;
      all->merged_from.push_back(
          {run.run_id, node.name, run.rank ? std::optional(run.rank->rank) : std::nullopt, member.Stands()});
    }
  }
}

Status CheckParts(const std::vector<RunRecord>& runs) {
  if (runs.empty()) {
    return Error{ErrorCode::kInvalidArgument, "there is no run to merge", "name the runs, or their --group"};
  }
  for (const RunRecord& run : runs) {
    if (run.merged_from.empty() || runs.size() == 1) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "run " + run.run_id + " is itself the sum of " + std::to_string(run.merged_from.size()) +
                     " merged runs",
                 "name those instead: 'jouleprint runs show " + run.run_id + " --json' lists them"};
  }
  return {};
}

}  // namespace

Result<RunRecord> Merge(std::vector<RunRecord> runs, const MergeWish& wish) {
  NameOnce(&runs);
  if (Status fit = CheckParts(runs); !fit.ok()) return fit.error();
  if (!runs.front().merged_from.empty()) return std::move(runs.front());
  PutInOrder(&runs);
  const std::vector<Node> nodes = NodesOf(runs);
  RunRecord all;
  MergeIdentity(runs, wish, &all);
  MergeTimes(runs, &all);
  all.run_id = IdOf(runs, all.start);
  MergeHosts(nodes, &all);
  NameParts(nodes, &all);
  WarnOfMerge(runs, nodes, &all);
  MergeEnergy(nodes, &all);
  MergeJob(runs, nodes, &all);
  MergeLeader(nodes, &all);
  MergeCarbon(nodes, &all);
  CollectWarnings(nodes, &all);
  return all;
}

}  // namespace jouleprint::record
