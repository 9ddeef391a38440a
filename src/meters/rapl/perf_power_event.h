// One event of the perf unit "power", as the kernel describes it in text. Pure.
#ifndef JOULEPRINT_METERS_RAPL_PERF_POWER_EVENT_H_
#define JOULEPRINT_METERS_RAPL_PERF_POWER_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "meters/rapl/rapl.h"

namespace jouleprint::meters {

struct PerfPowerEvent {
  RaplPart part = RaplPart::kPackage;
  std::uint64_t config = 0;
  double joules_per_count = 0;
};

/// "energy-pkg" is kPackage; nothing for a name that is not known.
std::optional<RaplPart> PartOfPerfEvent(std::string_view name);

/// From the contents of events/NAME ("event=0x02"), NAME.unit ("Joules") and NAME.scale.
Result<PerfPowerEvent> ParsePerfPowerEvent(const std::string& name, std::string_view terms,
                                           std::string_view unit, std::string_view scale);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_PERF_POWER_EVENT_H_
