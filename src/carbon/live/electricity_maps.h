// Electricity Maps, API v3 (api-portal.electricitymaps.com, "carbon-intensity"): average of what is used in a
// zone, imports followed to their origin. Fuzzed by tests/fuzz/electricity_maps_fuzzer.cc.
#ifndef JOULEPRINT_CARBON_LIVE_ELECTRICITY_MAPS_H_
#define JOULEPRINT_CARBON_LIVE_ELECTRICITY_MAPS_H_

#include <string>
#include <string_view>

#include "carbon/live/live_answer.h"

namespace jouleprint::carbon {

/// Of carbon-intensity/latest (one value), /history (`history`) and /past-range (`data`). An answer for
/// another zone, or by other factors ("lifecycle", "direct") than `factors`, is refused.
Result<LiveAnswer> ParseElectricityMaps(std::string_view json, const std::string& zone,
                                        const std::string& factors, UtcTime now);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_ELECTRICITY_MAPS_H_
