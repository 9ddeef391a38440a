// Reads the lines of one series file into series. See intensity_series.h for what such a file is and
// docs/formats/series.md for the rules. A year of a hundred zones at five minutes is ten million lines, so a
// line that is as it should be allocates nothing.
#ifndef JOULEPRINT_CARBON_SERIES_SERIES_READER_H_
#define JOULEPRINT_CARBON_SERIES_SERIES_READER_H_

#include <optional>
#include <string>
#include <string_view>

#include "carbon/series/minutes.h"
#include "carbon/series/series_columns.h"
#include "carbon/series/series_rows.h"
#include "carbon/series/text_lines.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

class SeriesReader {
 public:
  SeriesReader(TextLines* lines, const SeriesFileOptions& options) : lines_(lines), options_(options) {}

  /// Once. Without a series where no row is of the zone and the kind that the options want.
  Result<SeriesFile> Read();
  /// What to say then.
  Error NothingWanted() const;

 private:
  Status Begin();
  Status ReadRow();
  Result<std::string_view> KindOfRow();
  Result<ZoneRows*> ZoneOfRow();
  Result<Minute> TimeOfRow();
  Result<double> ValueOfRow();
  Status CheckUnitOfRow();
  bool IsWantedZone(std::string_view zone) const;
  bool IsWanted(std::string_view zone, std::string_view kind) const;
  Status CheckUnitOf(const SeriesFile& file) const;
  Error InRow(std::string_view column, const Error& error) const;
  std::string Line() const { return lines_->name() + " line " + std::to_string(lines_->number()); }

  TextLines* lines_;
  const SeriesFileOptions& options_;
  std::string zone_id_;       // that options_.zone is a name of
  std::string default_kind_;  // of rows that name none
  SeriesColumns columns_;
  std::string_view line_;
  CsvCells cells_;
  SeriesRows rows_;
  std::string last_kind_cell_;
  std::string last_kind_;  // what last_kind_cell_ means
  std::string last_time_;
  Minute last_minute_ = 0;
  std::optional<std::string> last_unit_;  // none before the first row
  double peak_ = 0;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_SERIES_READER_H_
