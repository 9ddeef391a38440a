#include "os/thread_time.h"

#include <pthread.h>
#include <time.h>

namespace jouleprint::os {
namespace {

Seconds TimeOn(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return Seconds{0};
  return Seconds{static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9};
}

}  // namespace

Seconds OwnThreadCpuTime() noexcept { return TimeOn(CLOCK_THREAD_CPUTIME_ID); }

Seconds CpuTimeOf(std::thread* thread) noexcept {
  clockid_t clock{};
  if (::pthread_getcpuclockid(thread->native_handle(), &clock) != 0) return Seconds{0};
  return TimeOn(clock);
}

}  // namespace jouleprint::os
