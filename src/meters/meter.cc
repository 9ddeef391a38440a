#include "meters/meter.h"

namespace jouleprint::meters {

std::string_view MeterStateName(MeterState state) {
  switch (state) {
    case MeterState::kUsable:
      return "usable";
    case MeterState::kNotPermitted:
      return "not permitted";
    case MeterState::kNotPresent:
      return "not present";
    case MeterState::kRefused:
      return "refused";
  }
  return "not present";
}

}  // namespace jouleprint::meters
