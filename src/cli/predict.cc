#include <unistd.h>

#include <utility>

#include "cli/commands.h"
#include "cli/screen.h"
#include "forecast/epoch_table.h"
#include "forecast/predicted_emissions.h"
#include "job/live_prediction.h"
#include "job/place.h"
#include "job/pricing.h"
#include "jouleprint/store.h"
#include "os/file.h"
#include "os/the_clock.h"
#include "report/prediction_page.h"

namespace jouleprint::cli {
namespace {

// What is predicted from, a file's rows or a kept run's epochs.
struct Source {
  forecast::EpochTable table;
  std::optional<RunRecord> run;
};

forecast::EpochTable EpochsOf(const RunRecord& run) {
  forecast::EpochTable table;
  for (const EpochRecord& epoch : run.epochs)
    table.units.push_back({epoch.end_s - epoch.start_s, epoch.energy_kwh, epoch.kind == "eval"});
  return table;
}

Result<Source> KeptRun(const Arguments& arguments) {
  const std::string& path = arguments.run.store_path;
  const Result<std::unique_ptr<Store>> store = OpenStore(path.empty() ? DefaultStorePath() : path);
  if (!store.ok()) return store.error();
  Result<RunRecord> run = (*store)->Find(arguments.text);
  if (!run.ok()) {
    return Error{run.error().code, arguments.text + " is no file, and as a run: " + run.error().message,
                 "give a CSV of finished epochs, or a run that 'jouleprint runs list' shows"};
  }
  Source source{EpochsOf(*run), {}};
  if (forecast::TrainingUnits(source.table.units) == 0) {
    return Error{ErrorCode::kInvalidArgument, "the run " + arguments.text + " has no finished epoch",
                 "let 'run' find them: --epoch-regex 'Epoch (\\d+)/(\\d+)'"};
  }
  source.run = *std::move(run);
  return source;
}

Result<Source> Read(const Arguments& arguments) {
  const std::string& name = arguments.text;
  const bool like_a_file = name == "-" || name.find('/') != std::string::npos || name.ends_with(".csv") ||
                           name.ends_with(".gz") || os::Exists(name);
  if (!like_a_file) return KeptRun(arguments);
  Result<forecast::EpochTable> table = forecast::ReadEpochFile(name);
  if (!table.ok()) return table.error();
  return Source{*std::move(table), {}};
}

Result<std::int64_t> TotalEpochs(const Arguments& arguments, const Source& source) {
  if (arguments.predict.total_epochs) return *arguments.predict.total_epochs;
  if (source.run && source.run->epochs_expected)
    return job::EpochsOfThisRun(source.run->epochs, *source.run->epochs_expected);
  return Error{ErrorCode::kInvalidArgument, "it is not known how many epochs there will be",
               "give --total-epochs N"};
}

Result<std::vector<UnitCost>> Finished(const Arguments& arguments, const Source& source) {
  const std::vector<UnitCost>& units = source.table.units;
  const std::optional<std::int64_t>& after = arguments.predict.after;
  if (!after) return units;
  const std::int64_t there = forecast::TrainingUnits(units);
  if (there < *after) {
    return Error{ErrorCode::kInvalidArgument,
                 arguments.text + " has " + std::to_string(there) +
                     " training epochs, and --after asks for " + std::to_string(*after),
                 "give a smaller K, or leave --after out"};
  }
  return forecast::FirstUnits(units, *after);
}

// Flags first; then where a kept run was.
RunOptions WhereOf(const Arguments& arguments, const Source& source) {
  RunOptions where = arguments.run;
  if (!source.run) return where;
  const RunRecord& run = *source.run;
  const bool nowhere = where.zone.empty() && where.region.empty();
  if (nowhere && run.zone != job::kZoneUnknown) where.zone = run.zone;
  if (nowhere && !where.intensity_g_per_kwh && where.intensity_series.empty())
    where.intensity_g_per_kwh = run.intensity.value.value;
  if (!where.pue) where.pue = run.pue;
  return where;
}

UtcTime StartOf(const Arguments& arguments, const Source& source, const PredictedTotal& total) {
  if (arguments.predict.start) return *arguments.predict.start;
  if (source.run) return source.run->start;
  return os::TheClock().Utc() + -Seconds{total.used_s};
}

}  // namespace

int Predict(const Arguments& arguments) {
  const Result<Source> source = Read(arguments);
  if (!source.ok()) return Fail(source.error());
  const Result<std::int64_t> epochs = TotalEpochs(arguments, *source);
  if (!epochs.ok()) return Fail(epochs.error());
  const Result<std::vector<UnitCost>> units = Finished(arguments, *source);
  if (!units.ok()) return Fail(units.error());
  Result<PredictedTotal> total = PredictTotal(*units, *epochs);
  if (!total.ok()) return Fail(total.error());
  const RunOptions where = WhereOf(arguments, *source);
  Result<job::Place> place = job::PlaceOf(where);
  if (!place.ok()) return Fail(place.error());
  const UtcTime start = StartOf(arguments, *source, *total);
  const Result<job::Pricing> pricing = job::Pricing::Prepare(where, start, &*place);
  if (!pricing.ok()) return Fail(pricing.error());
  forecast::RestPricer pricer(pricing->ForTheRest(place->pue));
  report::Prediction prediction{arguments.text, *std::move(total), {}, place->zone, place->pue, {}};
  prediction.grams = forecast::PriceTotal(prediction.total, start, &pricer);
  if (!prediction.total.energy_kwh) prediction.why_no_energy = source->table.why_no_energy;
  return Deliver({}, arguments.json ? report::PredictionJson(prediction)
                                    : report::PredictionPage(prediction, StyleOf(STDOUT_FILENO)));
}

}  // namespace jouleprint::cli
