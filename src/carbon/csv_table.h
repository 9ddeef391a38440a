// Reads a table that is compiled in, row by row, without copying it.
//
//   for (CsvTable rows(begin, end); rows.Next();) Use(rows.Cell(kName));
//
// The tables in data/ are written without quotes (their generator refuses a cell that would need
// one), so a comma always parts two cells. The first line is the header and is skipped. A cell that a
// row lacks is empty. Nothing is parsed before it is asked for, so that start-up costs nothing.
#ifndef JOULEPRINT_CARBON_CSV_TABLE_H_
#define JOULEPRINT_CARBON_CSV_TABLE_H_

#include <cstddef>
#include <string_view>

namespace jouleprint::carbon {

/// Cuts `*rest` after the next `separator` and returns what stood before it.
inline std::string_view TakeUntil(std::string_view* rest, char separator) {
  const std::size_t end = rest->find(separator);
  const std::string_view head = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  return head;
}

class CsvTable {
 public:
  CsvTable(const char* begin, const char* end) : rest_(begin, static_cast<std::size_t>(end - begin)) {
    TakeUntil(&rest_, '\n');
  }

  /// Moves to the next row; false after the last.
  bool Next() {
    row_ = {};
    while (row_.empty() && !rest_.empty()) row_ = TakeUntil(&rest_, '\n');
    return !row_.empty();
  }

  std::string_view Cell(std::size_t column) const {
    std::string_view rest = row_;
    for (; column > 0; --column) TakeUntil(&rest, ',');
    return TakeUntil(&rest, ',');
  }

 private:
  std::string_view rest_;
  std::string_view row_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_CSV_TABLE_H_
