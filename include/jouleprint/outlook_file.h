// Series that are known ahead (forecasts of wind, sun, load) as files, for GridForecaster.
//
//   Result<Outlook> outlook = ReadOutlookFile("weather.csv", "FR");
//   auto model = GridForecaster::Train(series, at, &*outlook);
#ifndef JOULEPRINT_OUTLOOK_FILE_H_
#define JOULEPRINT_OUTLOOK_FILE_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/grid_forecast.h"
#include "jouleprint/result.h"

namespace jouleprint {

/// CSV, plain or gzip: `timestamp_utc` and a column of numbers per series, named by the header; an empty cell
/// is a gap. Where there is a column `zone`, only the rows of `zone` count. Steps of 1 minute to 1 hour.
/// Where there is a column `issued_utc`, the file holds several outlooks: those that were issued after `at`
/// are passed over, the last one said of an hour counts, and the others become Outlook::earlier. Errors name
/// file, line and column.
Result<Outlook> ReadOutlookFile(const std::string& path, const std::string& zone,
                                std::optional<UtcTime> at = std::nullopt);
/// The same of a text in memory; `name` stands for the file in messages.
Result<Outlook> ReadOutlookText(std::string_view text, const std::string& name, const std::string& zone,
                                std::optional<UtcTime> at = std::nullopt);

}  // namespace jouleprint

#endif  // JOULEPRINT_OUTLOOK_FILE_H_
