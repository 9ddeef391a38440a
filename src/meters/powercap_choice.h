// Which powercap zones are counted, and why each other one is not. Pure: no I/O, no clock.
#ifndef JOULEPRINT_METERS_POWERCAP_CHOICE_H_
#define JOULEPRINT_METERS_POWERCAP_CHOICE_H_

#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "meters/powercap.h"
#include "meters/powercap_zone.h"

namespace jouleprint::meters {

struct ChosenZone {
  PowercapZone zone;
  std::string domain;  ///< "package-0", "dram-1", "psys"
};

struct ZoneChoice {
  std::vector<ChosenZone> chosen;
  std::vector<DroppedDomain> dropped;
};

/// `zones` that can be read and have moved or are not 0; the others are the caller's to explain.
ZoneChoice ChooseZones(const std::vector<PowercapZone>& zones, const std::string& cpu_vendor,
                       PowercapScope scope);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_POWERCAP_CHOICE_H_
