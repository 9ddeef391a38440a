// Our durations for the standard library's waits.
#ifndef JOULEPRINT_OS_CHRONO_H_
#define JOULEPRINT_OS_CHRONO_H_

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "jouleprint/units.h"

namespace jouleprint::os {

/// Of a negative duration, none.
inline std::chrono::nanoseconds ToChrono(Seconds s) {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(std::llround(std::max(0.0, s.value()) * 1e9))};
}

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_CHRONO_H_
