#include "cli/arguments.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "cli/config.h"
#include "cli/help_page.h"
#include "cli/option_values.h"
#include "cli/settings.h"
#include "cli/usage_error.h"

namespace jouleprint::cli {
namespace {

constexpr const char* kRunGroup = "About the run";
constexpr const char* kPlaceGroup = "Place";
constexpr const char* kMeasureGroup = "Measuring";
constexpr const char* kOutputGroup = "Watching the output";
constexpr const char* kResultsGroup = "Results";
constexpr const char* kMachineGroup = "Machine";
constexpr const char* kOtherGroup = "Other";

constexpr const char* kStarMeaning =
    "* also from the environment (--zone: JOULEPRINT_ZONE) or from jouleprint.toml\n"
    "  (zone = \"FR\"); a flag overrides a variable, a variable overrides the file.";

class Parser {
 public:
  Parser()
      : app_("Measure the energy and carbon of any command, and say how sure the figures are.",
             "jouleprint") {
    app_.formatter(std::make_shared<HelpPage>());
    app_.set_help_flag("-h,--help", "this page; 'jouleprint COMMAND --help' says more")->group(kOtherGroup);
    app_.set_version_flag("--version", std::string("jouleprint ") + JOULEPRINT_VERSION, "the version")
        ->group(kOtherGroup);
    app_.footer(
        "First steps:\n  jouleprint doctor\n  jouleprint run -- python3 train.py\n  jouleprint runs list");
    app_.require_subcommand(1);
    AddRun();
    AddDoctor();
    AddRuns();
    AddReport();
    AddGrid();
  }

  Parsed Parse(int argc, char** argv) {
    int command_start = argc;
    if (argc > 1 && std::string_view(argv[1]) == "run") {
      const Result<int> start = CommandStart(argc, argv);
      if (!start.ok()) return Refuse(start.error());
      command_start = *start;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return Explain(error);
    }
    if (Status filled = settings_.Fill(config_, &arguments_); !filled.ok()) return Refuse(filled.error());
    if (Status read = Interpret(texts_, &arguments_); !read.ok()) {
      return Refuse(settings_.Located(read.error()));
    }
    if (arguments_.command == Command::kRun) arguments_.run.command.assign(argv + command_start, argv + argc);
    return {std::move(arguments_), 0, {}};
  }

 private:
  CLI::App* Add(CLI::App* parent, const std::string& name, Command command, const std::string& what,
                const std::string& example) {
    CLI::App* sub = parent->add_subcommand(name, what);
    sub->set_help_flag("-h,--help", "this page")->group(kOtherGroup);
    sub->footer("Example:\n  " + example);
    sub->callback([this, command] { arguments_.command = command; });
    sub->add_option("--config", config_,
                    "settings (default: jouleprint.toml here, then in the user's folder); also "
                    "JOULEPRINT_CONFIG")
        ->type_name("FILE")
        ->group(kOtherGroup);
    return sub;
  }

  // A command that does nothing by itself and has commands of its own.
  CLI::App* AddGroup(const std::string& name, const std::string& what, const std::string& example) {
    CLI::App* group = app_.add_subcommand(name, what);
    group->set_help_flag("-h,--help", "this page; 'jouleprint " + name + " COMMAND --help' says more")
        ->group(kOtherGroup);
    group->require_subcommand(1);
    group->footer("Example:\n  " + example);
    return group;
  }

  // An option that may also come from JOULEPRINT_NAME or the configuration file.
  CLI::Option* Setting(CLI::App* sub, const std::string& name, std::string* target, const std::string& type,
                       const std::string& what) {
    settings_.Add(name, target);
    const std::string footer = sub->get_footer();
    if (footer.find(kStarMeaning) == std::string::npos) sub->footer(footer + "\n\n" + kStarMeaning);
    return sub->add_option("--" + name, *target, what)->type_name(type)->option_text(type + " *");
  }

  static void Text(CLI::App* sub, const std::string& flag, std::string* target, const std::string& type,
                   const std::string& what, const char* group = "Options") {
    sub->add_option(flag, *target, what)->type_name(type)->group(group);
  }

  static void Repeated(CLI::App* sub, const std::string& flag, std::vector<std::string>* target,
                       const std::string& type, const std::string& what, const char* group) {
    sub->add_option(flag, *target, what + "; may be repeated")
        ->type_name(type)
        ->option_text(type)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group(group);
  }

  void StoreSetting(CLI::App* sub) {
    Setting(sub, "db", &arguments_.run.store_path, "FILE",
            "where runs are kept (default: the user's data folder)")
        ->group(kOtherGroup);
  }

  void MachineSettings(CLI::App* sub) {
    Setting(sub, "sysroot", &arguments_.run.sysroot, "DIR", "read sys/, proc/ and dev/ below DIR")
        ->group(kMachineGroup);
    Setting(sub, "nvml", &arguments_.run.nvml_library, "FILE",
            "NVIDIA's library, when it is not where the system looks")
        ->group(kMachineGroup);
  }

  CLI::Option* BoundarySetting(CLI::App* sub) {
    return Setting(
        sub, "boundary", &texts_.boundary, "WHAT",
        "what the figures cover: counted (default; what has a counter), platform (the platform's counter "
        "where there is one), all (and modelled memory)");
  }

  void Json(CLI::App* sub) {
    sub->add_flag("--json", arguments_.json, "one JSON document on standard output");
  }

  void AddRun() {
    CLI::App* sub = Add(&app_, "run", Command::kRun, "run a command and measure it",
                        "jouleprint run --zone FR --epoch-regex 'Epoch (\\d+)/(\\d+)' -- python3 train.py");
    RunOptions& run = arguments_.run;
    sub->add_option("COMMAND", run.command, "the command and its arguments, as typed without jouleprint")
        ->required()
        ->expected(1, -1)
        ->option_text("-- COMMAND [ARGS...]");
    sub->positionals_at_end();
    Text(sub, "--name", &run.name, "TEXT", "a name for the run", kRunGroup);
    Setting(sub, "project", &run.project, "TEXT", "the project it belongs to")->group(kRunGroup);
    Repeated(sub, "--tag", &texts_.tags, "NAME=VALUE", "a note on the run", kRunGroup);
    AddPlace(sub);
    AddMeasuring(sub);
    AddMarks(sub);
    AddResults(sub);
    MachineSettings(sub);
    StoreSetting(sub);
  }

  void AddPlace(CLI::App* sub) {
    Setting(sub, "zone", &arguments_.run.zone, "ZONE", "grid zone or country: FR, France, US-CAL-CISO")
        ->group(kPlaceGroup);
    Setting(sub, "region", &arguments_.run.region, "PROVIDER:REGION", "cloud region: gcp:europe-west4")
        ->group(kPlaceGroup);
    Setting(sub, "intensity", &texts_.intensity, "G", "gCO2e per kWh, instead of the zone's yearly average")
        ->group(kPlaceGroup);
    Setting(sub, "pue", &texts_.pue, "X", "facility overhead, 1 or more (default 1, or the region's)")
        ->group(kPlaceGroup);
  }

  void AddMeasuring(CLI::App* sub) {
    Setting(sub, "interval", &texts_.interval, "MS",
            "milliseconds between readings, 1 to 30000 (default: each meter's own)")
        ->group(kMeasureGroup);
    Setting(
        sub, "baseline", &texts_.baseline, "SECONDS|WATTS|off",
        "power of the idle machine: watched for so long before the start (default 1), given as 40W, or off")
        ->group(kMeasureGroup);
    BoundarySetting(sub)->group(kMeasureGroup);
    sub->add_flag("--wait-children", arguments_.run.wait_for_children,
                  "measure until processes that outlive the command have ended too")
        ->group(kMeasureGroup);
  }

  void AddMarks(CLI::App* sub) {
    RunOptions& run = arguments_.run;
    Text(sub, "--epochs", &texts_.epochs, "N", "how many epochs there will be", kOutputGroup);
    Text(sub, "--epoch-regex", &run.epoch_regex, "RE", "finds epochs: 'Epoch (\\d+)/(\\d+)'", kOutputGroup);
    Text(sub, "--eval-regex", &run.eval_regex, "RE", "finds ends of evaluations", kOutputGroup);
    Text(sub, "--epoch-mark", &texts_.epoch_mark, "WHICH",
         "whether an epoch's line comes at its start or its end: auto (default), start, end", kOutputGroup);
    Repeated(sub, "--metric-regex", &texts_.metrics, "NAME=RE", "finds a figure: 'acc=accuracy ([0-9.]+)'",
             kOutputGroup);
  }

  void AddResults(CLI::App* sub) {
    RunOptions& run = arguments_.run;
    Text(sub, "--json-file", &run.json_file, "FILE", "write the record as JSON", kResultsGroup);
    Text(sub, "--samples", &run.samples_file, "FILE", "write power over time as CSV", kResultsGroup);
    sub->add_flag("--no-store{false}", run.keep, "do not keep the record")->group(kResultsGroup);
    sub->add_flag("--live", arguments_.live, "one refreshing line of watts, energy and grams while it runs")
        ->group(kResultsGroup);
    sub->add_flag("-q,--quiet", texts_.quiet, "no summary; problems are still said")
        ->option_text("*")
        ->group(kResultsGroup);
    settings_.Add("quiet", &texts_.quiet);
  }

  void AddDoctor() {
    CLI::App* sub = Add(&app_, "doctor", Command::kDoctor,
                        "say which meters this machine has, and how to get more", "jouleprint doctor");
    Json(sub);
    BoundarySetting(sub);
    MachineSettings(sub);
  }

  void AddRuns() {
    CLI::App* runs =
        AddGroup("runs", "list, show, export, import and remove runs", "jouleprint runs list --limit 5");
    CLI::App* list = Add(runs, "list", Command::kRunsList, "list the runs, newest first",
                         "jouleprint runs list --project demo");
    Text(list, "--project", &arguments_.project, "TEXT", "only this project's");
    Text(list, "--limit", &texts_.limit, "N", "only the newest N");
    Json(list);
    CLI::App* show =
        Add(runs, "show", Command::kRunsShow, "show one run in full", "jouleprint runs show last --json");
    show->add_option("RUN", arguments_.runs, "its id, the start of the id, its name, or last")
        ->required()
        ->expected(1);
    Json(show);
    CLI::App* save = Add(runs, "export", Command::kRunsExport, "write runs as JSON, one a line",
                         "jouleprint runs export --all -o runs.jsonl");
    Runs(save, false);
    save->add_flag("--all", arguments_.all, "every run");
    Text(save, "-o,--output", &arguments_.output, "FILE", "into FILE instead of standard output");
    CLI::App* load =
        Add(runs, "import", Command::kRunsImport, "take in runs written by export or --json-file",
            "jouleprint runs import runs.jsonl");
    load->add_option("FILE", arguments_.runs, "files of JSON records")->required()->expected(1, -1);
    Json(load);
    CLI::App* remove =
        Add(runs, "rm", Command::kRunsRemove, "remove runs for good", "jouleprint runs rm 01KAN4Y8M3");
    Runs(remove, true);
    Json(remove);
    for (CLI::App* sub : {list, show, save, load, remove}) StoreSetting(sub);
  }

  void Runs(CLI::App* sub, bool required) {
    sub->add_option("RUN", arguments_.runs, "ids, starts of ids, names, or last")
        ->required(required)
        ->expected(required ? 1 : 0, -1);
  }

  void AddReport() {
    CLI::App* sub =
        Add(&app_, "report", Command::kReport, "show one run, or several side by side, as a document",
            "jouleprint report last --format markdown");
    Runs(sub, true);
    Text(sub, "--format", &arguments_.format, "FORMAT", "text (default), markdown, csv, json");
    Text(sub, "-o,--output", &arguments_.output, "FILE", "into FILE instead of standard output");
    Json(sub);
    StoreSetting(sub);
  }

  void AddGrid() {
    CLI::App* grid = AddGroup("grid", "list grid zones and cloud regions with their yearly intensity",
                              "jouleprint grid zones france");
    CLI::App* zones =
        Add(grid, "zones", Command::kGridZones, "list countries and finer grid zones: what --zone takes",
            "jouleprint grid zones france");
    CLI::App* regions = Add(grid, "regions", Command::kGridRegions,
                            "list cloud regions with zone and PUE: what --region takes",
                            "jouleprint grid regions gcp:europe");
    for (CLI::App* sub : {zones, regions}) {
      sub->add_option("TEXT", arguments_.text, "only those whose id or name holds this");
      Json(sub);
    }
  }

  Parsed Explain(const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return {std::nullopt, 2, UsageError(app_, error)};
    std::ostringstream out, problem;
    app_.exit(error, out, problem);
    return {std::nullopt, 0, out.str()};
  }

  static Parsed Refuse(const Error& error) {
    return {std::nullopt, 2, "jouleprint: " + error.ToString() + "\n"};
  }

  // Where the measured command begins. Its words are taken as they were typed: the parser takes "[a,b]" for
  // two, and "--" for the value of a flag that has none.
  Result<int> CommandStart(int argc, char** argv) {
    int word = 2;
    for (; word < argc && argv[word][0] == '-' && argv[word][1] != '\0'; ++word) {
      const std::string flag = argv[word];
      if (flag == "--") return word + 1;
      const std::size_t equals = flag.find('=');
      const CLI::Option* option = app_.get_subcommand("run")->get_option_no_throw(flag.substr(0, equals));
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

  CLI::App app_;
  Arguments arguments_ = [] {
    Arguments arguments;
    arguments.run.sysroot.clear();
    return arguments;
  }();
  OptionTexts texts_;
  std::string config_;
  Settings settings_;
};

}  // namespace

Parsed ParseArguments(int argc, char** argv) { return Parser().Parse(argc, argv); }

}  // namespace jouleprint::cli
