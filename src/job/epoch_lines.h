// Which epochs of a run that goes on are finished, from the lines that tell of them.
//
// Whether a line begins or ends an epoch shows for certain only when the run is over (MarkReader::Epochs).
// Until then: what the user says; else what the line says of itself (a result ends an epoch, a progress bar
// begins one) unless the times speak against it; else the times, once there are two lines. Lines that end
// epochs leave before the first of them a whole epoch and more; lines that begin them, only what the job does
// first. One line that says nothing of itself tells nothing: no epoch is finished then.
#ifndef JOULEPRINT_JOB_EPOCH_LINES_H_
#define JOULEPRINT_JOB_EPOCH_LINES_H_

#include <span>
#include <string_view>
#include <vector>

#include "job/marks.h"

namespace jouleprint::job {

/// What the words of a line say of where it stands.
LineHint HintOf(std::string_view line);

/// The stretch between two marks, named after the one that tells of it.
EpochRecord Between(const Mark& from, const Mark& to, const Mark& named);

/// Never the one that is still going on.
FinishedUnits UnitsFinished(std::span<const Mark> marks, EpochMark mark);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_EPOCH_LINES_H_
