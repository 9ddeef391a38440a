// Moments and lengths of time that are typed as a flag's value.
#ifndef JOULEPRINT_CLI_OPTION_TIMES_H_
#define JOULEPRINT_CLI_OPTION_TIMES_H_

#include <optional>
#include <string>

#include "cli/option_numbers.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::cli {

/// "2022-12-25" (its midnight in UTC) or a time with its zone, "2022-12-25T04:00Z". Nothing happens where the
/// text is empty.
inline Status SetTime(const std::string& flag, const std::string& text, std::optional<UtcTime>* out) {
  if (text.empty()) return {};
  constexpr std::size_t kDateLength = 10;
  const Result<UtcTime> time = UtcTime::Parse(text.size() == kDateLength ? text + "T00:00Z" : text);
  if (!time.ok()) return Bad(flag, text, "write 2026-11-22 or, with its zone, 2026-11-22T13:00Z");
  *out = *time;
  return {};
}

/// "90m", "24h", "4d". Nothing happens where the text is empty.
inline Status SetLength(const std::string& flag, const std::string& text, Seconds least, Seconds most,
                        std::string hint, Seconds* out) {
  if (text.empty()) return {};
  const double unit_s = text.back() == 'm' ? 60 : text.back() == 'h' ? 3600 : text.back() == 'd' ? 86'400 : 0;
  double count = 0;
  const bool number = os::ParseDouble(text.substr(0, text.size() - 1), &count);
  const Seconds length{count * unit_s};
  if (!number || !(length >= least && length <= most)) return Bad(flag, text, std::move(hint));
  *out = length;
  return {};
}

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_OPTION_TIMES_H_
