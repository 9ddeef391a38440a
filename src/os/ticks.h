// The unit of the times in proc/: USER_HZ ticks, by the kernel's interface 100 a second on every
// machine that we know, but a machine's own to say.
#ifndef JOULEPRINT_OS_TICKS_H_
#define JOULEPRINT_OS_TICKS_H_

#include "jouleprint/units.h"

namespace jouleprint::os {

/// One tick of proc/stat and proc/PID/stat. Asks the system once; never allocates.
Seconds TickDuration() noexcept;

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_TICKS_H_
