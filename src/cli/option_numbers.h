// Numbers that are typed as a flag's value.
#ifndef JOULEPRINT_CLI_OPTION_NUMBERS_H_
#define JOULEPRINT_CLI_OPTION_NUMBERS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/result.h"
#include "os/file.h"

namespace jouleprint::cli {

inline Error Bad(const std::string& flag, const std::string& value, std::string hint) {
  return {ErrorCode::kInvalidArgument, flag + " '" + value + "' makes no sense", std::move(hint)};
}

/// Nothing happens where the text is empty.
inline Status SetNumber(const std::string& flag, const std::string& text, double least, double most,
                        std::string hint, std::optional<double>* out) {
  if (text.empty()) return {};
  double value = 0;
  if (!os::ParseDouble(text, &value) || !(value >= least && value <= most))
    return Bad(flag, text, std::move(hint));
  *out = value;
  return {};
}

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_OPTION_NUMBERS_H_
