// From a measurement, and who used the machine meanwhile, to the figures of a record. A run and the replay
// of its trace come through here alike.
#ifndef JOULEPRINT_JOB_FIGURES_H_
#define JOULEPRINT_JOB_FIGURES_H_

#include "energy/account.h"
#include "job/measurement.h"
#include "jouleprint/record.h"
#include "sampling/trace_event.h"

namespace jouleprint::job {

/// What energy/ is asked, as things stand.
energy::Question QuestionOf(const Measurement& measurement, const Reservation& reserved,
                            const sampling::UsersEvent& users, IdleSplit idle_split);

/// Brings all that follows from the meters up to now. `record` holds place, PUE and intensity already.
void FillFigures(const energy::Question& question, const Measurement& measurement,
                 const sampling::UsersEvent& users, RunRecord* record);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_FIGURES_H_
