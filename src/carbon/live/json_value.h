// What the readers of JSON answers share: look, and take nothing for granted. Throws nothing.
#ifndef JOULEPRINT_CARBON_LIVE_JSON_VALUE_H_
#define JOULEPRINT_CARBON_LIVE_JSON_VALUE_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

/// The document, which is an object; kCorrupt names `who` answered something else (a page, half of it).
Result<nlohmann::json> JsonObject(std::string_view text, const std::string& who);
/// Null where the value is no object or has no such member.
const nlohmann::json* JsonMember(const nlohmann::json* value, const char* key);
/// A number, or a text that is one; finite.
std::optional<double> JsonNumber(const nlohmann::json* value);
/// "" where the value is no text.
std::string JsonText(const nlohmann::json* value);
std::optional<UtcTime> JsonTime(const nlohmann::json* value);
/// The elements of a list; none where it is no list.
const nlohmann::json::array_t& JsonList(const nlohmann::json* value);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_JSON_VALUE_H_
