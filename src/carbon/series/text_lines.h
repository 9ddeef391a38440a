// The lines of a text that comes in pieces, from a file, a pipe or memory, and the cells of a line of CSV.
// Nothing is allocated per line: a year of a hundred zones has ten million of them.
//
//   TextLines lines(source, "grid.csv");
//   CsvCells cells;
//   std::string_view line;
//   for (Result<bool> more = lines.Next(&line); more.ok() && *more; more = lines.Next(&line)) {
//     if (cells.Split(line, 3)) Use(cells[0], cells[2]);
//   }
#ifndef JOULEPRINT_CARBON_SERIES_TEXT_LINES_H_
#define JOULEPRINT_CARBON_SERIES_TEXT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"

namespace jouleprint::carbon {

class TextLines {
 public:
  /// Fills its argument from the front and says how much; 0 at the end.
  using Source = std::function<Result<std::size_t>(std::span<char>)>;

  TextLines(Source source, std::string name);

  /// Without its end (LF or CR LF), and without a byte order mark before the first. False at the end of the
  /// text. The line is valid until the next call.
  Result<bool> Next(std::string_view* line);
  /// Of the line that Next gave last; the first is 1.
  std::uint32_t number() const { return number_; }
  const std::string& name() const { return name_; }

 private:
  Result<bool> Refill();

  Source source_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what was not given yet
  std::size_t end_ = 0;
  bool ended_ = false;
  std::uint32_t number_ = 0;
};

/// What a file and a text in memory are to TextLines. The text must outlive what is made of it.
Result<TextLines> LinesOfFile(const std::string& path);
TextLines LinesOfText(std::string_view text, const std::string& name);

/// The cells of one line, without blanks around them; quotes as in RFC 4180, but no line breaks within.
class CsvCells {
 public:
  /// Up to `most` cells; what follows them is not looked at. False where a quote has no end, or something
  /// but a comma follows it. The cells are valid as long as `line` and until the next call.
  bool Split(std::string_view line, std::size_t most);
  std::size_t size() const { return cells_.size(); }
  /// Without the empty cells at the end.
  std::size_t filled() const;
  std::string_view operator[](std::size_t index) const { return cells_[index]; }

 private:
  bool SplitQuoted(std::string_view line, std::size_t most);

  std::vector<std::string_view> cells_;
  std::string unquoted_;
};

/// A cell as it may stand in a message: in quotes, not too long, without control characters.
std::string Shown(std::string_view cell);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_TEXT_LINES_H_
