#include "record/sqlite_groups.h"

#include "record/sqlite_handle.h"

namespace jouleprint::record {
namespace {

Status AddColumns(sqlite3* db) {
  // One at a time: another process may add them between our question and this.
  for (const char* column : {"job_group", "job_part"}) {
    Result<Statement> known =
        Statement::Prepare(db, "SELECT 1 FROM pragma_table_info('runs') WHERE name = ?1");
    if (!known.ok()) return known.error();
    known->Bind(column);
    const Result<bool> there = known->Step();
    if (!there.ok()) return there.error();
    if (*there) continue;
    const Status added = Execute(
        db, ("ALTER TABLE runs ADD COLUMN " + std::string(column) + " TEXT NOT NULL DEFAULT ''").c_str());
    const Result<bool> now = HasGroupColumns(db);
    if (!added.ok() && !(now.ok() && *now)) return added;
  }
  return {};
}

}  // namespace

Result<bool> HasGroupColumns(sqlite3* db) {
  Result<Statement> both = Statement::Prepare(
      db, "SELECT count(*) FROM pragma_table_info('runs') WHERE name IN ('job_group', 'job_part')");
  if (!both.ok()) return both.error();
  const Result<bool> row = both->Step();
  if (!row.ok()) return row.error();
  return *row && both->Integer(0) == 2;
}

Status SaveGroup(sqlite3* db, const RunSummary& run) {
  if (run.group.empty() && run.part.empty()) return {};
  const Result<bool> known = HasGroupColumns(db);
  if (!known.ok()) return known.error();
  if (!*known) {
    if (Status added = AddColumns(db); !added.ok()) return added;
  }
  Result<Statement> update =
      Statement::Prepare(db, "UPDATE runs SET job_group = ?2, job_part = ?3 WHERE run_id = ?1");
  if (!update.ok()) return update.error();
  update->Bind(run.run_id, run.group, run.part);
  return update->Run();
}

}  // namespace jouleprint::record
