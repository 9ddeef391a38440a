#include "record/merge_nodes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace jouleprint::record {
namespace {

// Processes of one launch start and end within a second of each other: who adds no more than that to what
// another one saw does not stand for the machine.
constexpr std::int64_t kMoment_us = 1'000'000;

Stretch SpanOf(const RunRecord& run) {
  // A run without duration is still at one place in time.
  return {run.start.unix_us, run.start.unix_us + std::max<std::int64_t>(1, Microseconds(run.duration_s))};
}

// `span` without what is covered.
std::vector<Stretch> Uncovered(const Stretch& span, const std::vector<Stretch>& covered) {
  std::vector<Stretch> rest;
  Stretch left = span;
  for (const Stretch& taken : covered) {
    if (taken.to_us <= left.from_us || taken.from_us >= left.to_us) continue;
    if (taken.from_us > left.from_us) rest.push_back({left.from_us, taken.from_us});
    left.from_us = std::max(left.from_us, taken.to_us);
    if (left.from_us >= left.to_us) return rest;
  }
  rest.push_back(left);
  return rest;
}

void Cover(const std::vector<Stretch>& pieces, std::vector<Stretch>* covered) {
  covered->insert(covered->end(), pieces.begin(), pieces.end());
  std::sort(covered->begin(), covered->end(),
            [](const Stretch& a, const Stretch& b) { return a.from_us < b.from_us; });
}

double SumOf(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double WeightedFraction(const std::vector<double>& values, const std::vector<double>& fractions,
                        double otherwise) {
  const double sum = SumOf(values);
  if (!(sum > 0)) return otherwise;
  return std::inner_product(values.begin(), values.end(), fractions.begin(), 0.0) / sum;
}

void FillFractions(Member* member) {
  const std::int64_t counted_us = Length(member->counted);
  const double of_time =
      counted_us == member->span.length_us()
          ? 1
          : static_cast<double>(counted_us) / static_cast<double>(member->span.length_us());
  member->energy = of_time;
  member->grams = of_time;
  if (of_time == 1 || of_time == 0 || !member->run->by_time) return;
  const std::vector<double> fractions = CountedOfBins(*member);
  member->energy = WeightedFraction(member->run->by_time->energy_kwh, fractions, of_time);
  member->grams = WeightedFraction(member->run->by_time->gco2e, fractions, of_time);
}

bool Measures(const RunRecord& run) { return !run.rank || run.rank->measures_node; }

// Every moment goes to the first, in the order of preference, that saw it.
void ShareOutTime(Node* node) {
  std::vector<Member*> order;
  for (Member& member : node->members) order.push_back(&member);
  std::sort(order.begin(), order.end(), [](const Member* a, const Member* b) {
    const auto key = [](const Member* m) {
      return std::tuple(!Measures(*m->run), -m->span.length_us(), m->run->energy_kwh.machine.basis,
                        m->span.from_us, m->run->run_id);
    };
    return key(a) < key(b);
  });
  std::vector<Stretch> covered;
  for (Member* member : order) {
    member->counted = Uncovered(member->span, covered);
    Cover(member->counted, &covered);
    FillFractions(member);
  }
}

std::string LauncherOf(const RunRecord& run) { return run.rank ? run.rank->launcher : std::string(); }

// Where runs of two launchers watched at the same time, one was started by the other: a run around torchrun
// has in its share what the workers have in theirs. Those count who found more.
void KeepOuterShares(std::vector<Member*> at_once) {
  std::map<std::string, double> by_launcher;
  for (const Member* member : at_once) {
    by_launcher[LauncherOf(*member->run)] += member->run->energy_kwh.share.value;
  }
  const auto most = std::max_element(by_launcher.begin(), by_launcher.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  for (Member* member : at_once) member->shares = LauncherOf(*member->run) == most->first;
}

void FindOuterShares(Node* node) {
  std::vector<Member*> by_start;
  for (Member& member : node->members) by_start.push_back(&member);
  std::sort(by_start.begin(), by_start.end(), [](const Member* a, const Member* b) {
    return std::tuple(a->span.from_us, a->run->run_id) < std::tuple(b->span.from_us, b->run->run_id);
  });
  std::vector<Member*> at_once;
  std::int64_t until_us = 0;
  for (Member* member : by_start) {
    if (!at_once.empty() && member->span.from_us >= until_us) {
      KeepOuterShares(at_once);
      at_once.clear();
      until_us = member->span.to_us;
    }
    at_once.push_back(member);
    until_us = std::max(until_us, member->span.to_us);
  }
  KeepOuterShares(at_once);
}

// One kernel is one machine, whatever its containers call themselves. Where the id is not known the name must
// do.
bool SameMachine(const HostInfo& a, const HostInfo& b) {
  if (!a.boot_id.empty() && !b.boot_id.empty()) return a.boot_id == b.boot_id;
  return !a.hostname.empty() && a.hostname == b.hostname;
}

// Hosts of one name that are two machines, or one that was started again, are told apart by their boot ids.
void NameNodes(std::vector<Node>* nodes) {
  constexpr std::size_t kEnoughOfId = 8;
  std::map<std::string, int> uses;
  for (const Node& node : *nodes) ++uses[node.name];
  std::map<std::string, int> seen;
  for (Node& node : *nodes) {
    if (uses[node.name] == 1 && !node.name.empty()) continue;
    const std::string host = node.name.empty() ? "unknown host" : node.name;
    const std::string id = node.members.front().run->host.boot_id.substr(0, kEnoughOfId);
    node.name = id.empty() ? host + " #" + std::to_string(++seen[host]) : host + " boot " + id;
  }
}

}  // namespace

std::int64_t Microseconds(double seconds) {
  constexpr double kLongest_s = 1e10;
  return std::isnan(seconds) ? 0 : std::llround(std::clamp(seconds, -kLongest_s, kLongest_s) * 1e6);
}

std::int64_t Length(const std::vector<Stretch>& stretches) {
  std::int64_t sum_us = 0;
  for (const Stretch& one : stretches) sum_us += one.length_us();
  return sum_us;
}

std::int64_t Overlap(const Stretch& stretch, const std::vector<Stretch>& others) {
  std::int64_t sum_us = 0;
  for (const Stretch& other : others) {
    sum_us += std::max<std::int64_t>(
        0, std::min(stretch.to_us, other.to_us) - std::max(stretch.from_us, other.from_us));
  }
  return sum_us;
}

bool Member::Stands() const {
  const std::int64_t counted_us = Length(counted);
  return counted_us > kMoment_us || 2 * counted_us > span.length_us();
}

double Member::seconds() const { return static_cast<double>(Length(counted)) * 1e-6; }

std::vector<double> CountedOfBins(const Member& member) {
  const ByTime& by_time = *member.run->by_time;
  const std::int64_t bin_us = Microseconds(by_time.bin_s);
  std::vector<double> fractions;
  fractions.reserve(by_time.energy_kwh.size());
  for (std::size_t i = 0; i < by_time.energy_kwh.size(); ++i) {
    const std::int64_t from_us = by_time.start.unix_us + static_cast<std::int64_t>(i) * bin_us;
    const Stretch bin{std::max(from_us, member.span.from_us), std::min(from_us + bin_us, member.span.to_us)};
    if (bin.length_us() <= 0) {
      // Of no part of the run's time, so of rounding: it goes with the run.
      fractions.push_back(member.Counts() ? 1 : 0);
      continue;
    }
    const std::int64_t counted_us = Overlap(bin, member.counted);
    fractions.push_back(counted_us == bin.length_us()
                            ? 1
                            : static_cast<double>(counted_us) / static_cast<double>(bin.length_us()));
  }
  return fractions;
}

std::vector<Node> NodesOf(const std::vector<RunRecord>& runs) {
  std::vector<Node> nodes;
  for (const RunRecord& run : runs) {
    auto node = std::find_if(nodes.begin(), nodes.end(), [&run](const Node& known) {
      return std::any_of(known.members.begin(), known.members.end(),
                         [&run](const Member& member) { return SameMachine(member.run->host, run.host); });
    });
    if (node == nodes.end()) node = nodes.insert(nodes.end(), Node{run.host.hostname, {}});
    node->members.push_back({.run = &run, .span = SpanOf(run)});
  }
  for (Node& node : nodes) {
    ShareOutTime(&node);
    FindOuterShares(&node);
  }
  NameNodes(&nodes);
  return nodes;
}

}  // namespace jouleprint::record
