// The CPU time of single threads: what measuring costs a process that is not ours.
#ifndef JOULEPRINT_OS_THREAD_TIME_H_
#define JOULEPRINT_OS_THREAD_TIME_H_

#include <thread>

#include "jouleprint/units.h"

namespace jouleprint::os {

/// Of the calling thread, since its start.
Seconds OwnThreadCpuTime() noexcept;
/// Of another one, which has not ended or has not been joined yet; 0 where it cannot be told.
Seconds CpuTimeOf(std::thread* thread) noexcept;

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_THREAD_TIME_H_
