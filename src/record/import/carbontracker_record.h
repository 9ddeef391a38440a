// carbontracker's logs of one run as a record.
//
// Its energies have a PUE in them (1.58 since 2023, wherever the machine stands), a record's have not. What
// it rests on is not in the logs: a RAPL counter read every other second, or half of a processor's TDP, look
// alike; so every figure is Basis::kAssumed with a wide interval.
#ifndef JOULEPRINT_RECORD_IMPORT_CARBONTRACKER_RECORD_H_
#define JOULEPRINT_RECORD_IMPORT_CARBONTRACKER_RECORD_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

struct NamedText {
  std::string name;  ///< of the file, for messages and the run's name
  std::string text;
};

/// `output`: the log of what it said, where there is one; without it, or before its "Actual consumption", the
/// epochs of the standard log add up to the run. Refused when neither holds an epoch.
Result<RunRecord> ReadCarbontrackerLogs(const NamedText& standard, const std::optional<NamedText>& output);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_CARBONTRACKER_RECORD_H_
