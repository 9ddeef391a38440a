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
    place->pue_source = region->pue_source;
  }
  place->footprint.wue_l_per_kwh = region->wue;
  place->footprint.wue_source = region->wue_source;
  return {};
}

Status UseZone(const std::string& name, bool has_series, Place* place) {
  const Result<Zone> zone = FindZone(name);
  if (!zone.ok()) {
    if (!has_series) return zone.error();
    place->zone = name;
    return {};
  }
  place->zone = zone->id;
  place->intensity = zone->intensity;
  return {};
}

// What the region says already stands in `choice`.
void UseChoice(const RunOptions& options, FootprintChoice* choice) {
  choice->embodied = options.embodied;
  choice->market_intensity_g_per_kwh = options.market_intensity_g_per_kwh;
  choice->functional_unit = options.functional_unit;
  choice->unit_count = options.unit_count;
  if (!options.wue_l_per_kwh) return;
  choice->wue_l_per_kwh = options.wue_l_per_kwh;
  choice->wue_source = "given";
}

}  // namespace

Result<Place> PlaceOf(const RunOptions& options) {
  Place place;
  place.intensity = WorldAverage();
  Status found;
  if (!options.region.empty()) {
    found = UseRegion(options.region, &place);
  } else if (!options.zone.empty()) {
    found = UseZone(options.zone, !options.intensity_series.empty(), &place);
  }
  if (!found.ok()) return found.error();
  if (options.intensity_g_per_kwh) {
    place.intensity = {Estimate::Exact(*options.intensity_g_per_kwh, Basis::kAssumed), "given",
                       "given by the user"};
  }
  if (options.pue) {
    place.pue = *options.pue;
    place.pue_given = true;
    place.pue_source = "given";
  }
  UseChoice(options, &place.footprint);
  return place;
}

}  // namespace jouleprint::job
