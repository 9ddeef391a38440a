// A moment in UTC, to the microsecond, written as ISO 8601 with Z in every file and on every wire.
#ifndef JOULEPRINT_UTC_TIME_H_
#define JOULEPRINT_UTC_TIME_H_

#include <cmath>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint {

struct UtcTime {
  std::int64_t unix_us = 0;  ///< microseconds since 1970-01-01T00:00:00Z, leap seconds not counted

  /// "2026-11-22T13:34:43.123456Z"; the fraction is left out when it is zero.
  std::string ToString() const;
  /// Reads what ToString writes, and any ISO 8601 time with Z or a numeric offset.
  static Result<UtcTime> Parse(std::string_view text);

  friend constexpr auto operator<=>(UtcTime, UtcTime) = default;
  friend UtcTime operator+(UtcTime t, Seconds s) { return {t.unix_us + std::llround(s.value() * 1e6)}; }
  friend Seconds operator-(UtcTime a, UtcTime b) {
    return Seconds{static_cast<double>(a.unix_us - b.unix_us) * 1e-6};
  }
};

}  // namespace jouleprint

#endif  // JOULEPRINT_UTC_TIME_H_
