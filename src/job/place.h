// Where a run takes place: the zone, the intensity and the PUE that its options mean.
#ifndef JOULEPRINT_JOB_PLACE_H_
#define JOULEPRINT_JOB_PLACE_H_

#include <string>

#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

struct Place {
  std::string zone = "unknown";
  IntensityUsed intensity;
  double pue = 1.0;
  bool pue_given = false;
};

/// Nobody said where: the zone is unknown and the world's average is used, with its spread. Never guesses.
Result<Place> PlaceOf(const RunOptions& options);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_PLACE_H_
