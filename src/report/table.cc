// Lays out tables; see table.h.
#include "report/table.h"

#include <algorithm>

#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowestElastic = 8;

std::vector<int> Widths(const Table& table) {
  std::vector<int> widths;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    int width = DisplayWidth(table.columns[c].heading);
    for (const auto& row : table.rows) width = std::max(width, DisplayWidth(row[c]));
    widths.push_back(width);
  }
  return widths;
}

int LineWidth(const std::vector<int>& widths) {
  int total = -kGap;
  for (const int width : widths) total += width + kGap;
  return total;
}

void Drop(Table* table, std::size_t column) {
  const auto at = static_cast<std::ptrdiff_t>(column);
  table->columns.erase(table->columns.begin() + at);
  for (auto& row : table->rows) row.erase(row.begin() + at);
}

std::string Row(const Table& table, const std::vector<std::string>& cells, const std::vector<int>& widths,
                bool unicode) {
  std::string line;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (c > 0) line += std::string(kGap, ' ');
    const std::string cell = Truncate(cells[c], widths[c], unicode);
    line += table.columns[c].align == Align::kLeft ? PadRight(cell, widths[c]) : PadLeft(cell, widths[c]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// Until the rest fits with the elastic column at its narrowest.
void DropToFit(Table* table, int width, std::string_view elastic,
               const std::vector<std::string_view>& droppable) {
  for (const std::string_view heading : droppable) {
    const std::vector<int> widths = Widths(*table);
    int least = LineWidth(widths);
    for (std::size_t c = 0; c < widths.size(); ++c) {
      if (table->columns[c].heading == elastic) least -= std::max(0, widths[c] - kNarrowestElastic);
    }
    if (least <= width) return;
    for (std::size_t c = 0; c < table->columns.size(); ++c) {
      if (table->columns[c].heading != heading) continue;
      Drop(table, c);
      break;
    }
  }
}

}  // namespace

std::vector<std::string> TextTable(Table table, int width, bool unicode, std::size_t elastic,
                                   const std::vector<std::string_view>& droppable) {
  const std::string elastic_heading = table.columns[elastic].heading;
  DropToFit(&table, width, elastic_heading, droppable);
  std::vector<int> widths = Widths(table);
  std::vector<std::string> headings;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    headings.push_back(table.columns[c].heading);
    if (table.columns[c].heading != elastic_heading) continue;
    const int excess = std::max(0, LineWidth(widths) - width);
    widths[c] = std::max(std::min(widths[c], kNarrowestElastic), widths[c] - excess);
  }
  std::vector<std::string> lines{Truncate(Row(table, headings, widths, unicode), width, unicode)};
  for (const auto& row : table.rows)
    lines.push_back(Truncate(Row(table, row, widths, unicode), width, unicode));
  return lines;
}

std::string EscapeMarkdown(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\`*_{}[]<>#|~&").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string MarkdownTable(const Table& table) {
  std::string heading = "|";
  std::string rule = "|";
  for (const Column& column : table.columns) {
    heading += " " + EscapeMarkdown(column.heading) + " |";
    rule += column.align == Align::kLeft ? " --- |" : " ---: |";
  }
  std::string text = heading + "\n" + rule + "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const std::string& cell : row) text += " " + EscapeMarkdown(cell) + " |";
    text += "\n";
  }
  return text;
}

}  // namespace jouleprint::report
