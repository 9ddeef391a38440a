#include "record/field_reader.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace jouleprint::record {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
// Above 2^53 a double no longer tells neighbouring whole numbers apart.
constexpr double kLargestExactInteger = 9007199254740992.0;
// What a four-digit year can say: 0000-01-01 to 9999-12-31.
constexpr std::int64_t kFirstMicrosecond = -62'167'219'200'000'000;
constexpr std::int64_t kLastMicrosecond = 253'402'300'799'999'999;

// Stands in for a missing member, so that a chain of Member() calls can go on.
const nlohmann::json& NullNode() {
  static const nlohmann::json null;
  return null;
}

// RFC 6901, section 3: '~' is written ~0 and '/' ~1.
std::string EscapePointerToken(std::string_view token) {
  std::string escaped;
  for (const char c : token) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::optional<std::int64_t> WholeNumber(const nlohmann::json& node) {
  if (node.is_number_unsigned()) {
    const auto value = node.get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(value);
  }
  if (node.is_number_integer()) return node.get<std::int64_t>();
  if (!node.is_number_float()) return std::nullopt;
  const double value = node.get<double>();
  if (std::trunc(value) != value || std::abs(value) > kLargestExactInteger) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

void FieldReader::Fail(std::string_view what) const {
  if (error_->has_value()) return;
  const std::string pointer = Pointer();
  *error_ = Error{ErrorCode::kCorrupt,
                  (pointer.empty() ? std::string("the document") : pointer) + " " + std::string(what),
                  "compare the record with docs/record.schema.json"};
}

std::string FieldReader::Pointer() const {
  if (parent_ == nullptr) return "";
  return parent_->Pointer() + "/" +
         (parent_->node_->is_array() ? std::to_string(index_) : EscapePointerToken(key_));
}

const nlohmann::json& FieldReader::ValueOf(std::string_view name) const {
  if (!node_->is_object()) {
    Fail("is not an object");
    return NullNode();
  }
  const auto found = node_->find(name);
  if (found != node_->end()) return *found;
  FieldReader(&NullNode(), this, name, 0).Fail("is missing");
  return NullNode();
}

FieldReader FieldReader::Member(std::string_view name) const { return {&ValueOf(name), this, name, 0}; }

bool FieldReader::Lacks(std::string_view name) const {
  return node_->is_object() && (!node_->contains(name) || IsNull(name));
}

bool FieldReader::IsNull(std::string_view name) const { return ValueOf(name).is_null(); }

std::string FieldReader::AsText() const {
  if (node_->is_string()) return node_->get<std::string>();
  Fail("is not a text");
  return "";
}

std::string FieldReader::Text(std::string_view name) const { return Member(name).AsText(); }

std::vector<std::string> FieldReader::Texts(std::string_view name) const {
  std::vector<std::string> texts;
  Each(name, [&](const FieldReader& element) { texts.push_back(element.AsText()); });
  return texts;
}

bool FieldReader::Flag(std::string_view name) const {
  const FieldReader field = Member(name);
  if (field.node_->is_boolean()) return field.node_->get<bool>();
  field.Fail("is neither true nor false");
  return false;
}

std::optional<double> FieldReader::OptionalNumber(std::string_view name) const {
  const double number = Number(name);
  if (std::isnan(number)) return std::nullopt;
  return number;
}

double FieldReader::AsNumber() const {
  if (node_->is_number()) return node_->get<double>();
  if (!node_->is_null()) Fail("is not a number");
  return kNotANumber;
}

double FieldReader::Number(std::string_view name) const { return Member(name).AsNumber(); }

std::int64_t FieldReader::AsInteger() const {
  const std::optional<std::int64_t> value = WholeNumber(*node_);
  if (!value) Fail("is not a whole number");
  return value.value_or(0);
}

std::int64_t FieldReader::Integer(std::string_view name) const { return Member(name).AsInteger(); }

int FieldReader::SmallInteger(std::string_view name) const {
  const std::int64_t value = Integer(name);
  if (value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max()) {
    return static_cast<int>(value);
  }
  Member(name).Fail("is too large");
  return 0;
}

UtcTime FieldReader::Time(std::string_view name) const {
  const FieldReader field = Member(name);
  const std::string text = field.AsText();
  const Result<UtcTime> time = UtcTime::Parse(text);
  // An offset can push a time out of the years that can be written again.
  if (time.ok() && time->unix_us >= kFirstMicrosecond && time->unix_us <= kLastMicrosecond) return *time;
  field.Fail("is not a time: '" + text + "'");
  return {};
}

void FieldReader::Each(std::string_view name, const std::function<void(const FieldReader&)>& read) const {
  const FieldReader array = Member(name);
  if (!array.node_->is_array()) return array.Fail("is not an array");
  for (std::size_t i = 0; i < array.node_->size() && !error_->has_value(); ++i) {
    read(FieldReader(&(*array.node_)[i], &array, "", i));
  }
}

void FieldReader::EachMember(std::string_view name,
                             const std::function<void(const std::string&, const FieldReader&)>& read) const {
  const FieldReader object = Member(name);
  if (!object.node_->is_object()) return object.Fail("is not an object");
  for (const auto& [key, value] : object.node_->items()) {
    if (error_->has_value()) return;
    read(key, FieldReader(&value, &object, key, 0));
  }
}

}  // namespace jouleprint::record
