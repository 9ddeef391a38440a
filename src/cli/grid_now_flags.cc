// The flags of `grid now`.
#include "cli/command_line.h"

namespace jouleprint::cli {

void AddGridNow(CommandLine* line, CLI::App* grid) {
  CLI::App* sub = line->Add(grid, "now", Command::kGridNow,
                            "the intensity of this moment: live, of a series, or the year's",
                            "jouleprint grid now --intensity-from neso");
  RunOptions& run = line->arguments().run;
  line->Setting(sub, "zone", &run.zone, "ZONE", "grid zone or country: FR, France, US-CAL-CISO");
  line->Setting(sub, "region", &run.region, "PROVIDER:REGION", "cloud region: gcp:europe-west4");
  line->Setting(sub, "intensity-from", &run.intensity_from, "SOURCE",
                "ask electricity-maps, watttime:REGION, neso, entsoe or URL#JSON-POINTER");
  line->Repeated(sub, "--series", &line->arguments().series.files, "FILE",
                 "CSV of intensities that may cover now (default: what is kept)", "Options");
  line->Text(sub, "--kind", &line->arguments().series.kind, "KIND",
             "which kind of the series: average-lifecycle, marginal, ...");
  line->Json(sub);
  line->StoreSetting(sub);
}

}  // namespace jouleprint::cli
