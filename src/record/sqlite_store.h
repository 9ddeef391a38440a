// The store on a SQLite file. include/jouleprint/store.h says what a store promises; docs/formats/store.md
// describes the file.
#ifndef JOULEPRINT_RECORD_SQLITE_STORE_H_
#define JOULEPRINT_RECORD_SQLITE_STORE_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jouleprint/store.h"
#include "record/sqlite_handle.h"

namespace jouleprint::record {

class SqliteStore final : public Store {
 public:
  /// Opens or creates.
  static Result<std::unique_ptr<Store>> Open(const std::string& path);

  Status Save(const RunRecord& run, const std::optional<Writer>& writer) override;
  Status SaveSeries(const std::string& run_id, const PowerSeries& series) override;
  Result<RunRecord> Find(std::string_view prefix) override;
  Result<std::optional<PowerSeries>> FindSeries(const std::string& run_id) override;
  Result<std::vector<RunSummary>> List(const RunFilter& filter) override;
  Status Remove(const std::string& run_id) override;
  Result<std::vector<RunRecord>> Recover(bool (*alive)(const Writer&)) override;

 private:
  struct RunningRun {
    std::string run_id;
    std::optional<Writer> writer;
  };

  SqliteStore(DatabaseHandle db, std::string path) : db_(std::move(db)), path_(std::move(path)) {}

  Error NoRun(const std::string& run_id) const;
  Result<RunRecord> ReadRecord(const std::string& run_id, std::string_view json) const;
  Result<std::vector<RunningRun>> RunningRuns();
  Result<std::optional<RunRecord>> RecoverOne(const RunningRun& running);

  DatabaseHandle db_;
  std::string path_;
};

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SQLITE_STORE_H_
