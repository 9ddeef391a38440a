// Which column of a series file holds what, and in which unit its values are.
#ifndef JOULEPRINT_CARBON_SERIES_SERIES_COLUMNS_H_
#define JOULEPRINT_CARBON_SERIES_SERIES_COLUMNS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "carbon/series/intensity_unit.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

struct SeriesColumns {
  std::size_t time = 0;
  std::size_t value = 0;
  std::optional<std::size_t> zone;  ///< none: all rows are of the zone that the options name
  std::optional<std::size_t> kind;
  std::optional<std::size_t> unit;  ///< a column that says it row by row
  std::string value_name;           ///< as the header spells it, for messages
  std::size_t count = 0;            ///< how many cells of a row must be there
  std::size_t all = 0;              ///< how many the header has: a row with more has shifted
  IntensityUnit in{"g/kWh", 1};
  bool unit_was_given = false;  ///< by the user, who is not asked again
};

/// Reads the first line of a file. The error names the file and says what the line should have been.
Result<SeriesColumns> ReadHeader(std::string_view line, const std::string& file,
                                 const SeriesFileOptions& options);

/// What is asked where values are, or seem to be, in another unit than g/kWh.
Error AskForUnit(const std::string& what, std::string_view unit);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_SERIES_COLUMNS_H_
