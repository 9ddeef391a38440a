// The machine's own clock, for those whom nobody gives one.
#ifndef JOULEPRINT_OS_THE_CLOCK_H_
#define JOULEPRINT_OS_THE_CLOCK_H_

#include "os/clock.h"

namespace jouleprint::os {

/// Never destroyed: a thread that a hanging meter holds may still look at it when the program ends.
inline const Clock& TheClock() {
  static const auto* const clock = new SystemClock;
  return *clock;
}

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_THE_CLOCK_H_
