#include "job/place.h"

#include "jouleprint/zones.h"

namespace jouleprint::job {
namespace {

Status UseRegion(const std::string& name, Place* place) {
  const Result<CloudRegion> region = FindRegion(name);
  if (!region.ok()) return region.error();
  place->zone = region->zone_id;
  place->intensity = region->intensity;
  if (region->pue) {
    place->pue = *region->pue;
    place->pue_given = true;
  }
  return {};
}

Status UseZone(const std::string& name, Place* place) {
  const Result<Zone> zone = FindZone(name);
  if (!zone.ok()) return zone.error();
  place->zone = zone->id;
  place->intensity = zone->intensity;
  return {};
}

}  // namespace

Result<Place> PlaceOf(const RunOptions& options) {
  Place place;
  place.intensity = WorldAverage();
  Status found;
  if (!options.region.empty()) {
    found = UseRegion(options.region, &place);
  } else if (!options.zone.empty()) {
    found = UseZone(options.zone, &place);
  }
  if (!found.ok()) return found.error();
  if (options.intensity_g_per_kwh) {
    place.intensity = {Estimate::Exact(*options.intensity_g_per_kwh, Basis::kAssumed), "given",
                       "given by the user"};
  }
  if (options.pue) {
    place.pue = *options.pue;
    place.pue_given = true;
  }
  return place;
}

}  // namespace jouleprint::job
