// How `--help` looks: 80 columns, options in groups, no machinery of the parser's.
#ifndef JOULEPRINT_CLI_HELP_PAGE_H_
#define JOULEPRINT_CLI_HELP_PAGE_H_

#include <CLI/CLI.hpp>

#include <string>

namespace jouleprint::cli {

/// An option's `option_text`, where set, stands for its value; the app's footer ends the page.
class HelpPage final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_HELP_PAGE_H_
