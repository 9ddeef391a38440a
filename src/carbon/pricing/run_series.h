// Which series of a user's files a run is priced with: that of its zone, of one kind.
#ifndef JOULEPRINT_CARBON_PRICING_RUN_SERIES_H_
#define JOULEPRINT_CARBON_PRICING_RUN_SERIES_H_

#include <string>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

struct SeriesWish {
  std::vector<std::string> files;
  std::string zone{};  ///< "" nobody said: the files' only one
  std::string kind{};  ///< what the files' rows are, or which of their kinds; "" the one that there is
  std::string unit{};  ///< of the files' values; "" as they say, else g/kWh
};

/// kInvalidArgument for a file that cannot be read as a series, a zone that the files lack, a zone or a kind
/// that nobody chose among several.
Result<IntensitySeries> ReadRunSeries(const SeriesWish& wish);

/// Whether both names are of one zone, as they are spelt or as FindZone knows them.
bool SameZone(const std::string& a, const std::string& b);
/// The zones of several series, each once: "DE, FR, GB and 5 more".
std::string ZonesOf(const std::vector<IntensitySeries>& series);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_PRICING_RUN_SERIES_H_
