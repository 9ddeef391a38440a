#include "record/sqlite_schema.h"

#include "os/private_file.h"

namespace jouleprint::record {
namespace {

constexpr int kSchemaVersion = 1;
// Marks the file as ours, so that another program's database is never written to: "JLPT".
constexpr std::int64_t kApplicationId = 0x4A4C5054;
constexpr int kBusyTimeoutMs = 10'000;
constexpr int kRetryMs = 5;
// 1 MiB. Whoever opens the file first reads the whole log: at SQLite's own 1000 pages that takes 2.6 ms,
// at 256 under 1 ms, and a checkpoint (two fsyncs) is due once in some 40 short runs.
constexpr int kCheckpointPages = 256;

// docs/formats/store.md explains the columns. user_version comes last: it says that all is there.
constexpr const char* kCreateTables = R"sql(
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL,
  project TEXT NOT NULL,
  command TEXT NOT NULL,
  state TEXT NOT NULL,
  start_us INTEGER NOT NULL,
  duration_s REAL,
  energy_kwh REAL,
  basis TEXT NOT NULL,
  emissions_gco2e REAL,
  exit_status INTEGER NOT NULL,
  writer_pid INTEGER,
  writer_pid_start INTEGER,
  writer_boot_id TEXT,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_start ON runs (start_us, run_id);
CREATE INDEX runs_by_name ON runs (name, start_us) WHERE name <> '';
CREATE INDEX runs_running ON runs (run_id) WHERE state = 'running';
CREATE TABLE series (
  run_id TEXT PRIMARY KEY NOT NULL COLLATE NOCASE REFERENCES runs (run_id) ON DELETE CASCADE,
  bins BLOB NOT NULL
) STRICT;
PRAGMA application_id = 1246515284;
PRAGMA user_version = 1;
)sql";
static_assert(kApplicationId == 1246515284 && kSchemaVersion == 1, "kCreateTables says the same");

Result<std::int64_t> ReadInteger(sqlite3* db, std::string_view sql) {
  Result<Statement> statement = Statement::Prepare(db, sql);
  if (!statement.ok()) return statement.error();
  const Result<bool> row = statement->Step();
  if (!row.ok()) return row.error();
  return *row ? statement->Integer(0) : 0;
}

// After each commit. SQLite's own automatic checkpoint would copy the log but leave it: how far it was
// copied is known in shared memory only, so that the next short command would find a long log, copy it
// again and let it grow. Cutting it off ends that. Where others are at work we do not wait for them; a
// checkpoint that fails loses nothing.
int CutLogWhenLong(void*, sqlite3* db, const char* schema, int pages) {
  if (pages < kCheckpointPages) return SQLITE_OK;
  sqlite3_busy_timeout(db, 0);
  sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  return SQLITE_OK;
}

// Per connection, none of it touches the file. The memory is what `run` may spend: SQLite's default
// page cache alone is 2 MB.
Status Configure(sqlite3* db) {
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  // A short command must not wait for the disk when it closes: what it wrote is safe in the log.
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_hook(db, CutLogWhenLong, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return Execute(db, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -256; PRAGMA mmap_size = 0");
}

// SQLite does not wait for the lock when two processes switch the journal at once; we do.
Status SwitchToWal(sqlite3* db) {
  for (int waited_ms = 0;; waited_ms += kRetryMs) {
    Status switched = Execute(db, "PRAGMA journal_mode = WAL");
    const int status = sqlite3_errcode(db) & 0xFF;
    if (switched.ok() || (status != SQLITE_BUSY && status != SQLITE_LOCKED) || waited_ms > kBusyTimeoutMs) {
      return switched;
    }
    sqlite3_sleep(kRetryMs);
  }
}

Error OtherProgram(const std::string& path) {
  return {ErrorCode::kInvalidArgument, "'" + path + "' is a database of another program",
          "give another file with --db or JOULEPRINT_DB"};
}

Status CreateTables(sqlite3* db, const std::string& path) {
  const Result<std::int64_t> objects = ReadInteger(db, "SELECT count(*) FROM sqlite_schema");
  if (!objects.ok()) return objects.error();
  if (*objects == 0) {
    if (Status switched = SwitchToWal(db); !switched.ok()) return switched;
  }
  Result<Transaction> transaction = Transaction::Begin(db);
  if (!transaction.ok()) return transaction.error();
  // Asked again under the lock: another process may have been faster.
  const Result<std::int64_t> version = ReadInteger(db, "PRAGMA user_version");
  if (!version.ok()) return version.error();
  if (*version != 0) return {};
  const Result<std::int64_t> tables = ReadInteger(db, "SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.error();
  if (*tables != 0) return OtherProgram(path);
  if (Status created = Execute(db, kCreateTables); !created.ok()) return created;
  return transaction->Commit();
}

Status CheckOrCreate(sqlite3* db, const std::string& path) {
  Result<std::int64_t> version = ReadInteger(db, "PRAGMA user_version");
  if (version.ok() && *version == 0) {
    if (Status created = CreateTables(db, path); !created.ok()) return created;
    version = ReadInteger(db, "PRAGMA user_version");
  }
  if (!version.ok()) return version.error();
  const Result<std::int64_t> application = ReadInteger(db, "PRAGMA application_id");
  if (!application.ok()) return application.error();
  if (*application != kApplicationId) return OtherProgram(path);
  if (*version <= kSchemaVersion) return {};
  return Error{ErrorCode::kInvalidArgument,
               "the runs database '" + path + "' has schema " + std::to_string(*version) +
                   ", and this jouleprint knows schemas up to " + std::to_string(kSchemaVersion),
               "use a newer jouleprint, or give another file with --db or JOULEPRINT_DB"};
}

}  // namespace

Status CheckStorePath(const std::string& path) {
  if (path.empty()) {
    return Error{ErrorCode::kInvalidArgument, "the runs database has no name",
                 "give a file with --db or JOULEPRINT_DB"};
  }
  if (const std::size_t scheme_end = path.find("://"); scheme_end != std::string::npos) {
    // Only the scheme is shown: an address may hold a password.
    return Error{ErrorCode::kInvalidArgument,
                 "runs cannot be kept at '" + path.substr(0, scheme_end) + "://' addresses",
                 "give a file with --db or JOULEPRINT_DB"};
  }
  return {};
}

Result<DatabaseHandle> OpenRunsDatabase(const std::string& path) {
  if (Status made = os::EnsurePrivateFile(path); !made.ok()) return made.error();
  // Debian's SQLite takes "file:..." for a URI and ":memory:" is special; a path with a folder is neither.
  const std::string file = path.starts_with('/') ? path : "./" + path;
  sqlite3* opened = nullptr;
  const int status =
      sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  DatabaseHandle db(opened);
  if (!db) return Error{ErrorCode::kInternal, "no memory for the runs database '" + path + "'", ""};
  sqlite3_extended_result_codes(db.get(), 1);
  if (status != SQLITE_OK) return SqliteError(db.get(), path, "open");
  if (Status configured = Configure(db.get()); !configured.ok()) return configured.error();
  if (Status ready = CheckOrCreate(db.get(), path); !ready.ok()) return ready.error();
  return db;
}

}  // namespace jouleprint::record
