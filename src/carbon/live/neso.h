// The Carbon Intensity API of Britain's system operator (carbon-intensity.github.io/api-definitions): half
// hours, free of keys, CC BY 4.0. It counts the CO2 of burning fuel, imports among them, and nothing else of
// a plant's life. Fuzzed by tests/fuzz/neso_fuzzer.cc.
#ifndef JOULEPRINT_CARBON_LIVE_NESO_H_
#define JOULEPRINT_CARBON_LIVE_NESO_H_

#include <string_view>

#include "carbon/live/live_answer.h"

namespace jouleprint::carbon {

/// Of /intensity/{from}/{to}, and of /regional/intensity/..., whose list lies one level deeper. What has no
/// `actual` yet (regions never have) is its forecast, marked as an estimate.
Result<LiveAnswer> ParseNeso(std::string_view json, UtcTime now);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_NESO_H_
