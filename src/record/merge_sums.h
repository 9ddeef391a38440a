// The sums of a merge: energy and its domains, emissions and what goes with them.
#ifndef JOULEPRINT_RECORD_MERGE_SUMS_H_
#define JOULEPRINT_RECORD_MERGE_SUMS_H_

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/record.h"
#include "record/merge_nodes.h"

namespace jouleprint::record {

/// The sum of two counts, however large a file says that they are.
template <class Count>
Count Together(Count a, Count b) {
  Count sum{};
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<Count>::max() : sum;
}

/// Calls `see` with each member whose machine figures are counted, and its node.
void EachCounted(const std::vector<Node>& nodes, const std::function<void(const Node&, const Member&)>& see);
/// What all counted runs say, else `otherwise`.
template <class Value, class Say>
Value CommonOf(const std::vector<Node>& nodes, Say say, Value otherwise) {
  std::optional<Value> common;
  bool differ = false;
  EachCounted(nodes, [&](const Node&, const Member& member) {
    const Value value = say(*member.run);
    if (!common) common = value;
    differ = differ || *common != value;
  });
  return common && !differ ? *common : otherwise;
}

/// A sum of runs of one machine and one of several machines.
class Summer {
 public:
  /// Figures of one machine, and of machines that are alike, err together; those of others do not.
  void Add(const std::string& likeness, const Estimate& part);
  std::optional<Estimate> sum() const;

 private:
  std::vector<std::pair<std::string, Estimate>> by_likeness_;
};

/// What tells whose errors are shared: the hardware and what the figures rest on.
std::string LikenessOf(const RunRecord& run);

/// boundary, domains, total, energy_kwh, idle_split, baseline; appends to warnings.
void MergeEnergy(const std::vector<Node>& nodes, RunRecord* all);
/// PUE, zone, intensities, emissions, by_time, water, embodied_parts, sci; appends to warnings. After
/// MergeEnergy and the epochs.
void MergeCarbon(const std::vector<Node>& nodes, RunRecord* all);
/// Nothing where a counted run has none. `all` has its operational emissions.
std::optional<ByTime> MergeByTime(const std::vector<Node>& nodes, const RunRecord& all);

/// The mean of intensities, each with its weight; as it is where they are the same.
IntensityUsed MeanIntensity(const std::vector<std::pair<double, IntensityUsed>>& parts);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_MERGE_SUMS_H_
