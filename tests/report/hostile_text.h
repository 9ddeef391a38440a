// Names and commands that try to break a terminal, for property tests.
#ifndef JOULEPRINT_TESTS_REPORT_HOSTILE_TEXT_H_
#define JOULEPRINT_TESTS_REPORT_HOSTILE_TEXT_H_

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>

namespace jouleprint::report {

/// Up to twenty pieces: letters, wide and combining characters, escape sequences, broken bytes.
inline std::string HostileText(std::mt19937* random) {
  constexpr std::array<std::string_view, 18> kPieces{"a",
                                                     "train ",
                                                     "日本",
                                                     "👍",
                                                     "e\xCC\x81",
                                                     "\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
                                                     "\x1b[2J",
                                                     "\x1b]0;x\x07",
                                                     "\n",
                                                     "\r\t",
                                                     "|`*",
                                                     "\"",
                                                     "\xC2\x9B"
                                                     "31m",
                                                     "\xE2\x80\xAE",
                                                     "\xEF\xBB\xBF",
                                                     "\xFF\xFE",
                                                     "\xF0\x9F",
                                                     "averylongwordwithoutblanks"};
  std::string text;
  for (auto n = (*random)() % 20; n > 0; --n) {
    if ((*random)() % 4 == 0)
      text += static_cast<char>((*random)() & 0xFF);
    else
      text += kPieces[(*random)() % kPieces.size()];
  }
  return text;
}

/// No control character but a line end, in one byte or as U+0080..U+009F; `colour` allows "ESC [ digits m".
inline bool IsTerminalSafe(std::string_view text, bool colour = false) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (colour && text.substr(i).starts_with("\x1b[")) {
      const std::size_t end = text.find_first_not_of("0123456789", i + 2);
      if (end != std::string_view::npos && text[end] == 'm') continue;
      return false;
    }
    if ((c < 0x20 && c != '\n') || c == 0x7F) return false;
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

}  // namespace jouleprint::report

#endif  // JOULEPRINT_TESTS_REPORT_HOSTILE_TEXT_H_
