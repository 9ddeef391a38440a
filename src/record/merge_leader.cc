#include "record/merge_leader.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace jouleprint::record {
namespace {

std::optional<std::int64_t> RankOf(const RunRecord& run) {
  return run.rank ? std::optional(run.rank->rank) : std::nullopt;
}

// The first process and, where the job was started again, the same rank of those starts, in order.
std::vector<const Member*> LeadersOf(const std::vector<Node>& nodes) {
  const RunRecord& first = *nodes.front().members.front().run;
  std::vector<const Member*> same_rank;
  for (const Node& node : nodes) {
    if (!first.rank && &node != &nodes.front()) continue;
    for (const Member& member : node.members) {
      if (RankOf(*member.run) == RankOf(first)) same_rank.push_back(&member);
    }
  }
  std::sort(same_rank.begin(), same_rank.end(), [](const Member* a, const Member* b) {
    return std::tie(a->span.from_us, a->run->run_id) < std::tie(b->span.from_us, b->run->run_id);
  });
  std::vector<const Member*> leaders;
  for (const Member* member : same_rank) {
    if (leaders.empty() || member->span.from_us >= leaders.back()->span.to_us) leaders.push_back(member);
  }
  return leaders;
}

Stretch Absolute(const EpochRecord& epoch, const Member& member) {
  return {member.span.from_us + Microseconds(epoch.start_s), member.span.from_us + Microseconds(epoch.end_s)};
}

// The machine's energy in a stretch, as if its power had been the same all the time.
double EvenKwh(const Node& node, const Stretch& stretch) {
  double kwh = 0;
  for (const Member& member : node.members) {
    const std::int64_t counted_us = Length(member.counted);
    if (counted_us == 0) continue;
    kwh += member.run->energy_kwh.machine.value * member.energy *
           static_cast<double>(Overlap(stretch, member.counted)) / static_cast<double>(counted_us);
  }
  return kwh;
}

// What a process of the node noted of the same epoch.
std::optional<double> OwnKwh(const Node& node, const EpochRecord& epoch, const Stretch& stretch) {
  for (const Member& member : node.members) {
    if (!member.Counts()) continue;
    for (const EpochRecord& own : member.run->epochs) {
      if (own.epoch != epoch.epoch || own.kind != epoch.kind) continue;
      if (Overlap(stretch, {Absolute(own, member)}) > 0) return own.energy_kwh;
    }
  }
  return std::nullopt;
}

class Leader {
 public:
  Leader(const std::vector<Node>& nodes, RunRecord* all) : nodes_(nodes), all_(*all) {}

  void Take(const Member& member) {
    const RunRecord& run = *member.run;
    const double later_s = (run.start - all_.start).value();
    for (const EpochRecord& epoch : run.epochs) TakeEpoch(epoch, member, later_s);
    TakeTasks(member, later_s);
    for (const auto& [name, points] : run.metrics) {
      for (const MetricPoint& point : points)
        all_.metrics[name].push_back({point.t_s + later_s, point.value});
      all_.metrics.try_emplace(name);
    }
    if (run.epochs_expected) all_.epochs_expected = run.epochs_expected;
    // It was made of one machine's energy.
    if (run.prediction && nodes_.size() == 1) {
      all_.prediction = run.prediction;
      all_.prediction->at_s += later_s;
    }
    for (BudgetRecord budget : run.budgets) {
      if (budget.acted_at_s) *budget.acted_at_s += later_s;
      all_.budgets.push_back(std::move(budget));
    }
  }

  void Warn() {
    if (even_) {
      all_.warnings.push_back(
          "not every machine noted the epochs: what the others used in one follows from their mean power");
    }
    if (nodes_.size() > 1 && !all_.tasks.empty()) {
      all_.warnings.push_back("the tasks' energy is that of " + nodes_.front().name + " alone");
    }
  }

 private:
  void TakeEpoch(EpochRecord epoch, const Member& leader, double later_s) {
    const Stretch stretch = Absolute(epoch, leader);
    for (const Node& node : nodes_) {
      const bool own_node = std::any_of(node.members.begin(), node.members.end(),
                                        [&leader](const Member& member) { return &member == &leader; });
      if (own_node) continue;
      const std::optional<double> own = OwnKwh(node, epoch, stretch);
      even_ = even_ || !own;
      epoch.energy_kwh += own ? *own : EvenKwh(node, stretch);
    }
    epoch.start_s += later_s;
    epoch.end_s += later_s;
    all_.epochs.push_back(std::move(epoch));
  }

  void TakeTasks(const Member& member, double later_s) {
    const auto before = static_cast<std::int64_t>(all_.tasks.size());
    for (TaskRecord task : member.run->tasks) {
      if (task.parent) *task.parent += before;
      task.start_s += later_s;
      task.end_s += later_s;
      if (nodes_.size() > 1) task.domain_kwh = WithNode(member, task.domain_kwh);
      all_.tasks.push_back(std::move(task));
    }
  }

  // By the names that the merged run's domains have.
  std::map<std::string, double> WithNode(const Member& member,
                                         const std::map<std::string, double>& kwh) const {
    std::map<std::string, double> named;
    for (const Node& node : nodes_) {
      for (const Member& one : node.members) {
        if (&one != &member) continue;
        for (const auto& [domain, energy] : kwh) named[node.name + "/" + domain] = energy;
      }
    }
    return named;
  }

  const std::vector<Node>& nodes_;
  RunRecord& all_;
  bool even_ = false;
};

}  // namespace

void MergeLeader(const std::vector<Node>& nodes, RunRecord* all) {
  Leader leader(nodes, all);
  for (const Member* member : LeadersOf(nodes)) leader.Take(*member);
  leader.Warn();
}

}  // namespace jouleprint::record
