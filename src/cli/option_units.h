// The functional unit that is typed as a flag's value: "epoch", "request=1200", "1000 tokens=5000".
#ifndef JOULEPRINT_CLI_OPTION_UNITS_H_
#define JOULEPRINT_CLI_OPTION_UNITS_H_

#include <algorithm>
#include <optional>
#include <string>

#include "cli/option_numbers.h"

namespace jouleprint::cli {

/// So that no figure per unit leaves what a double holds.
inline constexpr double kFewestUnits = 1e-6;
inline constexpr double kMostUnits = 1e30;

/// Those of ASCII, and U+0080 to U+009F in UTF-8: on a terminal they would do things instead of being read.
inline bool HasControlCharacter(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return true;
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c == 0xC2 && next >= 0x80 && next <= 0x9F) return true;
  }
  return false;
}

/// Nothing happens where the text is empty; `count` stays as it is where none is given.
inline Status SetUnit(const std::string& text, const std::string& hint, std::string* unit,
                      std::optional<double>* count) {
  if (text.empty()) return {};
  if (HasControlCharacter(text)) {
    return Error{ErrorCode::kInvalidArgument, "--per has a control character in its unit",
                 "write the unit in plain letters: request=1200"};
  }
  const std::size_t equals = text.find('=');
  *unit = text.substr(0, equals);
  if (unit->empty()) return Bad("--per", text, hint);
  if (equals == std::string::npos) return {};
  double done = 0;
  if (!os::ParseDouble(text.substr(equals + 1), &done) || !(done >= kFewestUnits && done <= kMostUnits)) {
    return Bad("--per", text, hint);
  }
  *count = done;
  return {};
}

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_OPTION_UNITS_H_
