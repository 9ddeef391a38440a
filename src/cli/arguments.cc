#include "cli/arguments.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include "cli/command_line.h"
#include "cli/option_values.h"
#include "cli/usage_error.h"

namespace jouleprint::cli {
namespace {

class Parser {
 public:
  Parser() {
    AddRun(&line_);
    AddDoctor(&line_);
    AddTop(&line_);
    AddTrace(&line_);
    AddRuns(&line_);
    AddReport(&line_);
    AddSci(&line_);
    AddWhatwhere(&line_);
    AddPredict(&line_);
    AddGrid(&line_);
  }

  Parsed Parse(int argc, char** argv) {
    int command_start = argc;
    int ours = argc;  // words that the parser sees
    if (const auto [measuring, first] = MeasuringCommand(argc, argv); measuring != nullptr) {
      const Result<int> start = CommandStart(measuring, first, argc, argv);
      if (!start.ok()) return Refuse(start.error());
      command_start = *start;
      // One that may be left out is not the parser's to count.
      if (!measuring->get_option("COMMAND")->get_required()) {
        const bool dashes = command_start < argc && std::string_view(argv[command_start - 1]) == "--";
        ours = dashes ? command_start - 1 : command_start;
      }
    }
    try {
      line_.app().parse(ours, argv);
    } catch (const CLI::ParseError& error) {
      return Explain(error);
    }
    if (Status filled = line_.settings().Fill(line_.config(), &line_.arguments()); !filled.ok())
      return Refuse(filled.error());
    if (Status read = Interpret(line_.texts(), &line_.arguments()); !read.ok()) {
      return Refuse(line_.settings().Located(read.error()));
    }
    const Command command = line_.arguments().command;
    if (command == Command::kRun || command == Command::kTraceRecord)
      line_.arguments().run.command.assign(argv + command_start, argv + argc);
    return {std::move(line_.arguments()), 0, {}};
  }

 private:
  Parsed Explain(const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return {std::nullopt, 2, UsageError(line_.app(), error)};
    std::ostringstream out, problem;
    line_.app().exit(error, out, problem);
    return {std::nullopt, 0, out.str()};
  }

  static Parsed Refuse(const Error& error) {
    return {std::nullopt, 2, "jouleprint: " + error.ToString() + "\n"};
  }

  // The command of ours that takes another's command line, and where its own words begin.
  std::pair<const CLI::App*, int> MeasuringCommand(int argc, char** argv) {
    const auto is = [&](int word, std::string_view text) { return argc > word && argv[word] == text; };
    if (is(1, "run")) return {line_.app().get_subcommand("run"), 2};
    if (is(1, "trace") && is(2, "record"))
      return {line_.app().get_subcommand("trace")->get_subcommand("record"), 3};
    return {nullptr, 0};
  }

  // Where the measured command begins. Its words are taken as they were typed: the parser takes "[a,b]" for
  // two, and "--" for the value of a flag that has none.
  static Result<int> CommandStart(const CLI::App* measuring, int word, int argc, char** argv) {
    for (; word < argc && argv[word][0] == '-' && argv[word][1] != '\0'; ++word) {
      const std::string flag = argv[word];
      if (flag == "--") return word + 1;
      const std::size_t equals = flag.find('=');
      const CLI::Option* option = measuring->get_option_no_throw(flag.substr(0, equals));
      if (option == nullptr || option->get_expected_max() == 0) continue;
      const bool value_follows = equals == std::string::npos;
      if (equals + 1 == flag.size() ||
          (value_follows && word + 1 < argc && std::string_view(argv[word + 1]) == "--")) {
        return Error{ErrorCode::kInvalidArgument, option->get_name() + " has no value",
                     "write " + option->get_name() + " " + option->get_type_name()};
      }
      if (value_follows) ++word;
    }
    return std::min(word, argc);
  }

  CommandLine line_;
};

}  // namespace

Parsed ParseArguments(int argc, char** argv) { return Parser().Parse(argc, argv); }

}  // namespace jouleprint::cli
