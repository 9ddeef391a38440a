// How far the steps of a series are apart, found from the times of its rows.
#ifndef JOULEPRINT_CARBON_SERIES_SERIES_STEP_H_
#define JOULEPRINT_CARBON_SERIES_SERIES_STEP_H_

#include <span>
#include <string>

#include "carbon/series/series_rows.h"
#include "jouleprint/result.h"

namespace jouleprint::carbon {

struct SeriesStep {
  Minute minutes = 60;  ///< a single row has no other
  Minute longest = 60;  ///< another than `minutes`: some rows are regularly this far apart
};

/// Of rows that are in order, each time once. The step is the one that most rows are apart, or what divides
/// it and every other that comes three times in a row, so that a file may go from hours to quarters. Refuses
/// steps outside 1 minute to 1 hour, steps that do not divide an hour, and a time between two steps.
/// `where` begins the error: a file's name.
Result<SeriesStep> FindStep(std::span<const SeriesRow> rows, const std::string& zone,
                            const std::string& where);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_SERIES_SERIES_STEP_H_
