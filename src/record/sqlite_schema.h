// Opens a runs database: makes it and its tables on first use, refuses one that is not ours.
#ifndef JOULEPRINT_RECORD_SQLITE_SCHEMA_H_
#define JOULEPRINT_RECORD_SQLITE_SCHEMA_H_

#include <string>

#include "jouleprint/result.h"
#include "record/sqlite_handle.h"

namespace jouleprint::record {

/// Refuses no name at all, and an address.
Status CheckStorePath(const std::string& path);
/// Safe when many processes create the same file at once. `path` is a file's name whatever it looks
/// like (":memory:", "file:x").
Result<DatabaseHandle> OpenRunsDatabase(const std::string& path);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SQLITE_SCHEMA_H_
