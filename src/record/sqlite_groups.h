// Two columns of the runs database that came later: which distributed job a run belongs to. They are added
// when the first run that has a group is kept; an older jouleprint goes on using the file, because it names
// the columns that it writes.
#ifndef JOULEPRINT_RECORD_SQLITE_GROUPS_H_
#define JOULEPRINT_RECORD_SQLITE_GROUPS_H_

#include <sqlite3.h>

#include "jouleprint/store.h"

namespace jouleprint::record {

Result<bool> HasGroupColumns(sqlite3* db);
/// Of a run that is kept already. Costs nothing where neither the run nor any other has a group.
Status SaveGroup(sqlite3* db, const RunSummary& run);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SQLITE_GROUPS_H_
