// Where a run takes place: the zone, the intensity, the PUE and the rest of the footprint that its options
// mean.
#ifndef JOULEPRINT_JOB_PLACE_H_
#define JOULEPRINT_JOB_PLACE_H_

#include <string>

#include "jouleprint/footprint_choice.h"
#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

inline constexpr const char* kZoneUnknown = "unknown";

struct Place {
  std::string zone = kZoneUnknown;
  IntensityUsed intensity;  ///< for all times: the yearly average, or what was given
  double pue = 1.0;
  bool pue_given = false;
  std::string pue_source;  ///< "given", whose figure of the region, or "" where nobody said
  FootprintChoice footprint;
};

/// Nobody said where: the zone is unknown and the world's average is used, with its spread. Never guesses. A
/// zone that only a series of the options can know is taken as it is; whether it does is not asked here.
Result<Place> PlaceOf(const RunOptions& options);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_PLACE_H_
