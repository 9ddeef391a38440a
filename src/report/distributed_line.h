// Which part of a distributed job a run is, or which runs it was made of, in one line.
#ifndef JOULEPRINT_REPORT_DISTRIBUTED_LINE_H_
#define JOULEPRINT_REPORT_DISTRIBUTED_LINE_H_

#include <string>

#include "jouleprint/record.h"

namespace jouleprint::report {

/// "" for a run on its own; sanitised. "8 runs merged, 2 machines: node-1, node-2", "rank 3 of 8 (torchrun),
/// in slurm-12.0; its machine counts by local rank 0 when they are merged".
std::string DistributedLine(const RunRecord& run, bool unicode);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_DISTRIBUTED_LINE_H_
