// Tells a point on the map its grid zone: that of the nearest town in data/grid/places.csv.
//
// Borders of grids are not published as one free map. Towns are, and power follows people: the table is made
// so that all towns of 15,000 people and more are told their own zone (tools/make_grid_places.py).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "carbon/places/divided_state.h"
#include "carbon/places/near_miss.h"
#include "carbon/places/place_table.h"
#include "jouleprint/zones.h"

// data/grid/places.csv, as src/CMakeLists.txt embeds it.
extern "C" const char jouleprint_data_places_begin[];
extern "C" const char jouleprint_data_places_end[];

namespace jouleprint {
namespace {

using carbon::CsvTable;

enum { kLatitude, kLongitude, kZone, kTown };

// IUGG mean radius R1 of the Earth; a sphere is within 0.6 % of the true distance.
constexpr double kEarthRadiusKm = 6371.0;
// Farther from every town there is open sea, ice or desert, and no telling which grid would serve it.
constexpr double kFarthestTownKm = 300.0;

struct Nearest {
  std::string zone;
  std::string town;
  double distance_km = std::numeric_limits<double>::infinity();
};

double Radians(double degrees) { return degrees * std::numbers::pi / 180.0; }

// Great circle by the haversine formula, which stays exact for short distances (R. W. Sinnott, "Virtues of
// the Haversine", Sky and Telescope 68 (1984) 159).
double DistanceKm(Coordinates a, Coordinates b) {
  const double half_latitude = std::sin(Radians(b.latitude_deg - a.latitude_deg) / 2);
  const double half_longitude = std::sin(Radians(b.longitude_deg - a.longitude_deg) / 2);
  const double squared = half_latitude * half_latitude + std::cos(Radians(a.latitude_deg)) *
                                                             std::cos(Radians(b.latitude_deg)) *
                                                             half_longitude * half_longitude;
  return 2 * kEarthRadiusKm * std::asin(std::sqrt(std::min(squared, 1.0)));
}

Result<Nearest> NearestTown(Coordinates point) {
  Nearest nearest;
  for (CsvTable row(jouleprint_data_places_begin, jouleprint_data_places_end); row.Next();) {
    Coordinates town;
    if (!carbon::ParseNumber(row.Cell(kLatitude), &town.latitude_deg) ||
        !carbon::ParseNumber(row.Cell(kLongitude), &town.longitude_deg)) {
      return carbon::DamagedRow("data/grid/places.csv", row.Cell(kTown));
    }
    const double distance_km = DistanceKm(point, town);
    if (distance_km >= nearest.distance_km) continue;
    nearest = {std::string(row.Cell(kZone)), std::string(row.Cell(kTown)), distance_km};
  }
  return nearest;
}

Status CheckOnGlobe(Coordinates point) {
  // Written so that NaN fails too.
  if (!(std::abs(point.latitude_deg) <= 90)) {
    return Error{ErrorCode::kInvalidArgument, "a latitude lies between -90 and 90 degrees",
                 "write the latitude first, as in 52.5,13.4 for Berlin"};
  }
  if (!(std::abs(point.longitude_deg) <= 180)) {
    return Error{ErrorCode::kInvalidArgument, "a longitude lies between -180 and 180 degrees",
                 "count west of Greenwich down from 0, as in 40.7,-74.0 for New York"};
  }
  return {};
}

Error TooFar(const Nearest& nearest) {
  return {ErrorCode::kNotFound,
          "no town of the table is within 300 km of that point; the nearest, " + nearest.town + ", is " +
              std::to_string(std::lround(nearest.distance_km)) + " km away",
          "name the grid zone instead; 'jouleprint grid zones' lists them"};
}

Error NoFigure(const Nearest& nearest) {
  return {ErrorCode::kNotFound,
          "the nearest town, " + nearest.town + ", lies in " + nearest.zone +
              ", for which no yearly figure is published",
          "name the zone that it gets its electricity from"};
}

}  // namespace

Result<Coordinates> CoordinatesFrom(std::string_view text) {
  std::string_view rest = text;
  const std::string_view latitude = carbon::Trimmed(carbon::TakeUntil(&rest, ','));
  const std::string_view longitude = carbon::Trimmed(rest);
  Coordinates point;
  if (!carbon::ParseNumber(latitude, &point.latitude_deg) ||
      !carbon::ParseNumber(longitude, &point.longitude_deg)) {
    return Error{ErrorCode::kInvalidArgument, "'" + std::string(text) + "' is not a place on the map",
                 "write LATITUDE,LONGITUDE in decimal degrees, as in 52.5,13.4"};
  }
  if (const Status on_globe = CheckOnGlobe(point); !on_globe.ok()) return on_globe.error();
  return point;
}

Result<NearbyZone> ZoneAt(Coordinates point) {
  if (const Status on_globe = CheckOnGlobe(point); !on_globe.ok()) return on_globe.error();
  const Result<Nearest> nearest = NearestTown(point);
  if (!nearest.ok()) return nearest.error();
  if (nearest->distance_km > kFarthestTownKm) return TooFar(*nearest);
  NearbyZone found;
  found.town = nearest->town;
  found.distance_km = nearest->distance_km;
  std::string zone_id = nearest->zone;
  if (auto state = carbon::FindDividedState(carbon::Folded(zone_id))) {
    zone_id = state->country;
    found.state = state->name;
    found.choices = std::move(state->zones);
  }
  Result<Zone> zone = FindZone(zone_id);
  if (!zone.ok()) return NoFigure(*nearest);
  found.zone = *std::move(zone);
  return found;
}

}  // namespace jouleprint
