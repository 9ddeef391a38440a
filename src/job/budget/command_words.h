// A command line in one text, as its words: what a shell would make of quotes and backslashes, and nothing
// of what else a shell does (no variables, no patterns, no pipes).
#ifndef JOULEPRINT_JOB_BUDGET_COMMAND_WORDS_H_
#define JOULEPRINT_JOB_BUDGET_COMMAND_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"

namespace jouleprint::job {

/// By the rules of quoting of POSIX.1-2017, XCU 2.2. kInvalidArgument: a quote that is not closed, a
/// backslash at the end, or no word at all.
Result<std::vector<std::string>> SplitWords(std::string_view line);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_COMMAND_WORDS_H_
