#include <unistd.h>

#include <memory>
#include <utility>

#include "carbon/live/feed.h"
#include "carbon/live/intensity_now.h"
#include "carbon/pricing/run_series.h"
#include "cli/commands.h"
#include "cli/screen.h"
#include "job/place.h"
#include "jouleprint/series_store.h"
#include "jouleprint/store.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/host.h"
#include "report/now_page.h"

namespace jouleprint::cli {
namespace {

constexpr Seconds kHistory{24 * 3600.0};
// A person begins to wonder.
constexpr Seconds kQuiet{2};
// Three requests and a login, each with its own deadline.
constexpr Seconds kPatience{35};

// A flag, else what runs are priced with by the settings.
const std::vector<std::string>& FilesOf(const Arguments& arguments) {
  return arguments.series.files.empty() ? arguments.run.intensity_series : arguments.series.files;
}
const std::string& KindOf(const Arguments& arguments) {
  return arguments.series.kind.empty() ? arguments.run.intensity_kind : arguments.series.kind;
}

// What a live source says; problems where it says nothing.
Result<carbon::FeedNews> AskLive(const RunOptions& run) {
  if (run.intensity_from.empty()) return carbon::FeedNews{};
  carbon::FeedOptions options;
  options.source = run.intensity_from;
  options.zone = run.zone;
  options.history = kHistory;
  const Result<std::unique_ptr<carbon::IntensityFeed>> feed = carbon::IntensityFeed::Start(options);
  if (!feed.ok()) return feed.error();
  if (!(*feed)->AwaitFirst(kQuiet)) {
    Complain("waiting for the source of intensities to answer");
    static_cast<void>((*feed)->AwaitFirst(kPatience));
  }
  carbon::FeedNews news = (*feed)->News();
  if (!news.series && news.problems.empty()) news.problems.push_back("the live source has not answered");
  return news;
}

// Of the store, which need not exist; a problem is no failure here. Says so where a choice is left to make.
Status ReadStore(const Arguments& arguments, const std::string& zone, UtcTime now,
                 std::vector<IntensitySeries>* series, std::vector<std::string>* problems) {
  const std::string path = arguments.run.store_path.empty() ? DefaultStorePath() : arguments.run.store_path;
  if (!os::Exists(path)) return {};
  const Result<std::unique_ptr<SeriesStore>> store = OpenSeriesStore(path);
  if (!store.ok()) {
    problems->push_back(store.error().ToString());
    return {};
  }
  Result<IntensitySeries> kept = (*store)->Get(
      {.zone = zone, .kind = KindOf(arguments), .from = now + -kHistory, .to = now + Seconds{1}});
  if (kept.ok()) {
    series->push_back(*std::move(kept));
    return {};
  }
  if (kept.error().code != ErrorCode::kNotFound) problems->push_back(kept.error().ToString());
  return kept.error().code == ErrorCode::kInvalidArgument ? kept.error() : Status();
}

Result<std::vector<IntensitySeries>> ReadFiles(const Arguments& arguments, const std::string& zone) {
  std::vector<IntensitySeries> series;
  if (FilesOf(arguments).empty()) return series;
  carbon::SeriesWish wish;
  wish.files = FilesOf(arguments);
  wish.zone = zone;
  wish.kind = KindOf(arguments);
  Result<IntensitySeries> read = carbon::ReadRunSeries(wish);
  if (!read.ok()) return read.error();
  series.push_back(*std::move(read));
  return series;
}

}  // namespace

int GridNow(const Arguments& arguments) {
  RunOptions run = arguments.run;
  if (run.zone.empty() && run.region.empty()) run.zone = carbon::ZoneOfSource(run.intensity_from);
  const Result<job::Place> place = job::PlaceOf(run);
  if (!place.ok()) return Fail(place.error());
  const bool somewhere = place->zone != job::kZoneUnknown;
  const bool wants_better = !run.intensity_from.empty() || !FilesOf(arguments).empty();
  if (!somewhere && !wants_better) {
    return Fail({ErrorCode::kInvalidArgument, "nobody says where the intensity is wanted",
                 "add --zone FR, --region gcp:europe-west4, or --intensity-from a source"});
  }
  run.zone = somewhere ? place->zone : "";
  const UtcTime now = os::SystemClock().Utc();
  Result<std::vector<IntensitySeries>> series = ReadFiles(arguments, run.zone);
  if (!series.ok()) return Fail(series.error());
  const Result<carbon::FeedNews> news = AskLive(run);
  if (!news.ok()) return Fail(news.error());
  std::vector<std::string> problems = news->problems;
  const Status stored = somewhere ? ReadStore(arguments, run.zone, now, &*series, &problems) : Status();
  const carbon::IntensityNow found =
      carbon::FindIntensityNow(now, *news, *series, {place->zone, place->intensity});
  // The year must not stand in for what only waits for a choice.
  if (!found.age && !stored.ok()) {
    for (const std::string& problem : news->problems) Complain(problem);
    return Fail(stored.error());
  }
  if (!found.age && wants_better) {
    problems.push_back("nothing that was named knows this hour: the yearly average stands in (" +
                       found.intensity.source + ")");
  }
  for (const std::string& problem : problems) Complain(problem);
  if (arguments.json) return Deliver({}, report::NowJson(found, problems));
  const bool terminal = os::TerminalWidth(STDOUT_FILENO) > 0;
  return Deliver({}, report::NowPage(found, StyleOf(STDOUT_FILENO), terminal));
}

}  // namespace jouleprint::cli
