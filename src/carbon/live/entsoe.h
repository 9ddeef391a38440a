// ENTSO-E's Transparency Platform, document A75: what was generated, by kind of plant, and the intensity that
// follows from it. An average of what is generated in the area; imports are not followed. Fuzzed by
// tests/fuzz/entsoe_fuzzer.cc.
#ifndef JOULEPRINT_CARBON_LIVE_ENTSOE_H_
#define JOULEPRINT_CARBON_LIVE_ENTSOE_H_

#include <string>
#include <string_view>

#include "carbon/live/live_answer.h"

namespace jouleprint::carbon {

/// Of a GL_MarketDocument; what the platform says instead of one (Acknowledgement_MarketDocument) is the
/// error. A step counts once every kind of plant that makes 1 % of the whole has reported it.
Result<LiveAnswer> ParseEntsoe(std::string_view xml, UtcTime now);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_ENTSOE_H_
