// The rows of a series file, gathered by zone and kind, and the series that they make.
//
// What is mended, and what is refused, is written for people in docs/formats/series.md:
// rows in any order are sorted; a row that is there twice counts once; a time with two values is refused; the
// step is found from the times; a time between two steps is refused; a step without a row is a gap.
#ifndef JOULEPRINT_CARBON_SERIES_SERIES_ROWS_H_
#define JOULEPRINT_CARBON_SERIES_SERIES_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "carbon/series/minutes.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

struct SeriesRow {
  Minute minute = 0;
  std::uint32_t line = 0;
  double g_per_kwh = 0;  ///< NaN where the file has the time and no value
};

struct ZoneRows {
  std::string zone;
  std::string kind;
  bool wanted = true;  ///< false: passed over; nothing is kept
  bool sorted = true;
  std::vector<SeriesRow> rows;
  ZoneRows* followed_by = nullptr;  ///< whose row came after one of this the last time

  bool Is(std::string_view a_zone, std::string_view a_kind) const { return zone == a_zone && kind == a_kind; }
};

class SeriesRows {
 public:
  /// The rows of a zone and a kind; null where none was made yet. Fast where zones come in the same order
  /// again and again, or stay the same.
  ZoneRows* Find(std::string_view zone, std::string_view kind);
  ZoneRows* Make(std::string_view zone, std::string_view kind, bool wanted);
  const std::deque<ZoneRows>& zones() const { return zones_; }

  static void Add(ZoneRows* zone, const SeriesRow& row) {
    if (!zone->rows.empty() && zone->rows.back().minute >= row.minute) zone->sorted = false;
    zone->rows.push_back(row);
  }

  /// Empties this. Errors and notes begin with the file's name.
  Result<SeriesFile> TakeSeries(const std::string& file, const std::string& source);

 private:
  std::deque<ZoneRows> zones_;
  std::unordered_map<std::string, ZoneRows*> by_name_;
  std::string name_;  // kept, so that a look-up allocates nothing
  ZoneRows* last_ = nullptr;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_SERIES_ROWS_H_
