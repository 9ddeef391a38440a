#include "cli/usage_error.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "carbon/places/near_miss.h"

namespace jouleprint::cli {
namespace {

constexpr const char* kQuoteBlanks = "put what holds blanks into quotes";

// The names that could stand where `word` does: flags for a flag, commands for any other word.
std::vector<std::string> Possible(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  if (word.starts_with('-')) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

bool TakesWords(const CLI::App& app) {
  const auto options = app.get_options();
  return std::any_of(options.begin(), options.end(),
                     [](const CLI::Option* option) { return option->get_positional(); });
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// The option that the parser's own sentence begins with.
const CLI::Option* OptionOf(const CLI::App& app, std::string_view sentence) {
  const std::string_view name = sentence.substr(0, sentence.find_first_of(": "));
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_name() == name) return option;
  }
  return nullptr;
}

// An option that is absent and required, given too often, or given without its value.
std::pair<std::string, std::string> Miscount(const CLI::Option& option, const CLI::ParseError& error) {
  const std::string name = option.get_name();
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return {name + " is missing", "give " + option.get_description()};
  }
  const bool repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  if (repeatable || option.count() <= 1)
    return {name + " has no value", "write " + name + " " + option.get_type_name()};
  const std::string count = std::to_string(option.count());
  if (option.get_positional()) return {"takes one " + name + ", not " + count, kQuoteBlanks};
  return {name + " is given " + count + " times", "give it once"};
}

// What is wrong, and what would be right where that can be guessed.
std::pair<std::string, std::string> Fault(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> commands = Possible(app, "");
  const std::vector<std::string> unknown = app.remaining();
  if (!unknown.empty() && (!commands.empty() || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)) {
    carbon::NearMisses misses(unknown.front());
    for (const std::string& name : Possible(app, unknown.front())) misses.Consider(name, name);
    const bool word_too_many = !unknown.front().starts_with('-') && TakesWords(app);
    return {"'" + unknown.front() + "' is not known here", word_too_many ? kQuoteBlanks : misses.Question()};
  }
  if (app.get_require_subcommand_min() > 0) return {"say what to do", "choose one of " + Listed(commands)};
  std::string sentence = error.what();
  const bool miscount = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
                        dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr;
  if (const CLI::Option* option = OptionOf(app, sentence); miscount && option != nullptr)
    return Miscount(*option, error);
  while (!sentence.empty() && sentence.back() == '\n') sentence.pop_back();
  return {sentence, ""};
}

}  // namespace

std::string UsageError(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* app = &root;
  std::string command = root.get_name();
  for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = app->get_subcommands()) {
    app = chosen.front();
    command += " " + app->get_name();
  }
  const auto [sentence, hint] = Fault(*app, error);
  return command + ": " + sentence + "; " + (hint.empty() ? "see '" + command + " --help'" : hint) + "\n";
}

}  // namespace jouleprint::cli
