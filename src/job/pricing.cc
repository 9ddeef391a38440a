#include "job/pricing.h"

#include <fmt/format.h>

#include <utility>

#include "carbon/live/intensity_now.h"
#include "carbon/pricing/by_time.h"
#include "carbon/pricing/run_series.h"
#include "carbon/pricing/timeline.h"
#include "jouleprint/series_store.h"
#include "os/http.h"

namespace jouleprint::job {
namespace {

// Hints speak of --kind and --unit, which a run calls by longer names.
Error InWordsOfARun(Error error) {
  for (const std::string_view flag : {"--kind", "--unit"}) {
    const std::string ours = "--intensity-" + std::string(flag.substr(2));
    for (std::size_t at = error.hint.find(flag); at != std::string::npos;
         at = error.hint.find(flag, at + ours.size())) {
      error.hint.replace(at, flag.size(), ours);
    }
  }
  return error;
}

// A place that only its intensities name.
Status MoveTo(const std::string& zone, const RunOptions& options, Place* place) {
  RunOptions there = options;
  there.zone = zone;
  Result<Place> found = PlaceOf(there);
  if (!found.ok()) return found.error();
  *place = std::move(*found);
  return {};
}

}  // namespace

Result<Pricing> Pricing::Prepare(const RunOptions& options, UtcTime now, Place* place) {
  Pricing pricing(place->intensity);
  const bool by_time = !options.intensity_series.empty() || !options.intensity_from.empty();
  if (options.intensity_g_per_kwh && by_time) {
    pricing.warnings_.push_back(
        "the intensity was given as one figure, so that no series and no live source is used; leave "
        "--intensity out to have each minute priced with its own");
    return pricing;
  }
  if (!options.intensity_kind.empty()) {
    Result<std::string> kind = IntensityKind(options.intensity_kind);
    if (!kind.ok()) return kind.error();
    pricing.kind_ = std::move(*kind);
  }
  if (!options.intensity_series.empty()) {
    if (Status read = pricing.ReadFiles(options, now, place); !read.ok()) return read.error();
  }
  const std::string live_zone = carbon::ZoneOfSource(options.intensity_from);
  if (place->zone == kZoneUnknown && !live_zone.empty()) {
    if (Status moved = MoveTo(live_zone, options, place); !moved.ok()) return moved.error();
    pricing.otherwise_ = place->intensity;
  }
  pricing.live_source_ = options.intensity_from;
  if (place->zone != kZoneUnknown && !options.intensity_g_per_kwh) pricing.zone_ = place->zone;
  return pricing;
}

Status Pricing::ReadFiles(const RunOptions& options, UtcTime now, Place* place) {
  carbon::SeriesWish wish{options.intensity_series, {}, kind_, options.intensity_unit};
  const bool somewhere = place->zone != kZoneUnknown;
  if (somewhere) wish.zone = place->zone;
  Result<IntensitySeries> series = carbon::ReadRunSeries(wish);
  if (!series.ok()) return InWordsOfARun(series.error());
  if (!somewhere) {
    if (Status moved = MoveTo(series->zone(), options, place); !moved.ok()) return moved;
    otherwise_ = place->intensity;
  }
  if (series->end() <= now) {
    notices_.push_back(
        fmt::format("{} ends {}, before this run: unless a better source answers, the run is "
                    "priced with {}; give a newer series, or --intensity-from a live source",
                    series->source(), series->end().ToString(), otherwise_.source));
  }
  series_.push_back(std::move(*series));
  return {};
}

Status Pricing::StartFeed() {
  if (live_source_.empty()) return {};
  auto feed = carbon::IntensityFeed::Start({.source = live_source_, .zone = zone_, .cache_folder = {}});
  if (!feed.ok()) return feed.error();
  feed_ = std::move(*feed);
  return {};
}

void Pricing::LookInStore(const std::string& path, UtcTime from, UtcTime to) {
  if (zone_.empty()) return;
  // A store that cannot be read has been spoken of where the run is kept.
  const Result<std::unique_ptr<SeriesStore>> store = OpenSeriesStore(path);
  if (!store.ok()) return;
  const Result<std::vector<KeptSeries>> all = (*store)->List();
  if (!all.ok()) return;
  for (const KeptSeries& one : *all) {
    if (one.zone != zone_ || one.from > from || one.to < to) continue;
    if (!WhyKindsDoNotMix(one.kind, kind_.empty() ? otherwise_.kind : kind_).empty()) continue;
    Result<IntensitySeries> kept = (*store)->Get({.zone = zone_, .kind = one.kind, .from = from, .to = to});
    if (kept.ok()) kept_.emplace(std::move(*kept));
    return;
  }
}

forecast::RestPricing Pricing::ForTheRest(double pue) const {
  forecast::RestPricing pricing{.otherwise = otherwise_, .pue = pue};
  if (!series_.empty()) {
    pricing.series = series_.front();
  } else if (feed_) {
    pricing.series = feed_->News().series;
  }
  return pricing;
}

UtcTime Pricing::rest_known_until() const {
  if (!series_.empty() || !feed_) return {};
  const carbon::FeedNews news = feed_->News();
  return news.series ? news.series->end() : UtcTime{};
}

void Pricing::Price(const PowerSeries& series, RunRecord* record) const {
  std::vector<std::string> warnings = warnings_;
  std::vector<carbon::IntensitySource> sources;
  for (const IntensitySeries& one : series_) sources.push_back({.series = &one});
  const carbon::FeedNews news = feed_ ? feed_->News() : carbon::FeedNews{};
  if (news.series) sources.push_back({.series = &*news.series, .live = &news});
  if (kept_) sources.push_back({.series = &*kept_});
  carbon::IntensityTimeline timeline(std::move(sources), otherwise_);
  carbon::PricedRun priced = carbon::PriceByTime(
      {&series, record->start, record->end, record->energy_kwh.machine, record->pue}, &timeline);
  record->intensity = std::move(priced.mean);
  record->by_time = std::move(priced.by_time);
  record->emissions_gco2e.operational = priced.operational_gco2e;
  record->emissions_gco2e.total = priced.operational_gco2e;
  if (feed_ && !news.series && news.problems.empty()) {
    warnings.push_back(fmt::format("{} had not answered when the run ended: {} is used instead",
                                   os::ShownUrl(live_source_), record->intensity.source));
  }
  warnings.insert(warnings.end(), news.problems.begin(), news.problems.end());
  warnings.insert(warnings.end(), priced.warnings.begin(), priced.warnings.end());
  record->warnings.insert(record->warnings.end(), warnings.begin(), warnings.end());
}

}  // namespace jouleprint::job
