// From what a person types to a run's id.
#ifndef JOULEPRINT_RECORD_RUN_LOOKUP_H_
#define JOULEPRINT_RECORD_RUN_LOOKUP_H_

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "jouleprint/result.h"

namespace jouleprint::record {

/// In this order: "last" (the newest by start), a whole id, a name, the start of an id; ids in any
/// case. What fits several runs is an error that lists the newest of them. `path` is for messages.
Result<std::string> LookUpRunId(sqlite3* db, const std::string& path, std::string_view wanted);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_RUN_LOOKUP_H_
