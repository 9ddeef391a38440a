// SQLite's connection, statement and transaction as owners that clean up after themselves, and its
// status codes as our errors. Only the sqlite_*.cc files include this.
//
//   Result<Statement> find = Statement::Prepare(db, "SELECT record FROM runs WHERE run_id = ?1");
//   if (!find.ok()) return find.error();
//   find->Bind(id);
//   Result<bool> row = find->Step();
//   if (row.ok() && *row) Use(find->Text(0));
#ifndef JOULEPRINT_RECORD_SQLITE_HANDLE_H_
#define JOULEPRINT_RECORD_SQLITE_HANDLE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "jouleprint/result.h"

namespace jouleprint::record {

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using DatabaseHandle = std::unique_ptr<sqlite3, CloseDatabase>;

/// Why the last call on `db` failed. `doing` completes "cannot ... the runs database": "open", "read",
/// "write to".
Error SqliteError(sqlite3* db, const std::string& path, std::string_view doing);

/// Runs SQL that has no parameters and yields no rows.
Status Execute(sqlite3* db, const char* sql);

/// Bytes to bind as a BLOB.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement. Must not outlive its database.
class Statement {
 public:
  static Result<Statement> Prepare(sqlite3* db, std::string_view sql);

  /// Binds ?1, ?2, ... in order. Texts and blobs must live until the last Step. An absent optional and
  /// a NaN become NULL.
  template <class... Values>
  void Bind(const Values&... values) {
    int index = 0;
    (BindOne(++index, values), ...);
  }

  /// True: a row is there; false: done.
  Result<bool> Step();
  /// Steps to the end; for statements whose rows do not matter.
  Status Run();

  std::int64_t Integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  /// NaN where NULL stands.
  double Real(int column) const;
  /// Valid until the next Step. Of a BLOB, its bytes.
  std::string_view Text(int column) const;
  bool IsNull(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  void BindOne(int index, std::string_view text) {
    sqlite3_bind_text64(handle_.get(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void BindOne(int index, Blob blob) {
    sqlite3_bind_blob64(handle_.get(), index, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
  }
  void BindOne(int index, std::int64_t value) { sqlite3_bind_int64(handle_.get(), index, value); }
  void BindOne(int index, int value) { sqlite3_bind_int(handle_.get(), index, value); }
  void BindOne(int index, double value) { sqlite3_bind_double(handle_.get(), index, value); }
  template <class Value>
  void BindOne(int index, const std::optional<Value>& value) {
    value ? BindOne(index, *value) : static_cast<void>(sqlite3_bind_null(handle_.get(), index));
  }

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// BEGIN IMMEDIATE ... COMMIT; rolled back unless committed. Taking the write lock at the start is what
/// makes the busy timeout work: a lock that is upgraded later fails at once.
class Transaction {
 public:
  static Result<Transaction> Begin(sqlite3* db);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status Commit();

 private:
  explicit Transaction(sqlite3* db) : db_(db) {}

  sqlite3* db_;
};

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SQLITE_HANDLE_H_
