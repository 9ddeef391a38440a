// Tested by tests/meters/model/load_meter_test.cc.
#include "os/ticks.h"

#include <unistd.h>

namespace jouleprint::os {

Seconds TickDuration() noexcept {
  // proc(5): USER_HZ is what sysconf(_SC_CLK_TCK) gives; 100 in the kernel's user interface.
  static const long ticks_per_second = sysconf(_SC_CLK_TCK);
  return Seconds{1.0 / static_cast<double>(ticks_per_second > 0 ? ticks_per_second : 100)};
}

}  // namespace jouleprint::os
