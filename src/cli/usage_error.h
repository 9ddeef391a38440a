// What is said when the words of a command line make no sense.
#ifndef JOULEPRINT_CLI_USAGE_ERROR_H_
#define JOULEPRINT_CLI_USAGE_ERROR_H_

#include <CLI/CLI.hpp>

#include <string>

namespace jouleprint::cli {

/// One line that names the command, what is wrong and what was probably meant. `root` has just been parsed.
std::string UsageError(const CLI::App& root, const CLI::ParseError& error);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_USAGE_ERROR_H_
