// One line per field for those who write a record as JSON: a key with its value.
#ifndef JOULEPRINT_RECORD_JSON_FIELDS_H_
#define JOULEPRINT_RECORD_JSON_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/estimate.h"
#include "record/json_writer.h"

namespace jouleprint::record {

inline void Text(JsonWriter* json, std::string_view key, std::string_view value) {
  json->Key(key);
  json->String(value);
}

inline void Number(JsonWriter* json, std::string_view key, double value) {
  json->Key(key);
  json->Number(value);
}

inline void OptionalNumber(JsonWriter* json, std::string_view key, const std::optional<double>& value) {
  json->Key(key);
  value ? json->Number(*value) : json->Null();
}

inline void Integer(JsonWriter* json, std::string_view key, std::int64_t value) {
  json->Key(key);
  json->Integer(value);
}

inline void OptionalInteger(JsonWriter* json, std::string_view key,
                            const std::optional<std::int64_t>& value) {
  json->Key(key);
  value ? json->Integer(*value) : json->Null();
}

template <class Texts>
void TextArray(JsonWriter* json, std::string_view key, const Texts& texts) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

// An array of objects; `write_fields` writes what stands in the braces of one.
template <class Items, class WriteFields>
void ObjectArray(JsonWriter* json, std::string_view key, const Items& items, WriteFields write_fields) {
  json->Key(key);
  json->BeginArray();
  for (const auto& item : items) {
    json->BeginObject();
    write_fields(item);
    json->EndObject();
  }
  json->EndArray();
}

inline void EstimateFields(JsonWriter* json, const Estimate& estimate) {
  Number(json, "value", estimate.value);
  Number(json, "low", estimate.low);
  Number(json, "high", estimate.high);
  Text(json, "basis", BasisName(estimate.basis));
}

// An object, or null where there is nothing; `write_fields` writes what stands in the braces.
template <class Value, class WriteFields>
void OptionalObject(JsonWriter* json, std::string_view key, const std::optional<Value>& value,
                    WriteFields write_fields) {
  json->Key(key);
  if (!value) return json->Null();
  json->BeginObject();
  write_fields(*value);
  json->EndObject();
}

inline void WriteEstimate(JsonWriter* json, std::string_view key, const std::optional<Estimate>& estimate) {
  OptionalObject(json, key, estimate, [json](const Estimate& known) { EstimateFields(json, known); });
}

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_JSON_FIELDS_H_
