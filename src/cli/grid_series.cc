#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/screen.h"
#include "cli/series_source.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/series_store.h"
#include "os/host.h"
#include "report/series_page.h"

namespace jouleprint::cli {
namespace {

// What a picture shows where nobody says which time.
constexpr Seconds kShown{7 * 86'400.0};

int ShowList(const Arguments& arguments, const std::vector<KeptSeries>& list) {
  if (arguments.json) return Deliver(arguments.output, report::SeriesListJson(list));
  if (list.empty()) {
    return Deliver({}, "no intensity series is kept; 'jouleprint grid series import FILE' keeps one\n");
  }
  report::Style style = StyleOf(STDOUT_FILENO);
  // What a program reads is not cut.
  if (os::TerminalWidth(STDOUT_FILENO) == 0) style.width = std::numeric_limits<int>::max();
  return Deliver({}, report::SeriesList(list, style));
}

int ListKept(const Arguments& arguments) {
  Result<std::unique_ptr<SeriesStore>> store = OpenKeptSeries(arguments);
  if (!store.ok()) return Fail(store.error());
  Result<std::vector<KeptSeries>> list = (*store)->List();
  if (!list.ok()) return Fail(list.error());
  const std::string& kind = arguments.series.kind;
  std::erase_if(*list, [&](const KeptSeries& one) { return !kind.empty() && one.kind != kind; });
  return ShowList(arguments, *list);
}

Result<std::vector<IntensitySeries>> SeriesToShow(const Arguments& arguments) {
  const SeriesArguments& wanted = arguments.series;
  if (wanted.files.empty()) {
    Result<IntensitySeries> kept = ReadKeptSeries(arguments, wanted.from, wanted.to);
    if (!kept.ok()) return kept.error();
    return std::vector{*std::move(kept)};
  }
  Result<SeriesFile> file = ReadNamedFiles(arguments);
  if (!file.ok()) return file.error();
  for (IntensitySeries& series : file->series) {
    if (wanted.from || wanted.to) {
      series = series.Part(wanted.from.value_or(series.start()), wanted.to.value_or(series.end()));
    }
  }
  return std::move(file->series);
}

int ShowPicture(const Arguments& arguments, const IntensitySeries& series) {
  const bool chosen = arguments.series.from || arguments.series.to;
  const bool all = chosen || series.end() - series.start() <= kShown;
  const IntensitySeries shown = all ? series : series.Part(series.end() + kShown * -1, series.end());
  const KeptSeries whole = report::Described(series);
  return Deliver({}, report::SeriesPage(shown, all ? nullptr : &whole, StyleOf(STDOUT_FILENO)));
}

int SayCount(const Arguments& arguments, const std::string& verb, std::size_t count) {
  if (arguments.json) return Deliver({}, "{\"" + verb + "\": " + std::to_string(count) + "}\n");
  return Deliver({}, verb + " " + std::to_string(count) + " series\n");
}

}  // namespace

int GridSeries(const Arguments& arguments) {
  if (arguments.series.csv && arguments.json) {
    return Fail(
        {ErrorCode::kInvalidArgument, "--csv and --json are given together", "leave one of the two out"});
  }
  const bool as_csv = arguments.series.csv || (!arguments.output.empty() && !arguments.json);
  if (arguments.series.files.empty() && arguments.series.zone.empty() && !as_csv) return ListKept(arguments);
  const Result<std::vector<IntensitySeries>> series = SeriesToShow(arguments);
  if (!series.ok()) return Fail(series.error());
  const bool empty = std::all_of(series->begin(), series->end(), [](const IntensitySeries& one) {
    return one.missing() == one.values().size();
  });
  if (empty) {
    return Fail({ErrorCode::kNotFound, "there is no value between --from and --to",
                 "leave both out to see what time there is"});
  }
  if (as_csv) return Deliver(arguments.output, SeriesCsv(*series));
  if (arguments.json) return Deliver(arguments.output, report::SeriesJson(*series));
  if (series->size() == 1) return ShowPicture(arguments, series->front());
  std::vector<KeptSeries> list;
  for (const IntensitySeries& one : *series) list.push_back(report::Described(one));
  return ShowList(arguments, list);
}

int GridSeriesImport(const Arguments& arguments) {
  std::vector<IntensitySeries> series;
  for (const std::string& path : arguments.series.files) {
    Result<SeriesFile> file = ReadNamedFile(arguments, path);
    if (!file.ok()) return Fail(file.error());
    std::move(file->series.begin(), file->series.end(), std::back_inserter(series));
  }
  Result<std::unique_ptr<SeriesStore>> store = OpenKeptSeries(arguments);
  if (!store.ok()) return Fail(store.error());
  if (Status kept = (*store)->Put(series); !kept.ok()) return Fail(kept.error());
  return SayCount(arguments, "imported", series.size());
}

int GridSeriesRemove(const Arguments& arguments) {
  Result<std::unique_ptr<SeriesStore>> store = OpenKeptSeries(arguments);
  if (!store.ok()) return Fail(store.error());
  const Result<std::size_t> removed = (*store)->Remove(arguments.series.zone, arguments.series.kind);
  return removed.ok() ? SayCount(arguments, "removed", *removed) : Fail(removed.error());
}

}  // namespace jouleprint::cli
