// Options whose values take more forms than one: each reads its JSON into RunOptions, or says what it may be.
#ifndef JOULEPRINT_CAPI_SPECIAL_OPTIONS_H_
#define JOULEPRINT_CAPI_SPECIAL_OPTIONS_H_

#include <string>

#include "capi/json_values.h"
#include "jouleprint/run.h"

namespace jouleprint::capi {

Status TakeBaseline(const std::string& name, const Json& value, RunOptions* options);
Status TakeEmbodied(const std::string& name, const Json& value, RunOptions* options);
Status TakeLifetime(const std::string& name, const Json& value, RunOptions* options);
Status TakeInterval(const std::string& name, const Json& value, RunOptions* options);
Status TakeTags(const std::string& name, const Json& value, RunOptions* options);
Status TakeGains(const std::string& name, const Json& value, RunOptions* options);
Status TakeWattmeters(const std::string& name, const Json& value, RunOptions* options);
Status TakeEpochs(const std::string& name, const Json& value, RunOptions* options);
Status TakeKind(const std::string& name, const Json& value, RunOptions* options);
Status TakeBudgets(const std::string& name, const Json& value, RunOptions* options);
Status TakeRank(const std::string& name, const Json& value, RunOptions* options);
Status TakePerCount(const std::string& name, const Json& value, RunOptions* options);

}  // namespace jouleprint::capi

#endif  // JOULEPRINT_CAPI_SPECIAL_OPTIONS_H_
