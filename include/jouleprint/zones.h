// Grid zones and cloud regions, and the yearly average intensity of each, from the tables that ship
// in data/grid (compiled in; no file or network is touched).
//
//   auto zone = FindZone("france");            // also "FR", "FRA"; error suggests near misses
//   auto region = FindRegion("gcp:europe-west4");
//   WorldAverage();                            // when nobody says where: with its true spread
//
// Look-ups are case-insensitive and take any usual name. All functions are pure and thread-safe.
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
  std::string id;    ///< ISO 3166 alpha-2 ("FR") or a finer zone ("US-CAL-CISO")
  std::string name;  ///< "France"
  std::string country_iso3;
  int year = 0;
  IntensityUsed intensity;  ///< value with its 90 % interval, kind ("average-...-lifecycle"), source with year
};

struct CloudRegion {
  std::string provider;  ///< "aws", "gcp", "azure"
  std::string region;    ///< "europe-west4"
  std::string place;     ///< "Netherlands"
  std::string zone_id;
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
/// The generation-weighted mean of the world, with the spread of countries (5th to 95th percentile) as interval.
IntensityUsed WorldAverage();

}  // namespace jouleprint

#endif  // JOULEPRINT_ZONES_H_
