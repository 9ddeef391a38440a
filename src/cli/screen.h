// Where and how the command line writes: results on standard output, everything else on standard error.
#ifndef JOULEPRINT_CLI_SCREEN_H_
#define JOULEPRINT_CLI_SCREEN_H_

#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "report/report.h"

namespace jouleprint::cli {

/// Colour only on a terminal and without NO_COLOR; blocks only where the locale is UTF-8.
report::Style StyleOf(int fd);
/// Writes to standard output. False when it cannot take it (closed, full).
bool Print(std::string_view text);
void Say(std::string_view text);
/// "jouleprint: SENTENCE" on standard error.
void Complain(std::string_view sentence);
/// Complains and returns the exit status that belongs to the error.
int Fail(const Error& error);
/// Into a file, or to standard output when `path` is empty. Returns the exit status.
int Deliver(const std::string& path, const std::string& text);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_SCREEN_H_
