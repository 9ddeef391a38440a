// Grid zones and cloud regions, and the yearly average intensity of each, from the tables that ship
// in data/grid (compiled in; no file or network is touched).
//
//   auto zone = FindZone("france");            // also "FR", "FRA"; error suggests near misses
//   auto region = FindRegion("gcp:europe-west4");
//   WorldAverage();                            // when nobody says where: with its true spread
//
// Look-ups ignore case and accents and take any usual name. All functions are pure and thread-safe.
//
// A published yearly average is Basis::kModelled: it is statistics of a grid, not a reading at this
// machine. An average over many countries, or what stands in for a placeholder of the sources, is
// kAssumed. The interval is that of one hour of a year near the table's; data/grid/README.md says how it
// is made. A country's own row is of the kind "average-production-lifecycle" where there is one; finer
// zones and cloud regions are "average-consumption-lifecycle": compare only figures of one kind.
#ifndef JOULEPRINT_ZONES_H_
#define JOULEPRINT_ZONES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint {

struct Zone {
  std::string id;            ///< ISO 3166 alpha-2 ("FR") or a finer zone ("US-CAL-CISO")
  std::string name;          ///< "France"
  std::string country_iso3;  ///< of the country that it is or lies in; empty for "WORLD" and "EU"
  int year = 0;
  /// Value with its 90 % interval, kind ("average-...-lifecycle"), source with year.
  IntensityUsed intensity;
};

struct CloudRegion {
  std::string provider;  ///< "aws", "gcp", "azure"
  std::string region;    ///< "europe-west4"
  std::string place;     ///< "Netherlands"
  std::string zone_id;   ///< what FindZone takes; its figure is the newest, the region's that of its year
  std::optional<double> pue;  ///< the provider's figure for the region, where published
  std::string pue_source;
  IntensityUsed intensity;
};

/// By id, ISO alpha-2, alpha-3, or English name. kNotFound names up to three near misses.
Result<Zone> FindZone(std::string_view name);
/// By "PROVIDER:REGION". kNotFound names near misses; kInvalidArgument when there is no colon.
Result<CloudRegion> FindRegion(std::string_view provider_and_region);
std::vector<Zone> AllZones();
std::vector<CloudRegion> AllRegions();
/// The generation-weighted mean of the world; its interval is the spread of countries (5th to 95th
/// percentile).
IntensityUsed WorldAverage();

}  // namespace jouleprint

#endif  // JOULEPRINT_ZONES_H_
