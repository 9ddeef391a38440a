// One run out of those of a distributed job, each machine counted once.
//
//   Result<RunRecord> all = Merge(runs, {.name = "llama, 16 nodes"});
//
// Machines are told apart by the kernel's boot id, else by name. What a machine used is taken from the
// process that measures for it (RankRecord::measures_node), else from the one that watched longest; stretches
// of time that this one did not see (it ended early, the job was started again) are taken from the next, so
// that every moment of every machine counts once. The job's part is the sum of all processes', never more
// than the machine. What is added errs together where hardware, model or intensity are the same. Epochs,
// tasks and metrics are rank 0's. docs/ranks.md has the rules. Pure: the same runs in any order make the same
// record, with the same run_id. Tested by tests/record/merge_test.cc.
#ifndef JOULEPRINT_RECORD_MERGE_H_
#define JOULEPRINT_RECORD_MERGE_H_

#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

struct MergeWish {
  std::string name;   ///< "" rank 0's
  std::string group;  ///< "" the one that all runs have
};

/// A run that is named twice counts once. kInvalidArgument: no run, or one that was merged already beside
/// others; such a run alone comes back as it is.
Result<RunRecord> Merge(std::vector<RunRecord> runs, const MergeWish& wish = {});

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_MERGE_H_
