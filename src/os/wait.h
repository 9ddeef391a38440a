// Waiting for something to read.
#ifndef JOULEPRINT_OS_WAIT_H_
#define JOULEPRINT_OS_WAIT_H_

#include <initializer_list>

#include "jouleprint/units.h"

namespace jouleprint::os {

/// True when one of the descriptors (negative ones are passed over; 4 at most) can be read, or is at
/// its end, within `patience`. Not restarted after a signal: then it is false early.
bool WaitReadable(std::initializer_list<int> fds, Seconds patience) noexcept;

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_WAIT_H_
