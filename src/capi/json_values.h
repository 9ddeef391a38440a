// Values of a JSON object of options, each refused by its name where it is not what it must be.
#ifndef JOULEPRINT_CAPI_JSON_VALUES_H_
#define JOULEPRINT_CAPI_JSON_VALUES_H_

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "jouleprint/result.h"

namespace jouleprint::capi {

using Json = nlohmann::json;

inline Error Bad(const std::string& name, const Json& value, std::string hint) {
  constexpr std::size_t kShown = 60;
  std::string shown = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (shown.size() > kShown) shown = shown.substr(0, kShown) + "...";
  return {ErrorCode::kInvalidArgument, "the option " + name + " is " + shown, std::move(hint)};
}

inline Status TakeText(const std::string& name, const Json& value, std::string* out) {
  if (!value.is_string()) return Bad(name, value, "give a text");
  *out = value.get<std::string>();
  if (out->find('\0') != std::string::npos) return Bad(name, value, "leave the zero byte out");
  return {};
}

inline Status TakeNumber(const std::string& name, const Json& value, double least, double most,
                         const std::string& hint, double* out) {
  const double number = value.is_number() ? value.get<double>() : NAN;
  if (!(number >= least && number <= most)) return Bad(name, value, hint);
  *out = number;
  return {};
}

inline Status TakeNumber(const std::string& name, const Json& value, double least, double most,
                         const std::string& hint, std::optional<double>* out) {
  double number = 0;
  if (Status taken = TakeNumber(name, value, least, most, hint, &number); !taken.ok()) return taken;
  *out = number;
  return {};
}

inline Status TakeCount(const std::string& name, const Json& value, std::int64_t least, std::int64_t* out) {
  const bool fits = value.is_number_integer() &&
                    !(value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX});
  if (!fits || value.get<std::int64_t>() < least) {
    return Bad(name, value, "give a whole number, " + std::to_string(least) + " or more");
  }
  *out = value.get<std::int64_t>();
  return {};
}

inline Status TakeBool(const std::string& name, const Json& value, bool* out) {
  if (!value.is_boolean()) return Bad(name, value, "give true or false");
  *out = value.get<bool>();
  return {};
}

inline Status TakeTexts(const std::string& name, const Json& value, std::vector<std::string>* out) {
  if (!value.is_array()) return Bad(name, value, "give a list of texts");
  for (const Json& one : value) {
    std::string text;
    if (Status taken = TakeText(name, one, &text); !taken.ok()) return taken;
    out->push_back(std::move(text));
  }
  return {};
}

}  // namespace jouleprint::capi

#endif  // JOULEPRINT_CAPI_JSON_VALUES_H_
