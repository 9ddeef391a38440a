// Reads fields out of a JSON tree and remembers the first one that is wrong, by its JSON pointer
// (RFC 6901), so that a reader is a list of fields and one question at the end.
//
//   std::optional<Error> error;
//   FieldReader root(tree, &error);
//   host.sockets = root.Member("host").Integer("sockets");
//   if (error) return *error;   // "/host/sockets is not a whole number"
//
// A field that is missing or of another kind yields a default; after the first error nothing read
// matters any more. A FieldReader must not outlive its parent or the tree.
#ifndef JOULEPRINT_RECORD_FIELD_READER_H_
#define JOULEPRINT_RECORD_FIELD_READER_H_

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::record {

class FieldReader {
 public:
  FieldReader(const nlohmann::json& root, std::optional<Error>* error) : node_(&root), error_(error) {}

  FieldReader Member(std::string_view name) const;
  bool IsNull(std::string_view name) const;
  /// True where it is absent, as in a record of an earlier version, or null.
  bool Lacks(std::string_view name) const;

  /// This node itself: a text, a number (null reads as NaN), a whole number.
  std::string AsText() const;
  double AsNumber() const;
  std::int64_t AsInteger() const;
  std::string Text(std::string_view name) const;
  std::vector<std::string> Texts(std::string_view name) const;
  bool Flag(std::string_view name) const;
  /// null, which stands for a figure that could not be computed, reads as NaN.
  double Number(std::string_view name) const;
  /// null is nothing.
  std::optional<double> OptionalNumber(std::string_view name) const;
  std::int64_t Integer(std::string_view name) const;
  /// As Integer, and it must fit an int.
  int SmallInteger(std::string_view name) const;
  UtcTime Time(std::string_view name) const;
  /// A word that `parse` knows.
  template <class Enum>
  Enum Word(std::string_view name, std::optional<Enum> (*parse)(std::string_view)) const {
    const std::string word = Text(name);
    const std::optional<Enum> value = parse(word);
    if (!value) Member(name).Fail("has the unknown value '" + word + "'");
    return value.value_or(Enum{});
  }

  /// Calls `read` with each element of the array `name`.
  void Each(std::string_view name, const std::function<void(const FieldReader&)>& read) const;
  /// Calls `read` with each key and value of the object `name`.
  void EachMember(std::string_view name,
                  const std::function<void(const std::string&, const FieldReader&)>& read) const;

  /// The error "POINTER WHAT", unless there is one already.
  void Fail(std::string_view what) const;

 private:
  FieldReader(const nlohmann::json* node, const FieldReader* parent, std::string_view key, std::size_t index)
      : node_(node), parent_(parent), key_(key), index_(index), error_(parent->error_) {}

  const nlohmann::json& ValueOf(std::string_view name) const;
  std::string Pointer() const;

  const nlohmann::json* node_;
  const FieldReader* parent_ = nullptr;
  std::string_view key_;   // of this node in its parent; empty for an array's element
  std::size_t index_ = 0;  // of this node in its parent, an array
  std::optional<Error>* error_;
};

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_FIELD_READER_H_
