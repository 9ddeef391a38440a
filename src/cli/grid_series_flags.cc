// The flags of `grid series` and `grid forecast`, and what they mean.
#include <string>

#include "cli/command_line.h"
#include "cli/option_times.h"
#include "cli/option_values.h"

namespace jouleprint::cli {
namespace {

constexpr Seconds kShortestHorizon{60};
constexpr Seconds kLongestHorizon{14 * 86'400.0};

void AddWhich(CommandLine* line, CLI::App* sub) {
  SeriesArguments& series = line->arguments().series;
  line->Text(sub, "--zone", &series.zone, "ZONE", "only this zone; where a file names none, what it is of");
  line->Text(
      sub, "--kind", &series.kind, "KIND",
      "only this kind of intensity; where a file names none, what it is (average-lifecycle, marginal, ...)");
  line->Text(sub, "--unit", &series.unit, "UNIT", "of a file's values: g/kWh, kg/MWh, lb/MWh, t/MWh");
}

void AddFiles(CommandLine* line, CLI::App* sub) {
  sub->add_option(
         "--series", line->arguments().series.files,
         "CSV timestamp_utc,zone,gco2_per_kwh, plain or gzip (default: what is kept); may be repeated")
      ->type_name("FILE")
      ->option_text("FILE...")
      ->expected(1, -1);
}

void AddImport(CommandLine* line, CLI::App* series) {
  CLI::App* load = line->Add(series, "import", Command::kGridSeriesImport, "keep the series of files",
                             "jouleprint grid series import grid.csv.gz --kind average-lifecycle");
  load->add_option("FILE", line->arguments().series.files, "CSV, plain or gzip")->required()->expected(1, -1);
  AddWhich(line, load);
  line->Json(load);
  line->StoreSetting(load);
}

void AddRemove(CommandLine* line, CLI::App* series) {
  CLI::App* remove = line->Add(series, "rm", Command::kGridSeriesRemove, "remove a zone's series for good",
                               "jouleprint grid series rm --zone FR");
  line->Text(remove, "--zone", &line->arguments().series.zone, "ZONE", "whose series");
  remove->get_option("--zone")->required();
  line->Text(remove, "--kind", &line->arguments().series.kind, "KIND", "only this kind of them");
  line->Json(remove);
  line->StoreSetting(remove);
}

}  // namespace

void AddGridSeries(CommandLine* line, CLI::App* grid) {
  CLI::App* sub = line->Add(grid, "series", Command::kGridSeries,
                            "show intensities over time, as a picture, CSV or JSON; keep them; remove them",
                            "jouleprint grid series --series grid.csv.gz --zone FR --from 2022-12-01");
  // A parent's callback comes last: it must not overrule its commands.
  sub->callback([line, sub] {
    if (sub->get_subcommands().empty()) line->arguments().command = Command::kGridSeries;
  });
  AddFiles(line, sub);
  AddWhich(line, sub);
  line->Text(sub, "--from", &line->texts().series.from, "TIME", "2022-12-01, or 2022-12-01T06:00Z");
  line->Text(sub, "--to", &line->texts().series.to, "TIME", "the end, not included");
  sub->add_flag("--csv", line->arguments().series.csv, "as CSV on standard output");
  line->Text(sub, "-o,--output", &line->arguments().output, "FILE", "into FILE: CSV, or with --json JSON");
  line->Json(sub);
  line->StoreSetting(sub);
  AddImport(line, sub);
  AddRemove(line, sub);
}

void AddGridForecast(CommandLine* line, CLI::App* grid) {
  CLI::App* sub = line->Add(grid, "forecast", Command::kGridForecast,
                            "forecast a zone's intensity from its past, with intervals",
                            "jouleprint grid forecast --series grid.csv.gz --zone FR --horizon 96h");
  AddFiles(line, sub);
  AddWhich(line, sub);
  line->Text(sub, "--at", &line->texts().series.at, "TIME",
             "when it is made: only what precedes it is used (default: where the series ends)");
  line->Text(sub, "--horizon", &line->texts().series.horizon, "LENGTH", "90m, 24h, 4d (default 96h)");
  line->Text(sub, "--outlook", &line->arguments().series.outlook, "FILE",
             "CSV of what is known ahead, of wind and sun for instance: timestamp_utc and a column for each");
  line->Json(sub);
  line->StoreSetting(sub);
}

Status SetSeries(const SeriesTexts& texts, SeriesArguments* series) {
  if (Status set = SetTime("--from", texts.from, &series->from); !set.ok()) return set;
  if (Status set = SetTime("--to", texts.to, &series->to); !set.ok()) return set;
  if (series->from && series->to && !(*series->from < *series->to)) {
    return Bad("--to", texts.to, "give a time after --from");
  }
  if (Status set = SetTime("--at", texts.at, &series->at); !set.ok()) return set;
  return SetLength("--horizon", texts.horizon, kShortestHorizon, kLongestHorizon,
                   "give minutes, hours or days up to 14d: 90m, 24h, 4d", &series->horizon);
}

}  // namespace jouleprint::cli
