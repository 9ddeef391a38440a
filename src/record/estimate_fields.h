// Reads figures that stand in several places of a record.
#ifndef JOULEPRINT_RECORD_ESTIMATE_FIELDS_H_
#define JOULEPRINT_RECORD_ESTIMATE_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/estimate.h"
#include "record/field_reader.h"

namespace jouleprint::record {

inline Estimate ReadEstimate(const FieldReader& from) {
  return {from.Number("value"), from.Number("low"), from.Number("high"),
          from.Word<Basis>("basis", BasisFromName)};
}

inline std::optional<Estimate> ReadOptionalEstimate(const FieldReader& from, std::string_view name) {
  if (from.IsNull(name)) return std::nullopt;
  return ReadEstimate(from.Member(name));
}

// Of fields that came later.
inline std::optional<Estimate> ReadLaterEstimate(const FieldReader& from, std::string_view name) {
  if (from.Lacks(name)) return std::nullopt;
  return ReadEstimate(from.Member(name));
}

inline std::string ReadLaterText(const FieldReader& from, std::string_view name) {
  return from.Lacks(name) ? std::string() : from.Text(name);
}

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_ESTIMATE_FIELDS_H_
