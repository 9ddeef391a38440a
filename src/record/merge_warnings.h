// What a person should know of a merge.
#ifndef JOULEPRINT_RECORD_MERGE_WARNINGS_H_
#define JOULEPRINT_RECORD_MERGE_WARNINGS_H_

#include <vector>

#include "jouleprint/record.h"
#include "record/merge_nodes.h"

namespace jouleprint::record {

/// Ranks that are missing or there twice at a time, runs that still go on, clocks that seem to differ,
/// processes of one machine that saw different hardware, others that worked beside the job.
void WarnOfMerge(const std::vector<RunRecord>& runs, const std::vector<Node>& nodes, RunRecord* all);
/// Adds the counted runs' own warnings, with the machine's name where not all say the same, and their gaps.
void CollectWarnings(const std::vector<Node>& nodes, RunRecord* all);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_MERGE_WARNINGS_H_
