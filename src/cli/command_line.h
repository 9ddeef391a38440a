// What every command's flags are made of, and where their values go.
//
// A command's flags stand in a file of their own (run_flags.cc, ...), a function per command; only these
// files and arguments.cc know the library that parses.
#ifndef JOULEPRINT_CLI_COMMAND_LINE_H_
#define JOULEPRINT_CLI_COMMAND_LINE_H_

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/option_values.h"
#include "cli/settings.h"

namespace jouleprint::cli {

// Headings of --help.
inline constexpr const char* kRunGroup = "About the run";
inline constexpr const char* kPlaceGroup = "Place";
inline constexpr const char* kFootprintGroup = "Footprint";
inline constexpr const char* kMeasureGroup = "Measuring";
inline constexpr const char* kOutputGroup = "Watching the output";
inline constexpr const char* kBudgetGroup = "Budgets";
inline constexpr const char* kResultsGroup = "Results";
inline constexpr const char* kMachineGroup = "Machine";
inline constexpr const char* kOtherGroup = "Other";

class CommandLine {
 public:
  CommandLine();

  CLI::App& app() { return app_; }
  Arguments& arguments() { return arguments_; }
  OptionTexts& texts() { return texts_; }
  Settings& settings() { return settings_; }
  const std::string& config() const { return config_; }

  CLI::App* Add(CLI::App* parent, const std::string& name, Command command, const std::string& what,
                const std::string& example);
  /// A command that does nothing by itself and has commands of its own.
  CLI::App* AddGroup(const std::string& name, const std::string& what, const std::string& example);

  /// An option that may also come from JOULEPRINT_NAME or the configuration file.
  CLI::Option* Setting(CLI::App* sub, const std::string& name, std::string* target, const std::string& type,
                       const std::string& what);
  /// A setting that may be given several times: its values, joined by semicolons.
  CLI::Option* SeveralSetting(CLI::App* sub, const std::string& name, std::string* target,
                              const std::string& type, const std::string& what);
  static void Text(CLI::App* sub, const std::string& flag, std::string* target, const std::string& type,
                   const std::string& what, const char* group = "Options");
  static void Repeated(CLI::App* sub, const std::string& flag, std::vector<std::string>* target,
                       const std::string& type, const std::string& what, const char* group);

  void Json(CLI::App* sub);
  /// RUN...
  void Runs(CLI::App* sub, bool required);
  void StoreSetting(CLI::App* sub);
  /// --sysroot, --nvml, ...: where meters are looked for.
  void MachineSettings(CLI::App* sub);
  CLI::Option* BoundarySetting(CLI::App* sub);

 private:
  CLI::App app_;
  Arguments arguments_;
  OptionTexts texts_;
  std::string config_;
  Settings settings_;
};

/// Flags of several commands: where the electricity comes from, and what else the footprint holds.
void AddPlace(CommandLine* line, CLI::App* sub);
void AddFootprint(CommandLine* line, CLI::App* sub);

/// Each adds its command (and what is below it) to the line.
void AddRun(CommandLine* line);
void AddDoctor(CommandLine* line);
void AddTop(CommandLine* line);
void AddTrace(CommandLine* line);
void AddRuns(CommandLine* line);
void AddReport(CommandLine* line);
void AddSci(CommandLine* line);
void AddWhatwhere(CommandLine* line);
void AddPredict(CommandLine* line);
void AddGrid(CommandLine* line);
/// Each adds its command below `grid`.
void AddGridNow(CommandLine* line, CLI::App* grid);
void AddGridSeries(CommandLine* line, CLI::App* grid);
void AddGridForecast(CommandLine* line, CLI::App* grid);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_COMMAND_LINE_H_
