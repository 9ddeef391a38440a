// The CPU time of the process that we are a guest in, of its children and of theirs.
//
// What has ended and was waited for is in the process's own books (getrusage(2), RUSAGE_CHILDREN); what lives
// is looked up in /proc. Nobody's children are waited for here, and no orphans adopted: a descendant whose
// parents ended before it is lost from sight. Used by one thread at a time.
#ifndef JOULEPRINT_JOB_TRACKER_OWN_FAMILY_H_
#define JOULEPRINT_JOB_TRACKER_OWN_FAMILY_H_

#include <sys/types.h>

#include <vector>

#include "jouleprint/units.h"

namespace jouleprint::job {

class OwnFamily {
 public:
  /// Counts from now on.
  OwnFamily();

  /// Looks who has been born meanwhile: a walk through /proc that is worth once a second.
  void LookAround();
  /// Since the start, of those that have been seen; what is younger than the last LookAround is missing until
  /// it has ended.
  Seconds CpuTime();
  /// This process, and all descendants that have been seen living.
  const std::vector<pid_t>& processes() const { return processes_; }

 private:
  Seconds Sum() const;

  std::vector<pid_t> processes_;
  Seconds at_start_{0};
  Seconds most_{0};
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_TRACKER_OWN_FAMILY_H_
