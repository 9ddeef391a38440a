// The entries of a log whose lines begin with a time: "2024-03-01 09:30:00 - MESSAGE", where a line without
// one goes on with the message before it.
#ifndef JOULEPRINT_RECORD_IMPORT_LOG_ENTRIES_H_
#define JOULEPRINT_RECORD_IMPORT_LOG_ENTRIES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::record {

struct LogEntry {
  std::size_t line = 0;  ///< of its first line, from 1
  UtcTime time;
  std::string message;  ///< its lines, with line feeds between
};

/// Lines before the first with a time are passed over. The error names a line whose time is none.
Result<std::vector<LogEntry>> LogEntries(std::string_view text, const std::string& name);
/// Of the first line alone; "" where it has no time.
std::string_view FirstMessage(std::string_view text);

/// A number from 0 up; the error says `where` and `field`.
Result<double> LogNumber(std::string_view text, const std::string& where, std::string_view field);
/// "1:02:03.45" in seconds.
Result<double> LogDuration(std::string_view text, const std::string& where);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_LOG_ENTRIES_H_
