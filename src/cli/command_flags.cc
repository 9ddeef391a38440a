// The flags of every command but `run`.
#include "cli/command_line.h"

namespace jouleprint::cli {

void AddDoctor(CommandLine* line) {
  CLI::App* sub = line->Add(&line->app(), "doctor", Command::kDoctor,
                            "say which meters this machine has, and how to get more", "jouleprint doctor");
  line->Json(sub);
  line->BoundarySetting(sub);
  line->MachineSettings(sub);
}

void AddTop(CommandLine* line) {
  CLI::App* sub = line->Add(&line->app(), "top", Command::kTop,
                            "watch who draws the watts, live: by domain, by process or container",
                            "jouleprint top --by container");
  line->Text(sub, "--by", &line->texts().consumers, "WHAT", "a line for each: process (default), container");
  line->Text(sub, "--every", &line->texts().top_interval, "SECONDS",
             "between two pages, 0.5 to 60 (default 2)");
  sub->add_flag("--once", line->arguments().once, "one page and done, also on a terminal");
  line->Json(sub);
  line->BoundarySetting(sub);
  line->MachineSettings(sub);
}

void AddRuns(CommandLine* line) {
  CLI::App* runs = line->AddGroup("runs", "list, show, export, import, merge and remove runs",
                                  "jouleprint runs list --limit 5");
  CLI::App* list = line->Add(runs, "list", Command::kRunsList, "list the runs, newest first",
                             "jouleprint runs list --project demo");
  line->Text(list, "--project", &line->arguments().project, "TEXT", "only this project's");
  line->Text(list, "--group", &line->arguments().group, "TEXT", "only those of this distributed job");
  line->Text(list, "--limit", &line->texts().limit, "N", "only the newest N");
  line->Json(list);
  CLI::App* show =
      line->Add(runs, "show", Command::kRunsShow, "show one run in full", "jouleprint runs show last --json");
  show->add_option("RUN", line->arguments().runs, "its id, the start of the id, its name, or last")
      ->required()
      ->expected(1);
  line->Json(show);
  CLI::App* save = line->Add(runs, "export", Command::kRunsExport, "write runs as JSON, one a line",
                             "jouleprint runs export --all -o runs.jsonl");
  line->Runs(save, false);
  save->add_flag("--all", line->arguments().all, "every run");
  line->Text(save, "-o,--output", &line->arguments().output, "FILE", "into FILE instead of standard output");
  CLI::App* load = line->Add(runs, "import", Command::kRunsImport,
                             "take in runs of export or --json-file, of CodeCarbon and of carbontracker",
                             "jouleprint runs import emissions.csv");
  load->add_option("FILE", line->arguments().runs,
                   "JSON records, emissions.csv, carbontracker's logs or their folder")
      ->required()
      ->expected(1, -1);
  line->Json(load);
  CLI::App* merge = line->Add(runs, "merge", Command::kRunsMerge,
                              "make one run of those of a distributed job, each machine counted once",
                              "jouleprint runs merge --group slurm-4711.0");
  line->Runs(merge, false);
  line->Text(merge, "--group", &line->arguments().group, "TEXT", "all runs of this distributed job");
  line->Text(merge, "--name", &line->arguments().run.name, "TEXT", "a name for the merged run");
  line->Json(merge);
  CLI::App* remove =
      line->Add(runs, "rm", Command::kRunsRemove, "remove runs for good", "jouleprint runs rm 01KAN4Y8M3");
  line->Runs(remove, true);
  line->Json(remove);
  for (CLI::App* sub : {list, show, save, load, merge, remove}) line->StoreSetting(sub);
}

void AddReport(CommandLine* line) {
  CLI::App* sub = line->Add(&line->app(), "report", Command::kReport,
                            "show one run, or several side by side, as a document",
                            "jouleprint report last --format markdown");
  line->Runs(sub, true);
  line->Text(sub, "--format", &line->arguments().format, "FORMAT", "text (default), markdown, csv, json");
  line->Text(sub, "-o,--output", &line->arguments().output, "FILE", "into FILE instead of standard output");
  line->Json(sub);
  line->StoreSetting(sub);
}

void AddGrid(CommandLine* line) {
  CLI::App* grid = line->AddGroup("grid", "list grid zones and cloud regions with their yearly intensity",
                                  "jouleprint grid zones france");
  CLI::App* zones =
      line->Add(grid, "zones", Command::kGridZones, "list countries and finer grid zones: what --zone takes",
                "jouleprint grid zones france");
  CLI::App* regions = line->Add(grid, "regions", Command::kGridRegions,
                                "list cloud regions with zone and PUE: what --region takes",
                                "jouleprint grid regions gcp:europe");
  for (CLI::App* sub : {zones, regions}) {
    sub->add_option("TEXT", line->arguments().text, "only those whose id or name holds this");
    line->Json(sub);
  }
  line->Text(zones, "--at", &line->arguments().at, "LAT,LON", "the zone of the town nearest to this point");
  zones->get_option("--at")->excludes("TEXT");
  AddGridNow(line, grid);
  AddGridSeries(line, grid);
  AddGridForecast(line, grid);
}

}  // namespace jouleprint::cli
