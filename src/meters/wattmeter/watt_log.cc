#include "meters/wattmeter/watt_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// As loggers of plugs, analysers and spreadsheets name them.
constexpr std::array<std::string_view, 10> kTimeNames{
    "timestamp", "time", "timestamp_utc", "time_utc", "datetime", "date", "utc", "t", "ts", "epoch"};
constexpr std::array<std::string_view, 8> kWattsNames{"watts",   "watt", "w",      "power",
                                                      "power_w", "ac_w", "wall_w", "active_power_w"};

// Which unit a count since 1970 is in shows by its size: each step covers times from 1973 to 5138 in its
// unit.
constexpr double kMostSeconds = 1e11;
constexpr double kMostMilliseconds = 1e14;
constexpr double kMostMicroseconds = 1e17;
constexpr double kMostNanoseconds = 9e18;

LogLine Garbage(const char* problem) { return {LogLine::Kind::kGarbage, {}, problem}; }

std::string_view Trimmed(std::string_view text) {
  const auto is_edge = [](char c) { return std::isspace(static_cast<unsigned char>(c)) || c == '"'; };
  while (!text.empty() && is_edge(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_edge(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t end = line.find(separator);
    fields.push_back(Trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> FieldsOf(std::string_view line) {
  for (const char separator : {'\t', ';', ','}) {
    if (line.find(separator) != std::string_view::npos) return Split(line, separator);
  }
  const std::size_t blank = line.rfind(' ');
  if (blank == std::string_view::npos) return {line};
  return {Trimmed(line.substr(0, blank)), line.substr(blank + 1)};
}

// "123.4", "123.4 W"
std::optional<Watts> ParseWatts(std::string_view text) {
  if (text.ends_with('W') || text.ends_with('w')) text = Trimmed(text.substr(0, text.size() - 1));
  double watts = 0;
  if (text.empty() || !os::ParseDouble(text, &watts) || !std::isfinite(watts)) return std::nullopt;
  return Watts{watts};
}

std::optional<UtcTime> SinceEpoch(double count) {
  if (!(count > 0) || count >= kMostNanoseconds) return std::nullopt;
  double us = count * 1e6;
  if (count >= kMostMicroseconds) {
    us = count * 1e-3;
  } else if (count >= kMostMilliseconds) {
    us = count;
  } else if (count >= kMostSeconds) {
    us = count * 1e3;
  }
  return UtcTime{std::llround(us)};
}

std::optional<UtcTime> ParseTime(std::string_view text, const std::string& zone) {
  double count = 0;
  if (os::ParseDouble(text, &count)) return SinceEpoch(count);
  Result<UtcTime> time = UtcTime::Parse(text);
  if (!time.ok() && !zone.empty()) time = UtcTime::Parse(std::string(text) + zone);
  if (!time.ok()) return std::nullopt;
  return *time;
}

template <std::size_t N>
std::optional<std::size_t> ColumnOf(const std::vector<std::string_view>& fields,
                                    const std::array<std::string_view, N>& names) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string name(fields[i]);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (std::find(names.begin(), names.end(), name) != names.end()) return i;
  }
  return std::nullopt;
}

LogLine SampleOf(Watts power, std::optional<UtcTime> at) {
  return {LogLine::Kind::kSample, {.power = power, .total_energy = {}, .at = at}, ""};
}

// "07-21-2022 22:28:56.485" -> "2022-07-21T22:28:56.485"; "" when it is shaped otherwise.
std::string IsoOfPtdaemon(std::string_view text) {
  constexpr std::size_t kDate = 10;
  if (text.size() <= kDate || text[2] != '-' || text[5] != '-' || text[kDate] != ' ') return "";
  const std::string date = std::string(text.substr(6, 4)) + "-" + std::string(text.substr(0, 5));
  return date + "T" + std::string(text.substr(kDate + 1));
}

}  // namespace

bool CsvLog::TakeHeader(const std::vector<std::string_view>& fields) {
  const auto watts = ColumnOf(fields, kWattsNames);
  if (!watts) return false;
  watts_column_ = watts;
  time_column_ = ColumnOf(fields, kTimeNames);
  return true;
}

LogLine CsvLog::Parse(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  line = Trimmed(line);
  if (line.empty() || line.front() == '#') return {};
  const std::vector<std::string_view> fields = FieldsOf(line);
  const bool single = fields.size() == 1;
  const std::size_t watts_column = watts_column_.value_or(single ? 0 : 1);
  const std::optional<std::size_t> time_column =
      watts_column_ || single ? time_column_ : std::optional<std::size_t>{0};
  const auto watts = watts_column < fields.size() ? ParseWatts(fields[watts_column]) : std::nullopt;
  if (!watts) {
    if (TakeHeader(fields)) return {};
    return Garbage("has no number of watts where it should stand");
  }
  if (!time_column) return SampleOf(*watts, std::nullopt);
  if (*time_column >= fields.size()) return Garbage("has no time");
  const auto at = ParseTime(fields[*time_column], zone_);
  if (at) return SampleOf(*watts, at);
  const bool lacks_zone = ParseTime(fields[*time_column], "Z").has_value();
  return Garbage(lacks_zone ? "has a time without a zone (add ?tz=Z, or ?tz=+02:00)"
                            : "has no time that can be read");
}

LogLine ParsePtdaemonLine(std::string_view line, const std::string& zone) {
  line = Trimmed(line);
  if (line.empty()) return {};
  const std::vector<std::string_view> fields = Split(line, ',');
  constexpr std::size_t kFields = 4;
  if (fields.size() < kFields || fields[0] != "Time" || fields[2] != "Watts") {
    return Garbage("does not begin with Time,...,Watts,...");
  }
  const Result<UtcTime> at = UtcTime::Parse(IsoOfPtdaemon(fields[1]) + zone);
  if (!at.ok()) return Garbage("has no time as PTDaemon writes it (07-21-2022 22:28:56.485)");
  const auto watts = ParseWatts(fields[3]);
  if (!watts) return Garbage("has no number of watts where it should stand");
  return SampleOf(*watts, *at);
}

}  // namespace jouleprint::meters
