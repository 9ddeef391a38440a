#include <algorithm>
#include <utility>

#include "jouleprint/units.h"
#include "record/merge_sums.h"

namespace jouleprint::record {
namespace {

Estimate AtMost(Estimate part, const Estimate& whole) {
  part.value = std::min(part.value, whole.value);
  part.low = std::min(part.low, part.value);
  part.high = std::max(part.value, std::min(part.high, whole.high));
  return part;
}

void AddTogether(const Estimate& part, std::optional<Estimate>* sum) {
  *sum = *sum ? SumCorrelated(**sum, part) : part;
}

// Nothing as soon as one lacks it.
template <class Figure>
std::optional<Estimate> SumOfCounted(const Node& node, Figure figure) {
  std::optional<Estimate> sum;
  for (const Member& member : node.members) {
    if (!member.Counts()) continue;
    const std::optional<Estimate> part = figure(*member.run);
    if (!part) return std::nullopt;
    AddTogether(Scale(*part, member.energy), &sum);
  }
  return sum;
}

template <class Figure>
std::optional<Estimate> SumOfShares(const Node& node, Figure figure) {
  std::optional<Estimate> sum;
  for (const Member& member : node.members) {
    if (!member.shares) continue;
    const std::optional<Estimate> part = figure(*member.run);
    if (!part) return std::nullopt;
    AddTogether(*part, &sum);
  }
  return sum;
}

struct NodeFigures {
  Estimate machine;
  std::optional<Estimate> marginal;
  Estimate share;
  std::optional<Estimate> without_idle;
  std::optional<Estimate> with_idle;
};

// Processes of one job have the same reservation (a cgroup's, Slurm's): its part of the idle energy is the
// job's once, however many of them say so.
std::optional<Estimate> WithIdle(const Node& node, const Estimate& without) {
  std::optional<Estimate> idle;
  for (const Member& member : node.members) {
    const EnergyFigures& kwh = member.run->energy_kwh;
    if (!member.shares) continue;
    if (!kwh.share_with_idle || !kwh.share_without_idle) return std::nullopt;
    const double part = kwh.share_with_idle->value - kwh.share_without_idle->value;
    const Estimate more{part, std::min(part, kwh.share_with_idle->low - kwh.share_without_idle->low),
                        std::max(part, kwh.share_with_idle->high - kwh.share_without_idle->high),
                        kwh.share_with_idle->basis};
    if (!idle || more.value > idle->value) idle = more;
  }
  return idle ? std::optional(SumCorrelated(without, *idle)) : std::nullopt;
}

NodeFigures FiguresOf(const Node& node, const std::string& idle_split) {
  NodeFigures figures;
  figures.machine = SumOfCounted(node, [](const RunRecord& run) {
                      return std::optional(run.energy_kwh.machine);
                    }).value_or(Estimate{});
  figures.marginal = SumOfCounted(node, [](const RunRecord& run) { return run.energy_kwh.marginal; });
  figures.without_idle =
      SumOfShares(node, [](const RunRecord& run) { return run.energy_kwh.share_without_idle; });
  if (figures.without_idle) {
    figures.without_idle = AtMost(*figures.without_idle, figures.machine);
    figures.with_idle = WithIdle(node, *figures.without_idle);
  }
  if (figures.with_idle) figures.with_idle = AtMost(*figures.with_idle, figures.machine);
  const std::optional<Estimate> shares =
      SumOfShares(node, [](const RunRecord& run) { return std::optional(run.energy_kwh.share); });
  figures.share = AtMost(shares.value_or(Estimate{}), figures.machine);
  if (idle_split == "reservation" && figures.with_idle) figures.share = *figures.with_idle;
  return figures;
}

// One domain of one machine, over all the runs that were counted.
struct DomainSum {
  DomainRecord record;
  double seconds = 0;
  double share_kwh = 0;
  bool first = true;
};

void AddDomain(const DomainRecord& part, const Member& member, DomainSum* sum) {
  const Estimate energy = Scale(part.energy_kwh, member.energy);
  const double seconds = member.seconds();
  DomainRecord& all = sum->record;
  if (std::exchange(sum->first, false)) {
    all = part;
    all.energy_kwh = energy;
    if (all.idle_kwh) *all.idle_kwh *= member.energy;
  } else {
    all.energy_kwh = SumCorrelated(all.energy_kwh, energy);
    all.idle_kwh = all.idle_kwh && part.idle_kwh
                       ? std::optional(*all.idle_kwh + *part.idle_kwh * member.energy)
                       : std::nullopt;
    const double together = sum->seconds + seconds;
    if (together > 0) {
      all.mean_power_w = (all.mean_power_w * sum->seconds + part.mean_power_w * seconds) / together;
    }
    all.max_power_w = std::max(all.max_power_w, part.max_power_w);
    all.basis = Weakest(all.basis, part.basis);
  }
  sum->seconds += seconds;
}

using Pick = std::function<const DomainRecord*(const RunRecord&)>;

// Nothing where no counted run has it.
std::optional<DomainRecord> DomainOf(const Node& node, const Pick& pick) {
  DomainSum sum;
  for (const Member& member : node.members) {
    const DomainRecord* part = pick(*member.run);
    if (part == nullptr) continue;
    if (member.Counts()) AddDomain(*part, member, &sum);
    if (!member.shares) continue;
    sum.share_kwh += part->share * part->energy_kwh.value;
  }
  if (sum.first) return std::nullopt;
  const double energy = sum.record.energy_kwh.value;
  // Of one run it is the fraction itself, not what is left of it after a product and a quotient.
  if (node.members.size() > 1)
    sum.record.share = energy > 0 ? std::clamp(sum.share_kwh / energy, 0.0, 1.0) : 0;
  return sum.record;
}

std::vector<std::string> DomainNames(const Node& node) {
  std::vector<std::string> names;
  for (const Member& member : node.members) {
    if (!member.Counts()) continue;
    for (const DomainRecord& domain : member.run->domains) {
      if (std::find(names.begin(), names.end(), domain.name) == names.end()) names.push_back(domain.name);
    }
  }
  return names;
}

Pick ByName(const std::string& name) {
  return [name](const RunRecord& run) -> const DomainRecord* {
    const auto found = std::find_if(run.domains.begin(), run.domains.end(),
                                    [&name](const DomainRecord& domain) { return domain.name == name; });
    return found == run.domains.end() ? nullptr : &*found;
  };
}

void MergeDomains(const std::vector<Node>& nodes, RunRecord* all) {
  const bool many = nodes.size() > 1;
  for (const Node& node : nodes) {
    const std::string prefix = many ? node.name + "/" : "";
    for (const std::string& name : DomainNames(node)) {
      std::optional<DomainRecord> domain = DomainOf(node, ByName(name));
      if (!domain) continue;
      domain->name = prefix + name;
      all->boundary.push_back(domain->name);
      all->domains.push_back(std::move(*domain));
    }
    for (const Member& member : node.members) {
      if (!member.Counts()) continue;
      for (DroppedDomain dropped : member.run->dropped) {
        dropped.name = prefix + dropped.name;
        const auto same = [&dropped](const DroppedDomain& d) {
          return d.name == dropped.name && d.reason == dropped.reason;
        };
        if (std::none_of(all->dropped.begin(), all->dropped.end(), same)) all->dropped.push_back(dropped);
      }
    }
  }
}

// What measures whole machines, where each of them is measured so.
void MergeTotals(const std::vector<Node>& nodes, RunRecord* all) {
  std::optional<DomainRecord> sum;
  for (const Node& node : nodes) {
    const bool whole = std::all_of(node.members.begin(), node.members.end(), [](const Member& member) {
      return !member.Counts() || member.run->total.has_value();
    });
    const auto pick = [](const RunRecord& run) { return run.total ? &*run.total : nullptr; };
    const std::optional<DomainRecord> total = whole ? DomainOf(node, pick) : std::nullopt;
    if (!total) return;
    if (!sum) {
      sum = total;
      continue;
    }
    const double share_kwh = sum->share * sum->energy_kwh.value + total->share * total->energy_kwh.value;
    sum->energy_kwh = SumIndependent(sum->energy_kwh, total->energy_kwh);
    sum->share = sum->energy_kwh.value > 0 ? std::min(1.0, share_kwh / sum->energy_kwh.value) : 0;
    sum->idle_kwh =
        sum->idle_kwh && total->idle_kwh ? std::optional(*sum->idle_kwh + *total->idle_kwh) : std::nullopt;
    sum->mean_power_w += total->mean_power_w;
    sum->max_power_w += total->max_power_w;
    sum->basis = Weakest(sum->basis, total->basis);
    if (sum->name != total->name) sum->name = "totals";
    if (sum->source != total->source) sum->source = "a meter of each machine";
  }
  all->total = std::move(sum);
}

void MergeBaseline(const std::vector<Node>& nodes, RunRecord* all) {
  all->baseline.method = CommonOf<std::string>(
      nodes, [](const RunRecord& run) { return run.baseline.method; }, "several");
  double power_w = 0;
  bool known = true;
  for (const Node& node : nodes) {
    double seconds = 0;
    double joules = 0;
    for (const Member& member : node.members) {
      if (!member.Counts()) continue;
      known = known && member.run->baseline.power_w;
      joules += member.run->baseline.power_w.value_or(0) * member.seconds();
      seconds += member.seconds();
      all->baseline.duration_s = std::max(all->baseline.duration_s, member.run->baseline.duration_s);
    }
    if (seconds > 0) power_w += joules / seconds;
  }
  if (known) all->baseline.power_w = power_w;
}

Estimate Unattributed(const Estimate& machine, const Estimate& share) {
  return {machine.value - share.value, std::max(0.0, machine.low - share.high),
          std::max(machine.high - share.low, machine.value - share.value), share.basis};
}

}  // namespace

void EachCounted(const std::vector<Node>& nodes, const std::function<void(const Node&, const Member&)>& see) {
  for (const Node& node : nodes) {
    for (const Member& member : node.members) {
      if (member.Counts()) see(node, member);
    }
  }
}

void Summer::Add(const std::string& likeness, const Estimate& part) {
  for (auto& [known, sum] : by_likeness_) {
    if (known != likeness) continue;
    sum = SumCorrelated(sum, part);
    return;
  }
  by_likeness_.emplace_back(likeness, part);
}

std::optional<Estimate> Summer::sum() const {
  std::optional<Estimate> sum;
  for (const auto& [likeness, part] : by_likeness_) sum = sum ? SumIndependent(*sum, part) : part;
  return sum;
}

std::string LikenessOf(const RunRecord& run) {
  return run.host.cpu + "\n" + std::string(BasisName(run.energy_kwh.machine.basis));
}

void MergeEnergy(const std::vector<Node>& nodes, RunRecord* all) {
  const std::string mixed = "mixed";
  all->idle_split = CommonOf<std::string>(
      nodes, [](const RunRecord& run) { return run.idle_split; }, mixed);
  if (all->idle_split == mixed) {
    all->idle_split.clear();
    all->warnings.push_back("the merged runs do not all split the idle machine's energy in one way");
  }
  Summer machine, marginal, share, without_idle, with_idle;
  bool has_marginal = true, has_without = true, has_with = true;
  for (const Node& node : nodes) {
    const std::string likeness = LikenessOf(*node.members.front().run);
    const NodeFigures figures = FiguresOf(node, all->idle_split);
    machine.Add(likeness, figures.machine);
    share.Add(likeness, figures.share);
    if ((has_marginal = has_marginal && figures.marginal)) marginal.Add(likeness, *figures.marginal);
    if ((has_without = has_without && figures.without_idle))
      without_idle.Add(likeness, *figures.without_idle);
    if ((has_with = has_with && figures.with_idle)) with_idle.Add(likeness, *figures.with_idle);
  }
  EnergyFigures& kwh = all->energy_kwh;
  kwh.machine = machine.sum().value_or(Estimate{});
  kwh.share = AtMost(share.sum().value_or(Estimate{}), kwh.machine);
  kwh.unattributed = Unattributed(kwh.machine, kwh.share);
  if (has_marginal) kwh.marginal = marginal.sum();
  if (has_without) kwh.share_without_idle = without_idle.sum();
  if (has_with) kwh.share_with_idle = with_idle.sum();
  MergeDomains(nodes, all);
  MergeTotals(nodes, all);
  MergeBaseline(nodes, all);
}

}  // namespace jouleprint::record
