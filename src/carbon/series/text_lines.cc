#include "carbon/series/text_lines.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "os/gzip.h"

namespace jouleprint::carbon {
namespace {

// What is read at once, and the longest line: a row of a series has a few dozen bytes.
constexpr std::size_t kBufferBytes = std::size_t{1} << 18;
constexpr std::size_t kLongestShown = 40;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

std::string_view Trimmed(std::string_view cell) {
  while (!cell.empty() && kBlanks.find(cell.front()) != std::string_view::npos) cell.remove_prefix(1);
  while (!cell.empty() && kBlanks.find(cell.back()) != std::string_view::npos) cell.remove_suffix(1);
  return cell;
}

}  // namespace

TextLines::TextLines(Source source, std::string name)
    : source_(std::move(source)), name_(std::move(name)), buffer_(kBufferBytes) {}

Result<bool> TextLines::Refill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 name_ + " line " + std::to_string(number_ + 1) + " is longer than " +
                     std::to_string(kBufferBytes) + " bytes",
                 "give a CSV file with a line per value"};
  }
  const Result<std::size_t> n = source_(std::span(buffer_).subspan(end_));
  if (!n.ok()) return n.error();
  end_ += *n;
  ended_ = *n == 0;
  return !ended_;
}

Result<bool> TextLines::Next(std::string_view* line) {
  std::size_t searched = 0;
  for (;;) {
    const char* from = buffer_.data() + begin_;
    const std::size_t have = end_ - begin_;
    const void* feed = std::memchr(from + searched, '\n', have - searched);
    if (feed == nullptr && !ended_) {
      searched = have;
      if (const Result<bool> more = Refill(); !more.ok()) return more;
      continue;
    }
    if (feed == nullptr && have == 0) return false;
    const std::size_t size =
        feed == nullptr ? have : static_cast<std::size_t>(static_cast<const char*>(feed) - from);
    *line = {from, size};
    begin_ += feed == nullptr ? size : size + 1;
    if (line->ends_with('\r')) line->remove_suffix(1);
    if (number_++ == 0 && line->starts_with(kByteOrderMark)) line->remove_prefix(kByteOrderMark.size());
    return true;
  }
}

Result<TextLines> LinesOfFile(const std::string& path) {
  Result<os::GzipInput> input = os::GzipInput::Open(path);
  if (!input.ok()) return input.error();
  // std::function wants to be copied; the file is not.
  const auto shared = std::make_shared<os::GzipInput>(*std::move(input));
  return TextLines([shared](std::span<char> out) { return shared->Read(out); }, path);
}

TextLines LinesOfText(std::string_view text, const std::string& name) {
  const auto read = [text](std::span<char> out) mutable -> Result<std::size_t> {
    const std::size_t n = text.copy(out.data(), out.size());
    text.remove_prefix(n);
    return n;
  };
  return {read, name};
}

bool CsvCells::Split(std::string_view line, std::size_t most) {
  cells_.clear();
  if (line.find('"') != std::string_view::npos) return SplitQuoted(line, most);
  while (cells_.size() < most) {
    const std::size_t comma = line.find(',');
    cells_.push_back(Trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  return true;
}

bool CsvCells::SplitQuoted(std::string_view line, std::size_t most) {
  // Cells point into it, so that it must not move.
  unquoted_.clear();
  unquoted_.reserve(line.size());
  while (cells_.size() < most) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (!line.starts_with('"')) {
      const std::size_t comma = line.find(',');
      cells_.push_back(Trimmed(line.substr(0, comma)));
      if (comma == std::string_view::npos) return true;
      line.remove_prefix(comma + 1);
      continue;
    }
    const std::size_t begin = unquoted_.size();
    for (line.remove_prefix(1);; line.remove_prefix(2), unquoted_ += '"') {
      const std::size_t quote = line.find('"');
      if (quote == std::string_view::npos) return false;
      unquoted_ += line.substr(0, quote);
      line.remove_prefix(quote);
      if (!line.starts_with("\"\"")) break;
    }
    line.remove_prefix(1);
    cells_.push_back(Trimmed(std::string_view(unquoted_).substr(begin)));
    line = Trimmed(line);
    if (line.empty()) return true;
    if (line.front() != ',') return false;
    line.remove_prefix(1);
  }
  return true;
}

std::size_t CsvCells::filled() const {
  std::size_t filled = cells_.size();
  while (filled > 0 && cells_[filled - 1].empty()) --filled;
  return filled;
}

std::string Shown(std::string_view cell) {
  std::string shown(cell.substr(0, kLongestShown));
  // Not in the middle of a character of UTF-8.
  while (shown.size() < cell.size() && !shown.empty() && (static_cast<unsigned char>(shown.back()) & 0x80)) {
    const bool lead = (static_cast<unsigned char>(shown.back()) & 0x40) != 0;
    shown.pop_back();
    if (lead) break;
  }
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return "'" + shown + (shown.size() < cell.size() ? "...'" : "'");
}

}  // namespace jouleprint::carbon
