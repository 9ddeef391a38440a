#include "cli/help_page.h"

#include <sstream>
#include <string_view>

namespace jouleprint::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTermWidth = 28;
constexpr std::size_t kGap = 2;

// Words from `column` on, where the line is already that far along.
std::string Wrapped(std::string_view text, std::size_t column) {
  std::string out;
  std::size_t at = column;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (at > column && at + 1 + word.size() > kWidth) {
      out += "\n" + std::string(column, ' ');
      at = column;
    }
    if (at > column) out += ' ', ++at;
    out += word;
    at += word.size();
  }
  return out;
}

// "  TERM      what it means"; a long term has a line of its own.
std::string Entry(const std::string& term, std::string_view meaning) {
  std::string line = "  " + term;
  const bool fits = line.size() + kGap <= kTermWidth;
  line += fits ? std::string(kTermWidth - line.size(), ' ') : "\n" + std::string(kTermWidth, ' ');
  return line + Wrapped(meaning, kTermWidth) + "\n";
}

std::string ValueOf(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  return option.get_type_size() == 0 ? "" : option.get_type_name();
}

// "-o, --output FILE"
std::string TermOf(const CLI::Option& option) {
  std::string term;
  for (const std::string& name : option.get_snames()) term += (term.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) term += (term.empty() ? "--" : ", --") + name;
  const std::string value = ValueOf(option);
  return value.empty() ? term : term + " " + value;
}

std::string PositionalOf(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  std::string text = option.get_name(true, false);
  if (option.get_expected_max() > 1) text += "...";
  return option.get_required() ? text : "[" + text + "]";
}

bool HasCommands(const CLI::App& app) { return !app.get_subcommands({}).empty(); }

std::string CommandWord(const CLI::App& app) {
  if (!HasCommands(app)) return "";
  return app.get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
}

std::string Usage(const CLI::App& app, const std::string& name) {
  std::string usage = "Usage: " + name + CommandWord(app) + " [OPTIONS]";
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) usage += " " + PositionalOf(*option);
  }
  return usage + "\n";
}

std::string Commands(const CLI::App& app) {
  std::string text = "\nCommands:\n";
  for (const CLI::App* command : app.get_subcommands({}))
    text += Entry(command->get_name(), command->get_description());
  return text;
}

std::string Positionals(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) text += Entry(option->get_name(true, false), option->get_description());
  }
  return text.empty() ? text : "\n" + text;
}

std::string Options(const CLI::App& app, const std::string& group) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional() && option->get_group() == group)
      text += Entry(TermOf(*option), option->get_description());
  }
  return text.empty() ? text : "\n" + group + ":\n" + text;
}

}  // namespace

std::string HelpPage::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
  std::string page = Wrapped(app->get_description(), 0) + "\n\n" + Usage(*app, name) + Positionals(*app);
  if (HasCommands(*app)) page += Commands(*app);
  // The help flag is made first and belongs last.
  for (const std::string& group : app->get_groups()) {
    if (group != app->get_help_ptr()->get_group()) page += Options(*app, group);
  }
  page += Options(*app, app->get_help_ptr()->get_group());
  const std::string footer = app->get_footer();
  return footer.empty() ? page : page + "\n" + footer + "\n";
}

}  // namespace jouleprint::cli
