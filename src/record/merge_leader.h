// What one process says for a whole distributed job: its epochs, tasks, metrics, prediction and budgets.
#ifndef JOULEPRINT_RECORD_MERGE_LEADER_H_
#define JOULEPRINT_RECORD_MERGE_LEADER_H_

#include <vector>

#include "jouleprint/record.h"
#include "record/merge_nodes.h"

namespace jouleprint::record {

/// From rank 0, or the lowest rank that there is, and from its earlier or later starts. Times are moved to
/// count from the merged run's start. An epoch's energy is that of all machines: of those without marks of
/// their own it follows from their mean power. Appends to warnings. After the merged run's start is known.
void MergeLeader(const std::vector<Node>& nodes, RunRecord* all);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_MERGE_LEADER_H_
