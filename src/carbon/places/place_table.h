// What the readers of the compiled-in place tables have in common: cells to numbers, cells to an intensity
// with its interval, and the sentence for a table that was damaged before it was compiled in.
#ifndef JOULEPRINT_CARBON_PLACES_PLACE_TABLE_H_
#define JOULEPRINT_CARBON_PLACES_PLACE_TABLE_H_

#include <cassert>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "carbon/csv_table.h"
#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

/// False unless the whole of `text` is a number.
template <class Number>
bool ParseNumber(std::string_view text, Number* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Without the blanks around it.
std::string_view Trimmed(std::string_view text);
/// The parts between bars; none for an empty text.
std::vector<std::string> ListOf(std::string_view text);
/// Value and interval out of three cells.
bool ParseInterval(std::string_view value, std::string_view low, std::string_view high, Estimate* out);
/// "Ember, 2024 (a note)".
std::string SourceText(std::string_view source, std::string_view year, std::string_view note);
/// "A, B or C".
std::string OneOf(const std::vector<std::string>& names);
/// A near-miss question, and the command that lists what could have been meant.
std::string QuestionAndList(const std::string& question, std::string_view command);
Error DamagedRow(std::string_view table, std::string_view id);

/// All rows of a table through `read`, which gives a Result<Row>.
template <class Row, class Read>
std::vector<Row> AllOf(CsvTable table, Read read) {
  std::vector<Row> rows;
  while (table.Next()) {
    Result<Row> row = read(table);
    assert(row.ok());
    if (row.ok()) rows.push_back(*std::move(row));
  }
  return rows;
}

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_PLACES_PLACE_TABLE_H_
