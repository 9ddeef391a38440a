// Where intensity series are kept: in the file of the runs, a zone's months apart, so that a week of one zone
// is read without the rest.
//
//   auto store = OpenSeriesStore(DefaultStorePath());
//   (*store)->Put(ReadSeriesFile("grid.csv.gz")->series);
//   Result<IntensitySeries> week = (*store)->Get({.zone = "FR", .from = monday, .to = next_monday});
//
// A SeriesStore belongs to one thread at a time; several may be open on one file, in one process or many.
// Every write is one transaction: after a crash or a full disk all of it is there or none.
#ifndef JOULEPRINT_SERIES_STORE_H_
#define JOULEPRINT_SERIES_STORE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint {

/// What a store says of a series without reading it.
struct KeptSeries {
  std::string zone;
  std::string kind;
  std::string source;
  Seconds step{0};
  UtcTime from;
  UtcTime to;               ///< where its last step ends
  std::size_t missing = 0;  ///< steps without a value between the two
  std::optional<GramsPerKwh> mean;
};

/// Which series, and what of it. Empty fields leave it to what there is.
struct SeriesWanted {
  std::string zone{};
  std::string kind{};
  std::optional<UtcTime> from{};
  std::optional<UtcTime> to{};
};

class SeriesStore {
 public:
  virtual ~SeriesStore() = default;
  /// Adds to what is kept of the same zone and kind; where both have a value the new one stays.
  /// kInvalidArgument where the steps are not those that are kept: then nothing is written.
  virtual Status Put(const std::vector<IntensitySeries>& series) = 0;
  /// kNotFound names near misses; kInvalidArgument where several zones or kinds would do. Nothing of the
  /// time that is asked for is a series without steps.
  virtual Result<IntensitySeries> Get(const SeriesWanted& wanted) = 0;
  /// By zone and kind.
  virtual Result<std::vector<KeptSeries>> List() = 0;
  /// All that is kept of a zone, or of one kind of it; says how many series that were. kNotFound for none.
  virtual Result<std::size_t> Remove(const std::string& zone, const std::string& kind) = 0;
};

/// Opens or creates, as OpenStore does; a file of an older jouleprint is taken as it is.
Result<std::unique_ptr<SeriesStore>> OpenSeriesStore(const std::string& path);

}  // namespace jouleprint

#endif  // JOULEPRINT_SERIES_STORE_H_
