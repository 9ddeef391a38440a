// Any URL that answers JSON with an intensity in it: an operator's own page, a home server, a proxy for an
// API that is not known here. Fuzzed by tests/fuzz/url_source_fuzzer.cc.
#ifndef JOULEPRINT_CARBON_LIVE_URL_SOURCE_H_
#define JOULEPRINT_CARBON_LIVE_URL_SOURCE_H_

#include <string_view>

#include "carbon/live/live_answer.h"
#include "carbon/live/source_name.h"

namespace jouleprint::carbon {

/// The number that name.pointer leads to, or a text that is one, as the value of the step that `now` lies in.
/// What it is depends on who publishes it, so it is an estimate.
Result<LiveAnswer> ParseUrlAnswer(std::string_view json, const SourceName& name, UtcTime now);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_URL_SOURCE_H_
