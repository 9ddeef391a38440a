// What each powercap zone measures, and which of them must not be read. Pure: no I/O, no clock.
#ifndef JOULEPRINT_METERS_RAPL_POWERCAP_CHOICE_H_
#define JOULEPRINT_METERS_RAPL_POWERCAP_CHOICE_H_

#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "meters/rapl/powercap_zone.h"
#include "meters/scope.h"

namespace jouleprint::meters {

struct PlacedZone {
  PowercapZone zone;
  std::string domain;  ///< "package-0", "dram-1", "psys", "core-0"
  Scope scope;
};

struct PlacedZones {
  std::vector<PlacedZone> placed;  ///< packages first, then memory, then the rest; by name within each
  std::vector<DroppedDomain> dropped;
};

/// `zones` that can be read and have moved or are not 0; the others are the caller's to explain.
PlacedZones PlaceZones(const std::vector<PowercapZone>& zones, const std::string& cpu_vendor);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_POWERCAP_CHOICE_H_
