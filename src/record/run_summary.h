// What `runs list` shows of a run, and what a store keeps beside the whole record to find it by.
#ifndef JOULEPRINT_RECORD_RUN_SUMMARY_H_
#define JOULEPRINT_RECORD_RUN_SUMMARY_H_

#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/store.h"

namespace jouleprint::record {

/// Texts become valid UTF-8; the energy is the whole machine's, the emissions are the total.
RunSummary Summarize(const RunRecord& run);

/// The arguments on one line, quoted as a POSIX shell takes them where they need it; control characters
/// become spaces.
std::string CommandLine(const std::vector<std::string>& command);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_RUN_SUMMARY_H_
