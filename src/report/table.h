// Tables of text in columns, for terminals and for Markdown.
#ifndef JOULEPRINT_REPORT_TABLE_H_
#define JOULEPRINT_REPORT_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace jouleprint::report {

enum class Align { kLeft, kRight };

struct Column {
  std::string heading;
  Align align = Align::kLeft;
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  ///< sanitised; each as long as `columns`
};

/// Lines of two blanks between columns, the heading first. While a line is wider than `width`, columns named
/// in `droppable` go, first to last; then the column `elastic` shrinks.
std::vector<std::string> TextTable(Table table, int width, bool unicode, std::size_t elastic,
                                   const std::vector<std::string_view>& droppable = {});

/// A pipe table (GitHub Flavored Markdown 4.10); cells are escaped.
std::string MarkdownTable(const Table& table);
/// `text` with what Markdown would read as markup escaped.
std::string EscapeMarkdown(std::string_view text);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_TABLE_H_
