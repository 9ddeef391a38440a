// The flags that say where and when a run's electricity comes from, and what else its footprint holds.
#include "cli/command_line.h"

namespace jouleprint::cli {

void AddPlace(CommandLine* line, CLI::App* sub) {
  const auto setting = [&](const std::string& name, std::string* target, const std::string& type,
                           const std::string& what) {
    line->Setting(sub, name, target, type, what)->group(kPlaceGroup);
  };
  setting("zone", &line->arguments().run.zone, "ZONE", "grid zone or country: FR, France, US-CAL-CISO");
  setting("region", &line->arguments().run.region, "PROVIDER:REGION", "cloud region: gcp:europe-west4");
  setting("intensity", &line->texts().intensity, "G", "gCO2e per kWh, instead of the zone's yearly average");
  line->SeveralSetting(sub, "intensity-series", &line->texts().intensity_series, "FILE",
                       "CSV of intensities (timestamp_utc,zone,gco2_per_kwh): each minute gets its own")
      ->group(kPlaceGroup);
  setting("intensity-kind", &line->arguments().run.intensity_kind, "KIND",
          "which kind of the file's, or what kind it is: average-lifecycle, marginal, ...");
  setting("intensity-unit", &line->arguments().run.intensity_unit, "UNIT",
          "of the file's values: g/kWh, kg/MWh, lb/MWh, t/MWh");
  setting("intensity-from", &line->arguments().run.intensity_from, "SOURCE",
          "ask while the run lasts: electricity-maps, watttime, neso, entsoe, or URL#JSON-POINTER");
  setting("pue", &line->texts().pue, "X", "facility overhead, 1 or more (default 1, or the region's)");
}

void AddFootprint(CommandLine* line, CLI::App* sub) {
  const auto setting = [&](const std::string& name, std::string* target, const std::string& type,
                           const std::string& what) {
    line->Setting(sub, name, target, type, what)->group(kFootprintGroup);
  };
  setting("wue", &line->texts().wue, "L", "water of the data centre, litres per kWh (default: the region's)");
  setting("market-intensity", &line->texts().market_intensity, "G",
          "gCO2e per kWh of your contracts; shown on a line of its own");
  setting("embodied", &line->texts().embodied, "KG|LOW-HIGH|auto|off",
          "what making the machine emitted, kgCO2e (default auto: from the tables)");
  setting("lifetime", &line->texts().lifetime, "YEARS", "of the hardware (default 4, between 3 and 6)");
  line->Text(sub, "--per", &line->texts().per, "UNIT[=N]",
             "also per UNIT (SCI): epoch, run, request=1200, 'token=5e6'", kFootprintGroup);
}

}  // namespace jouleprint::cli
