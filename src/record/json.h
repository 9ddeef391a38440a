// The run record as the JSON of the contract (docs/record.schema.json), and back without loss.
#ifndef JOULEPRINT_RECORD_JSON_H_
#define JOULEPRINT_RECORD_JSON_H_

#include <string>
#include <string_view>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

/// `indent` < 0: one line. Absent figures are null; NaN never appears.
std::string ToJson(const RunRecord& run, int indent = -1);
/// A record's "host" alone, on one line.
std::string ToJson(const HostInfo& host);
/// Refuses with the JSON pointer of the first field that is wrong. Unknown fields are kept out, not
/// refused; a schema_version that is newer than ours is refused with the remedy.
Result<RunRecord> FromJson(std::string_view text);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_JSON_H_
