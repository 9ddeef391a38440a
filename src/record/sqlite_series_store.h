// Intensity series in the SQLite file of the runs. include/jouleprint/series_store.h says what a series store
// promises; docs/formats/store.md describes its tables.
#ifndef JOULEPRINT_RECORD_SQLITE_SERIES_STORE_H_
#define JOULEPRINT_RECORD_SQLITE_SERIES_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/series_store.h"
#include "record/sqlite_handle.h"

namespace jouleprint::record {

class SqliteSeriesStore final : public SeriesStore {
 public:
  /// Opens or creates.
  static Result<std::unique_ptr<SeriesStore>> Open(const std::string& path);

  Status Put(const std::vector<IntensitySeries>& series) override;
  Result<IntensitySeries> Get(const SeriesWanted& wanted) override;
  Result<std::vector<KeptSeries>> List() override;
  Result<std::size_t> Remove(const std::string& zone, const std::string& kind) override;

 private:
  explicit SqliteSeriesStore(DatabaseHandle db) : db_(std::move(db)) {}

  Status PutOne(const IntensitySeries& series);
  /// The row of a zone and a kind, made where there is none.
  Result<std::int64_t> IdToPut(const IntensitySeries& series);
  Status PutMonth(std::int64_t id, const IntensitySeries& month);
  Result<IntensitySeries> Read(std::int64_t id, const SeriesOrigin& origin, Seconds step, UtcTime from,
                               UtcTime to);
  /// Which of those that are kept is meant.
  Result<SeriesOrigin> Choose(const std::string& zone, const std::string& kind);

  DatabaseHandle db_;
};

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SQLITE_SERIES_STORE_H_
