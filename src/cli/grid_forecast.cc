#include "jouleprint/grid_forecast.h"

#include <unistd.h>

#include <optional>

#include "cli/commands.h"
#include "cli/screen.h"
#include "cli/series_source.h"
#include "jouleprint/outlook_file.h"
#include "report/forecast_page.h"

namespace jouleprint::cli {
namespace {

Result<IntensitySeries> Past(const Arguments& arguments) {
  const SeriesArguments& wanted = arguments.series;
  if (wanted.files.empty()) return ReadKeptSeries(arguments, std::nullopt, wanted.at);
  const Result<SeriesFile> file = ReadNamedFiles(arguments);
  if (!file.ok()) return file.error();
  const std::string where = wanted.files.size() == 1 ? wanted.files.front() : "what --series names";
  const Result<const IntensitySeries*> chosen = ChooseSeries(file->series, wanted.zone, wanted.kind, where);
  if (!chosen.ok()) return chosen.error();
  return **chosen;
}

}  // namespace

int GridForecastCommand(const Arguments& arguments) {
  const Result<IntensitySeries> past = Past(arguments);
  if (!past.ok()) return Fail(past.error());
  const UtcTime at = arguments.series.at.value_or(past->end());
  std::optional<Outlook> outlook;
  if (const std::string& path = arguments.series.outlook; !path.empty()) {
    Result<Outlook> read = ReadOutlookFile(path, past->zone(), at);
    if (!read.ok()) return Fail(read.error());
    outlook = *std::move(read);
  }
  const Outlook* ahead = outlook ? &*outlook : nullptr;
  const Result<GridForecaster> model = GridForecaster::Train(*past, at, ahead);
  if (!model.ok()) return Fail(model.error());
  const Result<GridForecast> forecast = model->Forecast(*past, at, arguments.series.horizon, ahead);
  if (!forecast.ok()) return Fail(forecast.error());
  return Deliver({}, arguments.json ? report::ForecastJson(*forecast, *past)
                                    : report::ForecastPage(*forecast, *past, StyleOf(STDOUT_FILENO)));
}

}  // namespace jouleprint::cli
