// Grid zones and cloud regions, and the yearly intensity of each, from the tables that ship in data/grid
// (compiled in; no file or network is touched).
//
//   auto zone = FindZone("france");            // also "FR", "FRA"; error suggests near misses
//   auto region = FindRegion("gcp:europe-west4");
//   WorldAverage();                            // when nobody says where: with its true spread
//   auto here = ZoneAt({52.5, 13.4});          // only when asked: by the nearest town
//
// Look-ups ignore case and accents and take any usual name: countries by ISO codes, English name and many by
// their own, zones by the key of Electricity Maps, the EIA's code or the operator's name ("CISO", "ERCOT"),
// eGRID subregions ("CAMX"), states and provinces ("Virginia"). All functions are pure and thread-safe.
//
// A published yearly average is Basis::kModelled: it is statistics of a grid, not a reading at this
// machine. An average over many countries, what stands in for a placeholder of the sources, and a figure that
// was not checked at its source are kAssumed. The interval is that of one hour of a year near the table's;
// data/grid/README.md says how it is made.
//
// Compare and add figures of one kind only (WhyKindsDoNotMix in intensity_series.h). A country's own row is
// "average-production-lifecycle" where there is one, finer zones and cloud regions are
// "average-consumption-lifecycle", eGRID subregions "average-production-direct".
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
  std::string id;    ///< ISO 3166 alpha-2 ("FR"), a finer zone ("US-CAL-CISO") or "EGRID-CAMX"
  std::string name;  ///< "France"
  std::vector<std::string> aliases;  ///< other usual names: "ERCOT", "Deutschland"
  std::string country_iso3;          ///< of the country that it is or lies in; empty for "WORLD" and "EU"
  int year = 0;
  /// Value with its 90 % interval, kind ("average-...-lifecycle"), source with year.
  IntensityUsed intensity;
};

struct CloudRegion {
  std::string provider;  ///< "aws", "gcp", "azure"
  std::string region;    ///< "europe-west4"
  std::string place;     ///< "Netherlands"
  std::string zone_id;   ///< what FindZone takes; its figure is the newest, the region's that of its year
  int year = 0;          ///< of `intensity`
  std::optional<double> pue;  ///< the provider's figure for the region, where published
  std::string pue_source;
  std::optional<double> wue;  ///< litres of water on site per kWh of IT energy, likewise
  std::string wue_source;
  IntensityUsed intensity;
  /// What one more kWh emits ("marginal-direct"), where published; never to be added to or compared with
  /// `intensity`.
  std::optional<IntensityUsed> marginal;
};

/// In degrees, WGS 84; north and east count up.
struct Coordinates {
  double latitude_deg = 0;
  double longitude_deg = 0;
};

/// What a point on the map is told, and by which town.
struct NearbyZone {
  Zone zone;
  std::string town;  ///< the nearest one of the table
  double distance_km = 0;
  /// Where more than one zone serves the town's state, `zone` is its country and these are the ids to choose
  /// from; empty otherwise.
  std::string state;
  std::vector<std::string> choices;
};

/// By id, code or usual name. kNotFound names up to three near misses; kInvalidArgument for a state that more
/// than one zone serves, with the choices.
Result<Zone> FindZone(std::string_view name);
/// By "PROVIDER:REGION". kNotFound names near misses; kInvalidArgument when there is no colon.
Result<CloudRegion> FindRegion(std::string_view provider_and_region);
std::vector<Zone> AllZones();
std::vector<CloudRegion> AllRegions();
/// The generation-weighted mean of the world; its interval is the spread of countries (5th to 95th
/// percentile).
IntensityUsed WorldAverage();

/// Reads "LAT,LON" in decimal degrees. kInvalidArgument for anything else and for what is not on the globe.
Result<Coordinates> CoordinatesFrom(std::string_view text);
/// The zone of the nearest of some 4000 towns: right for nearly all towns, a guess near borders. kNotFound
/// when no town is within 300 km, or its country has no figure.
Result<NearbyZone> ZoneAt(Coordinates point);

}  // namespace jouleprint

#endif  // JOULEPRINT_ZONES_H_
