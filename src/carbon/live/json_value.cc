#include "carbon/live/json_value.h"

#include <cmath>

#include "os/file.h"

namespace jouleprint::carbon {

using nlohmann::json;

Result<json> JsonObject(std::string_view text, const std::string& who) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_object()) return parsed;
  return Error{ErrorCode::kCorrupt, who + " answers something that is no JSON object",
               "look at its answer with curl: a login page or a proxy may stand in between"};
}

const json* JsonMember(const json* value, const char* key) {
  if (value == nullptr || !value->is_object()) return nullptr;
  const auto found = value->find(key);
  return found == value->end() ? nullptr : &*found;
}

std::optional<double> JsonNumber(const json* value) {
  if (value == nullptr) return std::nullopt;
  double number = 0;
  if (value->is_number()) {
    number = value->get<double>();
  } else if (!value->is_string() || !os::ParseDouble(value->get_ref<const std::string&>(), &number)) {
    return std::nullopt;
  }
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string JsonText(const json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<UtcTime> JsonTime(const json* value) {
  const Result<UtcTime> time = UtcTime::Parse(JsonText(value));
  return time.ok() ? std::optional(*time) : std::nullopt;
}

const json::array_t& JsonList(const json* value) {
  static const json::array_t kNone;
  return value != nullptr && value->is_array() ? value->get_ref<const json::array_t&>() : kNone;
}

}  // namespace jouleprint::carbon
