// Whether a record that came from elsewhere can be true: asked before it is taken into a store.
#ifndef JOULEPRINT_RECORD_PLAUSIBLE_H_
#define JOULEPRINT_RECORD_PLAUSIBLE_H_

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

/// Refuses, with the field's name, an interval that does not hold its value, a negative time, energy or
/// emission, a share outside 0 to 1, a rank outside its job, a budget of an unknown kind, and a run_id that
/// is not made of letters and digits.
Status CheckPlausible(const RunRecord& run);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_PLAUSIBLE_H_
