// The flags of `predict` and what they mean.
#include <string>

#include "cli/command_line.h"
#include "cli/option_numbers.h"
#include "cli/option_times.h"
#include "cli/option_values.h"

namespace jouleprint::cli {
namespace {

Status SetEpochCount(const std::string& flag, const std::string& text, std::optional<std::int64_t>* out) {
  if (text.empty()) return {};
  constexpr std::int64_t kMost = 1'000'000'000;
  std::int64_t count = 0;
  if (!os::ParseI64(text, &count) || count < 1 || count > kMost)
    return Bad(flag, text, "give how many training epochs, 1 or more");
  *out = count;
  return {};
}

}  // namespace

void AddPredict(CommandLine* line) {
  CLI::App* sub = line->Add(&line->app(), "predict", Command::kPredict,
                            "what a training run will take in all, from its finished epochs",
                            "jouleprint predict --total-epochs 90 --zone FR epochs.csv");
  sub->add_option(
         "FILE|RUN", line->arguments().text,
         "CSV epoch,duration_s,energy_kwh[,kind], plain or gzip, - for standard input; or a kept run")
      ->required();
  PredictTexts& texts = line->texts().predict;
  RunOptions& run = line->arguments().run;
  line->Text(sub, "--total-epochs", &texts.total, "N",
             "training epochs in all (default: what a kept run said)");
  line->Text(sub, "--after", &texts.after, "K", "look at the first K training epochs only");
  line->Text(sub, "--start", &texts.start, "TIME",
             "when the run began: its hours are priced (default: what is finished ended now)");
  const auto place = [&](const char* name, std::string* target, const char* type, const char* what) {
    line->Setting(sub, name, target, type, what)->group(kPlaceGroup);
  };
  place("zone", &run.zone, "ZONE", "grid zone or country: FR, France, US-CAL-CISO");
  place("region", &run.region, "PROVIDER:REGION", "cloud region: gcp:europe-west4");
  place("intensity", &line->texts().intensity, "G", "gCO2e per kWh, instead of the zone's yearly average");
  line->SeveralSetting(
          sub, "intensity-series", &line->texts().intensity_series, "FILE",
          "CSV of intensities (timestamp_utc,zone,gco2_per_kwh), and its forecast beyond its end")
      ->group(kPlaceGroup);
  place("intensity-kind", &run.intensity_kind, "KIND",
        "which kind of the file's, or what kind it is: average-lifecycle, marginal, ...");
  place("intensity-unit", &run.intensity_unit, "UNIT", "of the file's values: g/kWh, kg/MWh, lb/MWh, t/MWh");
  place("pue", &line->texts().pue, "X", "facility overhead, 1 or more (default 1, or the region's)");
  line->Json(sub);
  line->StoreSetting(sub);
}

Status SetPredict(const PredictTexts& texts, PredictArguments* predict) {
  if (Status set = SetEpochCount("--total-epochs", texts.total, &predict->total_epochs); !set.ok())
    return set;
  if (Status set = SetEpochCount("--after", texts.after, &predict->after); !set.ok()) return set;
  return SetTime("--start", texts.start, &predict->start);
}

}  // namespace jouleprint::cli
