// Where the series of a command come from: the files that it names, or the store.
#ifndef JOULEPRINT_CLI_SERIES_SOURCE_H_
#define JOULEPRINT_CLI_SERIES_SOURCE_H_

#include <memory>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"
#include "jouleprint/series_store.h"

namespace jouleprint::cli {

/// With --zone, --kind and --unit. What was mended is said on standard error.
Result<SeriesFile> ReadNamedFile(const Arguments& arguments, const std::string& path);
/// All that --series names, as one.
Result<SeriesFile> ReadNamedFiles(const Arguments& arguments);
/// That of --db.
Result<std::unique_ptr<SeriesStore>> OpenKeptSeries(const Arguments& arguments);
/// The one that --zone and --kind mean.
Result<IntensitySeries> ReadKeptSeries(const Arguments& arguments, std::optional<UtcTime> from,
                                       std::optional<UtcTime> to);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_SERIES_SOURCE_H_
