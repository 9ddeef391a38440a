// Power over time as CSV: what `run --samples` writes and `validate --samples` will read.
#ifndef JOULEPRINT_JOB_SAMPLES_FILE_H_
#define JOULEPRINT_JOB_SAMPLES_FILE_H_

#include <string>

#include "jouleprint/record.h"

namespace jouleprint::job {

/// Columns: timestamp_utc (start of the bin), duration_s, power_w (all domains), then DOMAIN_w each.
std::string SamplesCsv(const PowerSeries& series);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_SAMPLES_FILE_H_
