#include "cli/series_source.h"

#include "cli/screen.h"
#include "jouleprint/store.h"

namespace jouleprint::cli {
namespace {

SeriesFileOptions OptionsOf(const SeriesArguments& series) {
  return {.zone = series.zone, .kind = series.kind, .unit = series.unit};
}

Result<SeriesFile> WithNotesSaid(Result<SeriesFile> file) {
  if (!file.ok()) return file;
  for (const std::string& note : file->notes) Complain(note);
  return file;
}

}  // namespace

Result<SeriesFile> ReadNamedFile(const Arguments& arguments, const std::string& path) {
  return WithNotesSaid(ReadSeriesFile(path, OptionsOf(arguments.series)));
}

Result<SeriesFile> ReadNamedFiles(const Arguments& arguments) {
  return WithNotesSaid(ReadSeriesFiles(arguments.series.files, OptionsOf(arguments.series)));
}

Result<std::unique_ptr<SeriesStore>> OpenKeptSeries(const Arguments& arguments) {
  const std::string& path = arguments.run.store_path;
  return OpenSeriesStore(path.empty() ? DefaultStorePath() : path);
}

Result<IntensitySeries> ReadKeptSeries(const Arguments& arguments, std::optional<UtcTime> from,
                                       std::optional<UtcTime> to) {
  Result<std::unique_ptr<SeriesStore>> store = OpenKeptSeries(arguments);
  if (!store.ok()) return store.error();
  return (*store)->Get(
      {.zone = arguments.series.zone, .kind = arguments.series.kind, .from = from, .to = to});
}

}  // namespace jouleprint::cli
