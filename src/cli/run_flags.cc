// The flags of `run` and of `trace`, which takes those that measure.
#include "cli/command_line.h"

namespace jouleprint::cli {
namespace {

void AddMeasuring(CommandLine* line, CLI::App* sub) {
  line->Setting(sub, "interval", &line->texts().interval, "MS",
                "milliseconds between readings, 1 to 30000 (default: each meter's own)")
      ->group(kMeasureGroup);
  line->Setting(
          sub, "baseline", &line->texts().baseline, "SECONDS|WATTS|off",
          "power of the idle machine: watched for so long before the start (default 1), given as 40W, or off")
      ->group(kMeasureGroup);
  line->Setting(
          sub, "idle-split", &line->texts().idle_split, "WHOSE",
          "whose the idle machine's energy is: unattributed (default), reservation (the command's, as far "
          "as it has reserved the machine)")
      ->group(kMeasureGroup);
  line->Setting(sub, "reserved-cpus", &line->texts().reserved_cpus, "N",
                "logical CPUs that are the command's (default: what cgroup or Slurm grants)")
      ->group(kMeasureGroup);
  line->BoundarySetting(sub)->group(kMeasureGroup);
  sub->add_flag("--wait-children", line->arguments().run.wait_for_children,
                "measure until processes that outlive the command have ended too")
      ->group(kMeasureGroup);
}

void AddMarks(CommandLine* line, CLI::App* sub) {
  RunOptions& run = line->arguments().run;
  line->Text(sub, "--epochs", &line->texts().epochs, "N", "how many epochs there will be", kOutputGroup);
  line->Text(sub, "--epoch-regex", &run.epoch_regex, "RE", "finds epochs: 'Epoch (\\d+)/(\\d+)'",
             kOutputGroup);
  line->Text(sub, "--eval-regex", &run.eval_regex, "RE", "finds ends of evaluations", kOutputGroup);
  line->Text(sub, "--epoch-mark", &line->texts().epoch_mark, "WHICH",
             "whether an epoch's line comes at its start or its end: auto (default), start, end",
             kOutputGroup);
  line->Repeated(sub, "--metric-regex", &line->texts().metrics, "NAME=RE",
                 "finds a figure: 'acc=accuracy ([0-9.]+)'", kOutputGroup);
}

// A variable of a script that was never set must not turn a limit off.
std::string NotEmpty(const std::string& text) {
  return text.empty() ? "a budget needs an amount and a unit, as in 500g, 2kWh or 3h" : std::string();
}

void AddBudgets(CommandLine* line, CLI::App* sub) {
  BudgetTexts& texts = line->texts().budget;
  line->SeveralSetting(sub, "budget", &texts.limits, "AMOUNT",
                       "what the run may emit, use or take: 500g, 2kWh, 3h")
      ->check(NotEmpty)
      ->group(kBudgetGroup);
  line->Setting(sub, "on-budget", &texts.action, "WHAT",
                "what to do when one is passed, or is going to be: warn (default), stop, pause, exec:CMD")
      ->group(kBudgetGroup);
  line->Setting(sub, "budget-confidence", &texts.confidence, "P",
                "how sure the prediction must be before it counts (default 0.9)")
      ->group(kBudgetGroup);
  line->Setting(sub, "stop-signal", &texts.stop_signal, "SIGNAL",
                "stop: what has the command save, sent first (default TERM)")
      ->group(kBudgetGroup);
  line->Setting(sub, "save-grace", &texts.save_grace, "TIME",
                "stop: from that signal to SIGTERM (default 30s)")
      ->group(kBudgetGroup);
  line->Setting(sub, "term-grace", &texts.term_grace, "TIME", "stop: from SIGTERM to SIGKILL (default 10s)")
      ->group(kBudgetGroup);
}

void AddResults(CommandLine* line, CLI::App* sub) {
  RunOptions& run = line->arguments().run;
  line->Text(sub, "--json-file", &run.json_file, "FILE", "write the record as JSON", kResultsGroup);
  line->Text(sub, "--samples", &run.samples_file, "FILE", "write power over time as CSV", kResultsGroup);
  line->Text(sub, "--trace", &run.trace_file, "FILE", "write every reading, for 'trace replay'",
             kResultsGroup);
  sub->add_flag("--no-store{false}", run.keep, "do not keep the record")->group(kResultsGroup);
  sub->add_flag("--live", line->arguments().live,
                "one refreshing line of watts, energy and grams while it runs")
      ->group(kResultsGroup);
  sub->add_flag("-q,--quiet", line->texts().quiet, "no summary; problems are still said")
      ->option_text("*")
      ->group(kResultsGroup);
  line->settings().Add("quiet", &line->texts().quiet);
}

}  // namespace

void AddRun(CommandLine* line) {
  CLI::App* sub =
      line->Add(&line->app(), "run", Command::kRun, "run a command and measure it",
                "jouleprint run --zone FR --epoch-regex 'Epoch (\\d+)/(\\d+)' -- python3 train.py");
  RunOptions& run = line->arguments().run;
  sub->add_option("COMMAND", run.command, "the command and its arguments, as typed without jouleprint")
      ->required()
      ->expected(1, -1)
      ->option_text("-- COMMAND [ARGS...]");
  sub->positionals_at_end();
  line->Text(sub, "--name", &run.name, "TEXT", "a name for the run", kRunGroup);
  line->Setting(sub, "project", &run.project, "TEXT", "the project it belongs to")->group(kRunGroup);
  line->Setting(sub, "group", &run.group, "TEXT",
                "the distributed job that it is part of (default: what the launcher says)")
      ->group(kRunGroup);
  line->Repeated(sub, "--tag", &line->texts().tags, "NAME=VALUE", "a note on the run", kRunGroup);
  AddPlace(line, sub);
  AddFootprint(line, sub);
  AddMeasuring(line, sub);
  AddMarks(line, sub);
  AddBudgets(line, sub);
  AddResults(line, sub);
  line->MachineSettings(sub);
  line->StoreSetting(sub);
}

void AddTrace(CommandLine* line) {
  CLI::App* trace =
      line->AddGroup("trace", "record all that the meters say, and get the figures again from it",
                     "jouleprint trace record -o idle.trace --duration 60");
  CLI::App* record =
      line->Add(trace, "record", Command::kTraceRecord, "write every reading of every meter into a file",
                "jouleprint trace record -o job.trace -- python3 train.py");
  RunOptions& run = line->arguments().run;
  record->add_option("COMMAND", run.command, "a command to run meanwhile; its record is not kept")
      ->expected(0, -1)
      ->option_text("[-- COMMAND [ARGS...]]");
  record->positionals_at_end();
  line->Text(record, "-o,--output", &line->arguments().output, "FILE", "where to (default jouleprint.trace)");
  line->Text(record, "--duration", &line->texts().trace_duration, "SECONDS",
             "without a command: for how long (default 10)");
  AddPlace(line, record);
  AddMeasuring(line, record);
  line->MachineSettings(record);
  CLI::App* replay =
      line->Add(trace, "replay", Command::kTraceReplay, "show the figures of a traced run, once more",
                "jouleprint trace replay job.trace --json");
  line->Text(replay, "--samples", &run.samples_file, "FILE", "write power over time as CSV");
  CLI::App* show = line->Add(trace, "show", Command::kTraceShow, "say what is inside a trace",
                             "jouleprint trace show job.trace");
  for (CLI::App* sub : {replay, show}) {
    sub->add_option("FILE", line->arguments().text, "a trace")->required();
    line->Json(sub);
  }
}

}  // namespace jouleprint::cli
