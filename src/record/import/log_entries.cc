#include "record/import/log_entries.h"

#include <fmt/format.h>

#include <cmath>

#include "carbon/csv_table.h"
#include "carbon/series/text_lines.h"
#include "os/file.h"
#include "record/import/imported_run.h"

namespace jouleprint::record {
namespace {

constexpr std::string_view kTimeShape = "dddd-dd-dd dd:dd:dd - ";
constexpr std::size_t kTimeLength = 19;  // without the dash

bool StartsWithTime(std::string_view line) {
  if (line.size() < kTimeShape.size()) return false;
  for (std::size_t i = 0; i < kTimeShape.size(); ++i) {
    const bool digit = line[i] >= '0' && line[i] <= '9';
    if (kTimeShape[i] == 'd' ? !digit : line[i] != kTimeShape[i]) return false;
  }
  return true;
}

Error Wrong(const std::string& where, std::string_view field, std::string_view text, std::string_view what) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("{}: {} {} is {}", where, field, carbon::Shown(text), what),
          "mend the line, or leave this log out"};
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::vector<LogEntry>> LogEntries(std::string_view text, const std::string& name) {
  std::vector<LogEntry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = carbon::TakeUntil(&text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (StartsWithTime(line)) {
      const Result<UtcTime> time = ZonelessTime(line.substr(0, kTimeLength));
      if (!time.ok()) {
        return Wrong(fmt::format("{} line {}", name, number), "time", line.substr(0, kTimeLength), "no time");
      }
      entries.push_back({number, *time, std::string(line.substr(kTimeShape.size()))});
    } else if (!entries.empty()) {
      (entries.back().message += '\n') += line;
    }
  }
  return entries;
}

std::string_view FirstMessage(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return StartsWithTime(line) ? line.substr(kTimeShape.size()) : std::string_view();
}

Result<double> LogNumber(std::string_view text, const std::string& where, std::string_view field) {
  text = Trimmed(text);
  double value = 0;
  if (!os::ParseDouble(text, &value) || !std::isfinite(value)) return Wrong(where, field, text, "no number");
  if (value < 0) return Wrong(where, field, text, "negative");
  return value;
}

Result<double> LogDuration(std::string_view text, const std::string& where) {
  std::string_view rest = Trimmed(text);
  const std::string_view hours = carbon::TakeUntil(&rest, ':');
  const std::string_view minutes = carbon::TakeUntil(&rest, ':');
  double h = 0;
  double m = 0;
  double s = 0;
  const bool read = os::ParseDouble(hours, &h) && os::ParseDouble(minutes, &m) && os::ParseDouble(rest, &s);
  constexpr double kMostHours = 876'600;  // a century
  // "60.00" is what rounding makes of 59.996.
  if (!read || !(h >= 0 && h <= kMostHours && m >= 0 && m <= 60 && s >= 0 && s <= 60)) {
    return Wrong(where, "duration", Trimmed(text), "not hours:minutes:seconds");
  }
  return (h * 60 + m) * 60 + s;
}

}  // namespace jouleprint::record
