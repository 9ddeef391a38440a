// The intensity of this moment, of the best source that knows it.
//
//   IntensityNow now = FindIntensityNow(clock.Utc(), feed->News(), series, {"FR", yearly});
//
// Best first: what a live source says of now; its newest value, where it is late by three hours at most; a
// series that covers now; the yearly average. Pure.
#ifndef JOULEPRINT_CARBON_LIVE_INTENSITY_NOW_H_
#define JOULEPRINT_CARBON_LIVE_INTENSITY_NOW_H_

#include <optional>
#include <string>
#include <vector>

#include "carbon/live/feed.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

/// What stands in when nobody knows the moment.
struct YearlyIntensity {
  std::string zone;
  IntensityUsed intensity;
};

struct IntensityNow {
  std::string zone;
  UtcTime time;  ///< start of the step that the value is of; of a yearly average the moment itself
  IntensityUsed intensity;
  bool estimated = false;      ///< its publisher may revise it, or it is of an earlier step
  std::optional<Seconds> age;  ///< since that step ended, 0 while it lasts; nothing of a yearly average
  std::string retrieved;       ///< when a live source was asked, UTC
  std::optional<IntensitySeries> past;  ///< of the same source, up to 24 hours
};

IntensityNow FindIntensityNow(UtcTime now, const FeedNews& news, const std::vector<IntensitySeries>& series,
                              const YearlyIntensity& otherwise);

/// Where a source is, for one that covers a single zone: "GB" for neso; "" for all others.
std::string ZoneOfSource(const std::string& source);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_INTENSITY_NOW_H_
