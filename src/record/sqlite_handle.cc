#include "record/sqlite_handle.h"

#include <cerrno>
#include <limits>
#include <system_error>

#include "os/file.h"

namespace jouleprint::record {
namespace {

constexpr const char* kElsewhere = "give another file with --db or JOULEPRINT_DB";

std::string DatabasePath(sqlite3* db) {
  const char* path = sqlite3_db_filename(db, "main");
  return path == nullptr ? "" : path;
}

// The system's own reason where SQLite kept one.
std::string IoReason(sqlite3* db) {
  const int system_error = sqlite3_system_errno(db);
  if (system_error == 0) return sqlite3_errmsg(db);
  return std::generic_category().message(system_error);
}

}  // namespace

Error SqliteError(sqlite3* db, const std::string& path, std::string_view doing) {
  const std::string what = "cannot " + std::string(doing) + " the runs database '" + path + "': ";
  switch (sqlite3_extended_errcode(db) & 0xFF) {
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, "'" + path + "' is not a runs database",
              std::string(kElsewhere) + ", or move this one away"};
    case SQLITE_CORRUPT:
      return {
          ErrorCode::kCorrupt, what + "it is damaged",
          "move it away and a new one is made; 'sqlite3 OLD .recover | sqlite3 NEW' saves what can be read"};
    case SQLITE_FULL:
      return {ErrorCode::kIo, what + "the disk is full", std::string("free some room, or ") + kElsewhere};
    case SQLITE_IOERR:
      return {ErrorCode::kIo, what + IoReason(db),
              std::string("check that the disk has room and is sound, or ") + kElsewhere};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kIo, what + "another program keeps it locked", "end that program and try again"};
    case SQLITE_CANTOPEN:
      if (os::IsDirectory(path)) {
        return {ErrorCode::kInvalidArgument, "'" + path + "' is a folder, not a runs database",
                "give the file, '" + path + "/runs.db' for instance"};
      }
      [[fallthrough]];
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kNotPermitted, what + "the file or its folder cannot be written",
              std::string("make both writable for this user, or ") + kElsewhere};
    default:
      return {ErrorCode::kInternal, what + sqlite3_errmsg(db),
              std::string(GeneralHint(ErrorCode::kInternal))};
  }
}

Status Execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return SqliteError(db, DatabasePath(db), "write to");
}

Result<Statement> Statement::Prepare(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &handle, nullptr) != SQLITE_OK) {
    return SqliteError(db, DatabasePath(db), "read");
  }
  return Statement(handle);
}

Result<bool> Statement::Step() {
  const int status = sqlite3_step(handle_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  sqlite3* db = sqlite3_db_handle(handle_.get());
  return SqliteError(db, DatabasePath(db), sqlite3_stmt_readonly(handle_.get()) != 0 ? "read" : "write to");
}

Status Statement::Run() {
  for (;;) {
    const Result<bool> row = Step();
    if (!row.ok()) return row.error();
    if (!*row) return {};
  }
}

double Statement::Real(int column) const {
  return IsNull(column) ? std::numeric_limits<double>::quiet_NaN()
                        : sqlite3_column_double(handle_.get(), column);
}

std::string_view Statement::Text(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Result<Transaction> Transaction::Begin(sqlite3* db) {
  if (Status begun = Execute(db, "BEGIN IMMEDIATE"); !begun.ok()) return begun.error();
  return Transaction(db);
}

Transaction::~Transaction() {
  // A full disk may have rolled it back already; a second ROLLBACK would only fail.
  if (db_ != nullptr && sqlite3_get_autocommit(db_) == 0)
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Status Transaction::Commit() {
  Status committed = Execute(db_, "COMMIT");
  if (committed.ok()) db_ = nullptr;
  return committed;
}

}  // namespace jouleprint::record
