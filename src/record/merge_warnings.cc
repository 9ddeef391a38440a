#include "record/merge_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace jouleprint::record {
namespace {

// Two readings of one domain over nearly the same time differ by less; those of two of one name by more.
constexpr double kSameHardware = 0.25;
// Others' work that is worth a warning, as for one run (job/figures.cc).
constexpr double kOthersNoticeable = 0.2;
constexpr std::size_t kMostRanksNamed = 8;

void WarnOfMissingRanks(const std::vector<RunRecord>& runs, RunRecord* all) {
  std::int64_t size = 0;
  std::set<std::int64_t> found;
  std::int64_t last_start_us = 0;
  for (const RunRecord& run : runs) {
    if (!run.rank) continue;
    found.insert(run.rank->rank);
    // A job that was started again may have another size.
    if (size == 0 || run.start.unix_us >= last_start_us) size = run.rank->world_size;
    last_start_us = std::max(last_start_us, run.start.unix_us);
  }
  std::vector<std::int64_t> missing;
  std::int64_t count = 0;
  for (std::int64_t rank = 0; rank < size && missing.size() <= kMostRanksNamed; ++rank) {
    if (!found.contains(rank)) missing.push_back(rank);
  }
  const auto there = std::count_if(found.begin(), found.end(), [size](std::int64_t r) { return r < size; });
  count = size - there;
  if (count == 0) return;
  const bool more = missing.size() > kMostRanksNamed;
  if (more) missing.pop_back();
  all->warnings.push_back(fmt::format("{} of {} ranks are there; missing: {}{}", there, size,
                                      fmt::join(missing, ", "), more ? ", ..." : ""));
}

bool AnyTwoOverlap(const std::vector<const Member*>& members) {
  for (std::size_t i = 1; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (Overlap(members[i]->span, {members[j]->span}) > 0) return true;
    }
  }
  return false;
}

// The same rank twice at a time is a sign of two jobs in one group.
void WarnOfTwins(const std::vector<Node>& nodes, RunRecord* all) {
  std::map<std::pair<std::string, std::int64_t>, std::vector<const Member*>> by_rank;
  for (const Node& node : nodes) {
    for (const Member& member : node.members) {
      if (member.run->rank) by_rank[{member.run->rank->launcher, member.run->rank->rank}].push_back(&member);
    }
  }
  for (const auto& [rank, members] : by_rank) {
    if (!AnyTwoOverlap(members)) continue;
    all->warnings.push_back(fmt::format(
        "rank {} is there twice at the same time: these may be the runs of two jobs", rank.second));
    return;
  }
}

void WarnOfUnfinished(const std::vector<RunRecord>& runs, RunRecord* all) {
  for (const RunRecord& run : runs) {
    if (run.state != RunState::kRunning) continue;
    all->warnings.push_back("run " + run.run_id +
                            " still goes on: its figures are those of its last checkpoint");
  }
}

Stretch SpanOf(const Node& node) {
  Stretch span = node.members.front().span;
  for (const Member& member : node.members) {
    span.from_us = std::min(span.from_us, member.span.from_us);
    span.to_us = std::max(span.to_us, member.span.to_us);
  }
  return span;
}

// The machines of one job work at the same time.
void WarnOfClocks(const std::vector<Node>& nodes, RunRecord* all) {
  if (nodes.size() < 2) return;
  for (const Node& node : nodes) {
    const bool alone = std::none_of(nodes.begin(), nodes.end(), [&node](const Node& other) {
      return &other != &node && Overlap(SpanOf(node), {SpanOf(other)}) > 0;
    });
    if (!alone) continue;
    all->warnings.push_back(node.name +
                            " ran at no time at which another machine did: its clock may be off, or it ran "
                            "another job");
  }
}

// A process that is kept to its own GPU sees it under the name that each of the others gives its own.
void WarnOfHiddenHardware(const Node& node, RunRecord* all) {
  for (const Member& counted : node.members) {
    if (!counted.Stands()) continue;
    for (const Member& other : node.members) {
      const std::int64_t both_us = Overlap(other.span, {counted.span});
      const auto longest = std::max(other.span.length_us(), counted.span.length_us());
      if (other.Stands() || static_cast<double>(both_us) < 0.9 * static_cast<double>(longest)) continue;
      for (const DomainRecord& domain : other.run->domains) {
        if (domain.component != Component::kGpu) continue;
        const auto same = std::find_if(counted.run->domains.begin(), counted.run->domains.end(),
                                       [&domain](const DomainRecord& d) { return d.name == domain.name; });
        const bool known = same != counted.run->domains.end();
        const double most = known ? std::max(same->mean_power_w, domain.mean_power_w) : 0;
        if (known && std::abs(same->mean_power_w - domain.mean_power_w) <= kSameHardware * most) continue;
        all->warnings.push_back(fmt::format(
            "{}'s {} was not the same for all its processes: where each sees a GPU of its own, that of the "
            "others is not counted; let one process see them all, or measure with one run around the "
            "launcher",
            node.name, domain.name));
        return;
      }
    }
  }
}

void WarnOfOthers(const Node& node, RunRecord* all) {
  double job_s = 0;
  double machine_s = 0;
  for (const Member& member : node.members) {
    if (member.shares) job_s += member.run->job.cpu_s;
    if (member.Counts()) machine_s += member.run->job.machine_cpu_s * member.energy;
  }
  const double others_s = machine_s - job_s;
  // Of one run alone its own warning says it.
  if (node.members.size() == 1 || !(others_s > kOthersNoticeable * machine_s) || others_s <= 1) return;
  all->warnings.push_back(fmt::format(
      "processes of others used {} % of the processor time of {}; the machine's figure includes them, the "
      "share does not",
      std::lround(100 * others_s / machine_s), node.name));
}

}  // namespace

void WarnOfMerge(const std::vector<RunRecord>& runs, const std::vector<Node>& nodes, RunRecord* all) {
  WarnOfMissingRanks(runs, all);
  WarnOfTwins(nodes, all);
  WarnOfUnfinished(runs, all);
  WarnOfClocks(nodes, all);
  for (const Node& node : nodes) {
    WarnOfHiddenHardware(node, all);
    WarnOfOthers(node, all);
  }
}

void CollectWarnings(const std::vector<Node>& nodes, RunRecord* all) {
  std::vector<std::string> sentences;
  std::map<std::string, std::vector<std::string>> said_by;
  std::size_t counted_nodes = 0;
  for (const Node& node : nodes) {
    ++counted_nodes;
    for (const Member& member : node.members) {
      if (!member.Stands()) continue;
      for (const std::string& sentence : member.run->warnings) {
        std::vector<std::string>& names = said_by[sentence];
        if (names.empty()) sentences.push_back(sentence);
        if (names.empty() || names.back() != node.name) names.push_back(node.name);
      }
      for (GapRecord gap : member.run->gaps) {
        gap.start_s += (member.run->start - all->start).value();
        if (nodes.size() > 1) gap.reason = node.name + ": " + gap.reason;
        all->gaps.push_back(std::move(gap));
      }
    }
  }
  for (const std::string& sentence : sentences) {
    const std::vector<std::string>& names = said_by[sentence];
    const bool all_say = names.size() == counted_nodes;
    all->warnings.push_back(all_say ? sentence : fmt::format("{}: {}", fmt::join(names, ", "), sentence));
  }
}

}  // namespace jouleprint::record
