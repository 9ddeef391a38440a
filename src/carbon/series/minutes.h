// Times of a series: whole minutes, counted since 1970-01-01T00:00Z.
#ifndef JOULEPRINT_CARBON_SERIES_MINUTES_H_
#define JOULEPRINT_CARBON_SERIES_MINUTES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

using Minute = std::int32_t;

inline constexpr std::int64_t kMicrosPerMinute = 60'000'000;

inline UtcTime TimeOf(Minute minute) { return {minute * kMicrosPerMinute}; }

/// Any ISO 8601 time with Z or a numeric offset, to the minute; 1900 to 2199. The error says what is wrong
/// with `text` and not where it stands.
Result<Minute> ParseMinute(std::string_view text);

/// "2022-01-01T00:00Z", as series files have it.
std::string MinuteText(Minute minute);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_MINUTES_H_
