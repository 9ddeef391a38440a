// WattTime, API v3 (docs.watttime.org): the marginal operating emissions rate, that of the plants which
// answer a change in demand, by their chimneys. A free account covers the region CAISO_NORTH. Fuzzed by
// tests/fuzz/watttime_fuzzer.cc.
#ifndef JOULEPRINT_CARBON_LIVE_WATTTIME_H_
#define JOULEPRINT_CARBON_LIVE_WATTTIME_H_

#include <string>
#include <string_view>

#include "carbon/live/live_answer.h"

namespace jouleprint::carbon {

/// Of /login.
Result<std::string> ParseWattTimeToken(std::string_view json);
/// Of /v3/historical and /v3/forecast, which look alike; `forecast`: what it says is an estimate. Another
/// signal or unit than pounds of CO2 per MWh is refused.
Result<LiveAnswer> ParseWattTime(std::string_view json, const std::string& region, bool forecast,
                                 UtcTime now);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_WATTTIME_H_
