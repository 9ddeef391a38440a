// Cleans and measures text by terminal columns; see text_width.h for the promises.
#include "report/text_width.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "report/char_width.h"

namespace jouleprint::report {
namespace {

// More marks than this on one letter are there to smear over the lines around it, not to be read.
constexpr int kMaxMarksPerLetter = 4;
constexpr int kWidestCharacter = 2;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";     // U+2026

struct Unit {
  std::string_view bytes;  // one character, or one whole colour sequence
  char32_t character = 0;
  int width = 0;
  bool valid = true;
};

std::size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// Unicode 14.0, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsScalar(char32_t c, std::size_t length) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return c >= kSmallest[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

// Takes the first character off `text`; a broken byte is taken alone and marked.
Unit TakeCharacter(std::string_view* text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>((*text)[i]); };
  const std::size_t length = SequenceLength(byte(0));
  char32_t c = 0;
  bool valid = length > 0 && length <= text->size();
  if (valid) {
    c = length == 1 ? byte(0) : byte(0) & (0xFFu >> (length + 1));
    for (std::size_t i = 1; valid && i < length; ++i) {
      valid = (byte(i) & 0xC0) == 0x80;
      c = (c << 6) | (byte(i) & 0x3F);
    }
    valid = valid && IsScalar(c, length);
  }
  const std::size_t taken = valid ? length : 1;
  const Unit unit{text->substr(0, taken), c, valid ? CharWidth(c) : 1, valid};
  text->remove_prefix(taken);
  return unit;
}

// A colour sequence ("ESC [ ... m") counts as one unit without width.
Unit TakeUnit(std::string_view* text) {
  if (text->starts_with("\x1b[")) {
    const std::size_t end = text->find('m');
    if (end != std::string_view::npos) {
      const Unit unit{text->substr(0, end + 1), 0, 0, true};
      text->remove_prefix(end + 1);
      return unit;
    }
  }
  return TakeCharacter(text);
}

bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool IsBlank(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x2028 || c == 0x2029;
}

// Format characters (Unicode category Cf and the variation selectors) that show nothing and change how
// their neighbours show: direction overrides, zero-width blanks, tags.
bool IsInvisible(char32_t c) {
  return c == 0xAD || c == 0x61C || c == 0x180E || c == 0x200B || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) ||
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0x1BCA0 && c <= 0x1BCA3) ||
         (c >= 0x1D173 && c <= 0x1D17A) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string QuoteForShell(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^";
  const bool plain = std::all_of(argument.begin(), argument.end(), [&](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || kPlain.find(c) != std::string_view::npos;
  });
  if (plain && !argument.empty()) return std::string(argument);
  // Double quotes read better around a single one, where nothing in the text has a meaning inside them.
  if (argument.find('\'') != std::string_view::npos &&
      argument.find_first_of("\"$`\\!") == std::string_view::npos) {
    return '"' + std::string(argument) + '"';
  }
  std::string quoted = "'";
  for (const char c : argument) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Where the first word of `text` ends. A number and the word after it are one: "1.6 weeks" must not part.
std::size_t WordEnd(std::string_view text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const bool number = end > 0 && end < text.size() && IsDigit(text[0]) && IsDigit(text[end - 1]);
  return number ? std::min(text.find(' ', end + 1), text.size()) : end;
}

}  // namespace

std::string Sanitize(std::string_view text, bool unicode) {
  std::string clean;
  int marks = 0;
  while (!text.empty()) {
    const Unit unit = TakeCharacter(&text);
    if (unit.valid && IsInvisible(unit.character)) continue;
    marks = unit.width == 0 ? marks + 1 : 0;
    // A mark at the start would join whatever the layout puts before it.
    if (marks > kMaxMarksPerLetter || (unit.width == 0 && clean.empty())) continue;
    if (unit.valid && IsBlank(unit.character))
      clean += ' ';
    else if (!unit.valid || IsControl(unit.character))
      clean += unicode ? kReplacement : "?";
    else if (!unicode && unit.character >= 0x80)
      clean += unit.width == 0 ? "" : "?";
    else
      clean += unit.bytes;
  }
  return clean;
}

std::string CommandLine(const std::vector<std::string>& command, bool unicode) {
  std::string line;
  for (const std::string& argument : command) {
    if (!line.empty()) line += ' ';
    line += QuoteForShell(argument);
  }
  return Sanitize(line, unicode);
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  while (!text.empty()) width += TakeUnit(&text).width;
  return width;
}

std::string Truncate(std::string_view text, int width, bool unicode) {
  if (width <= 0) return "";
  if (DisplayWidth(text) <= width) return std::string(text);
  const std::string_view mark = unicode ? kEllipsis : std::string_view("...").substr(0, std::min(width, 3));
  int room = width - DisplayWidth(mark);
  std::string cut;
  while (!text.empty()) {
    const Unit unit = TakeUnit(&text);
    if (unit.width > room) break;
    room -= unit.width;
    cut += unit.bytes;
  }
  return cut.append(mark);
}

std::string PadRight(std::string_view text, int width) {
  return std::string(text) +
         std::string(static_cast<std::size_t>(std::max(0, width - DisplayWidth(text))), ' ');
}

std::string PadLeft(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(0, width - DisplayWidth(text))), ' ') +
         std::string(text);
}

std::vector<std::string> Wrap(std::string_view text, int width) {
  width = std::max(width, kWidestCharacter);
  std::vector<std::string> lines(1);
  int used = 0;
  const auto next_line = [&] {
    lines.emplace_back();
    used = 0;
  };
  while (!text.empty()) {
    const std::size_t end = WordEnd(text);
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const int word_width = DisplayWidth(word);
    if (used > 0 && used + 1 + word_width > width) next_line();
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    while (!word.empty()) {
      const Unit unit = TakeUnit(&word);
      if (used + unit.width > width) next_line();
      lines.back() += unit.bytes;
      used += unit.width;
    }
  }
  return lines;
}

}  // namespace jouleprint::report
