// Options of the C ABI: JSON into RunOptions. docs/capi.md lists them with their units and bounds.
#ifndef JOULEPRINT_CAPI_OPTIONS_H_
#define JOULEPRINT_CAPI_OPTIONS_H_

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "jouleprint/result.h"
#include "jouleprint/run.h"

namespace jouleprint::capi {

/// Null or empty text is {}. kInvalidArgument names the option that is not known or makes no sense.
/// Where no baseline is asked for, none is watched.
Result<RunOptions> ParseOptions(const char* text);

/// Whether one option is known and makes sense by itself; `value` is JSON.
Status CheckOption(const std::string& name, const nlohmann::json& value);

}  // namespace jouleprint::capi

#endif  // JOULEPRINT_CAPI_OPTIONS_H_
