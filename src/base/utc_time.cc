#include "jouleprint/utc_time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace jouleprint {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
// Seconds of 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: as far as four digits reach. An offset can lead
// out.
constexpr std::int64_t kEarliest = -62'167'219'200;
constexpr std::int64_t kLatest = 253'402'300'799;

Error BadTime(std::string_view text) {
  return {ErrorCode::kInvalidArgument, "'" + std::string(text) + "' is not a time",
          "write it as 2026-11-22T13:00:00Z or with an offset, 2026-11-22T14:00:00+01:00"};
}

// Takes exactly `width` digits off the front of `text`.
bool TakeDigits(std::string_view* text, std::size_t width, int* out) {
  if (text->size() < width) return false;
  const auto [end, error] = std::from_chars(text->data(), text->data() + width, *out);
  if (error != std::errc{} || end != text->data() + width || (*text)[0] == '-') return false;
  text->remove_prefix(width);
  return true;
}

bool TakeChar(std::string_view* text, std::string_view any_of) {
  if (text->empty() || any_of.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

// ".123456789" -> microseconds, further digits cut off.
bool TakeFraction(std::string_view* text, std::int64_t* micros) {
  *micros = 0;
  if (!TakeChar(text, ".,")) return true;
  std::int64_t scale = kMicrosPerSecond / 10;
  std::size_t digits = 0;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    *micros += (text->front() - '0') * scale;
    scale /= 10;
    text->remove_prefix(1);
    ++digits;
  }
  return digits > 0;
}

// "Z", "+01:00", "-0530" -> seconds east of UTC.
bool TakeOffset(std::string_view* text, int* seconds) {
  *seconds = 0;
  if (TakeChar(text, "Zz")) return true;
  if (text->empty()) return false;
  const int sign = text->front() == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!TakeChar(text, "+-") || !TakeDigits(text, 2, &hours)) return false;
  TakeChar(text, ":");
  if (!text->empty() && !TakeDigits(text, 2, &minutes)) return false;
  *seconds = sign * (hours * 3600 + minutes * 60);
  return hours < 24 && minutes < 60;
}

}  // namespace

std::string UtcTime::ToString() const {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds{unix_us}};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  int n = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  const auto fraction = static_cast<long>(clock.subseconds().count());
  if (fraction != 0) n += std::snprintf(text.data() + n, text.size() - n, ".%06ld", fraction);
  return std::string(text.data(), n) + "Z";
}

Result<UtcTime> UtcTime::Parse(std::string_view text) {
  using namespace std::chrono;
  std::string_view rest = text;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, offset = 0;
  std::int64_t micros = 0;
  const bool shaped = TakeDigits(&rest, 4, &y) && TakeChar(&rest, "-") && TakeDigits(&rest, 2, &mo) &&
                      TakeChar(&rest, "-") && TakeDigits(&rest, 2, &d) && TakeChar(&rest, "Tt ") &&
                      TakeDigits(&rest, 2, &h) && TakeChar(&rest, ":") && TakeDigits(&rest, 2, &mi) &&
                      (!TakeChar(&rest, ":") || (TakeDigits(&rest, 2, &s) && TakeFraction(&rest, &micros))) &&
                      TakeOffset(&rest, &offset) && rest.empty();
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (!shaped || !date.ok() || h > 23 || mi > 59 || s > 60) return BadTime(text);
  const std::int64_t seconds =
      sys_days{date}.time_since_epoch() / std::chrono::seconds{1} + h * 3600 + mi * 60 + s - offset;
  if (seconds < kEarliest || seconds > kLatest) return BadTime(text);
  return UtcTime{seconds * kMicrosPerSecond + micros};
}

}  // namespace jouleprint
