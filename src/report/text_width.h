// Text that fits: cleaning, measuring, cutting, padding and wrapping by terminal columns.
//
// Names and commands come from anywhere (a file name may hold an escape sequence, a project name may be
// Japanese), so whatever a report shows goes through Sanitize once, and every layout counts columns, not
// bytes. DisplayWidth and Wrap take text that may hold this room's own colour sequences, which have no width.
#ifndef JOULEPRINT_REPORT_TEXT_WIDTH_H_
#define JOULEPRINT_REPORT_TEXT_WIDTH_H_

#include <string>
#include <string_view>
#include <vector>

namespace jouleprint::report {

/// Valid UTF-8 on one line that cannot steer a terminal: white space becomes a blank, control characters
/// and broken bytes become a replacement mark, and marks that turn the direction of writing are removed.
/// Without `unicode` everything beyond ASCII becomes '?'.
std::string Sanitize(std::string_view text, bool unicode = true);

/// A command as one line that a shell would take back, sanitised.
std::string CommandLine(const std::vector<std::string>& command, bool unicode = true);

/// Columns on a terminal; of sanitised text, with or without colour.
int DisplayWidth(std::string_view text);

/// At most `width` columns; what was cut shows as an ellipsis. For text without colour.
std::string Truncate(std::string_view text, int width, bool unicode = true);

std::string PadRight(std::string_view text, int width);
std::string PadLeft(std::string_view text, int width);

/// Lines of at most `width` columns, broken at blanks, and inside a word only where it is longer than a line.
std::vector<std::string> Wrap(std::string_view text, int width);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_TEXT_WIDTH_H_
