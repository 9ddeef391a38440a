// Series files, one or several as one; series_reader.h reads them line by line.
#include <algorithm>
#include <optional>
#include <utility>

#include "carbon/series/series_overlay.h"
#include "carbon/series/series_reader.h"
#include "carbon/series/text_lines.h"
#include "jouleprint/intensity_series.h"

namespace jouleprint {
namespace carbon {
namespace {

// Nothing that is wanted is no error of the file; `absent` says it.
Result<SeriesFile> ReadWanted(TextLines lines, const SeriesFileOptions& options,
                              std::optional<Error>* absent) {
  SeriesReader reader(&lines, options);
  Result<SeriesFile> file = reader.Read();
  if (file.ok() && file->series.empty()) *absent = reader.NothingWanted();
  return file;
}

Result<SeriesFile> ReadAll(TextLines lines, const SeriesFileOptions& options) {
  std::optional<Error> absent;
  Result<SeriesFile> file = ReadWanted(std::move(lines), options, &absent);
  if (absent) return *absent;
  return file;
}

bool IsOneZone(const IntensitySeries& a, const IntensitySeries& b) { return a.zone() == b.zone(); }

Status CheckKinds(const std::vector<IntensitySeries>& all, const IntensitySeries& more) {
  const auto same_zone = [&](const IntensitySeries& series) { return IsOneZone(series, more); };
  const auto same = [&](const IntensitySeries& series) {
    return IsOneZone(series, more) && series.kind() == more.kind();
  };
  if (std::any_of(all.begin(), all.end(), same)) return {};
  const auto other = std::find_if(all.begin(), all.end(), same_zone);
  if (other == all.end()) return {};
  return Error{ErrorCode::kInvalidArgument,
               Shown(more.zone()) + " is '" + other->kind() + "' in " + other->source() + " and '" +
                   more.kind() + "' in " + more.source(),
               "give one of the files, or say with --kind what both are"};
}

Status AddFile(SeriesFile more, SeriesFile* all) {
  for (const IntensitySeries& series : more.series) {
    if (Status fit = CheckKinds(all->series, series); !fit.ok()) return fit;
  }
  for (IntensitySeries& series : more.series) {
    const auto below = std::find_if(all->series.begin(), all->series.end(), [&](const IntensitySeries& one) {
      return IsOneZone(one, series) && one.kind() == series.kind();
    });
    if (below == all->series.end()) {
      all->series.push_back(std::move(series));
      continue;
    }
    Result<IntensitySeries> joined = Overlay(*below, series);
    if (!joined.ok()) return joined.error();
    *below = *std::move(joined);
  }
  all->notes.insert(all->notes.end(), more.notes.begin(), more.notes.end());
  return {};
}

}  // namespace
}  // namespace carbon

Result<SeriesFile> ReadSeriesFile(const std::string& path, const SeriesFileOptions& options) {
  Result<carbon::TextLines> lines = carbon::LinesOfFile(path);
  if (!lines.ok()) return lines.error();
  return carbon::ReadAll(*std::move(lines), options);
}

Result<SeriesFile> ReadSeriesText(std::string_view text, const std::string& name,
                                  const SeriesFileOptions& options) {
  return carbon::ReadAll(carbon::LinesOfText(text, name), options);
}

Result<SeriesFile> ReadSeriesFiles(const std::vector<std::string>& paths, const SeriesFileOptions& options) {
  if (paths.empty()) return Error{ErrorCode::kInvalidArgument, "no series file is named", "name one"};
  SeriesFile all;
  std::optional<Error> absent;  // one of several files may be of other zones
  for (const std::string& path : paths) {
    Result<carbon::TextLines> lines = carbon::LinesOfFile(path);
    if (!lines.ok()) return lines.error();
    Result<SeriesFile> more = carbon::ReadWanted(*std::move(lines), options, &absent);
    if (!more.ok()) return more;
    if (Status added = carbon::AddFile(*std::move(more), &all); !added.ok()) return added.error();
  }
  if (all.series.empty() && absent) return *absent;
  std::sort(all.series.begin(), all.series.end(), [](const IntensitySeries& a, const IntensitySeries& b) {
    return std::pair(a.zone(), a.kind()) < std::pair(b.zone(), b.kind());
  });
  return all;
}

}  // namespace jouleprint
