#include "carbon/pricing/run_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "jouleprint/zones.h"

namespace jouleprint::carbon {
namespace {

std::string NamesOf(const std::vector<std::string>& files) {
  return files.size() == 1 ? files.front() : fmt::format("{} and {} more", files.front(), files.size() - 1);
}

// A record names the file, not the folders of whoever made the run.
std::string SourceOf(const SeriesWish& wish) {
  const std::string& file = wish.files.front();
  return wish.files.size() == 1 ? file.substr(file.rfind('/') + 1) : std::string();
}

Error Usage(const Error& error) { return {ErrorCode::kInvalidArgument, error.message, error.hint}; }

// Files may spell the zone in another way than we do. A year of every zone is long to read, so that this is
// asked only where the usual spelling is not in them.
Result<std::vector<IntensitySeries>> ReadAlias(const SeriesWish& wish) {
  Result<SeriesFile> all =
      ReadSeriesFiles(wish.files, {.kind = wish.kind, .unit = wish.unit, .source = SourceOf(wish)});
  if (!all.ok()) return Usage(all.error());
  std::string held = ZonesOf(all->series);
  std::erase_if(all->series,
                [&](const IntensitySeries& series) { return !SameZone(series.zone(), wish.zone); });
  if (!all->series.empty()) return std::move(all->series);
  return Error{
      ErrorCode::kInvalidArgument,
      fmt::format("{} has nothing for the zone {}: it holds {}", NamesOf(wish.files), wish.zone, held),
      "give --zone as the file spells it, or the file of that zone"};
}

}  // namespace

bool SameZone(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const Result<Zone> one = FindZone(a);
  const Result<Zone> other = FindZone(b);
  return one.ok() && other.ok() && one->id == other->id;
}

std::string ZonesOf(const std::vector<IntensitySeries>& series) {
  constexpr std::size_t kShown = 6;
  std::set<std::string> zones;
  for (const IntensitySeries& one : series) zones.insert(one.zone());
  std::string names;
  std::size_t shown = 0;
  for (const std::string& zone : zones) {
    if (shown == kShown) return names + fmt::format(" and {} more", zones.size() - shown);
    names += (shown++ == 0 ? "" : ", ") + zone;
  }
  return names;
}

Result<IntensitySeries> ReadRunSeries(const SeriesWish& wish) {
  std::vector<IntensitySeries> series;
  Result<SeriesFile> read = ReadSeriesFiles(
      wish.files, {.zone = wish.zone, .kind = wish.kind, .unit = wish.unit, .source = SourceOf(wish)});
  if (read.ok()) {
    series = std::move(read->series);
  } else if (read.error().code == ErrorCode::kNotFound && !wish.zone.empty()) {
    Result<std::vector<IntensitySeries>> alias = ReadAlias(wish);
    if (!alias.ok()) return alias.error();
    series = std::move(*alias);
  } else {
    return Usage(read.error());
  }
  const std::string zone = wish.zone.empty() || series.empty() ? "" : series.front().zone();
  const Result<const IntensitySeries*> chosen =
      jouleprint::ChooseSeries(series, zone, wish.kind, NamesOf(wish.files));
  if (!chosen.ok()) return Usage(chosen.error());
  return **chosen;
}

}  // namespace jouleprint::carbon
