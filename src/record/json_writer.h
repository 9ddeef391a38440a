// Writes JSON text piece by piece, without building a tree first: a checkpoint of a long run must stay
// cheap, and `run` small.
//
//   JsonWriter json(2);
//   json.BeginObject();
//   json.Key("pue");
//   json.Number(1.1);
//   json.EndObject();
//   std::string text = json.Take();
//
// The caller keeps the order of keys and values right. What comes out is always valid JSON in UTF-8:
// a number that is not finite becomes null, a byte that is not UTF-8 becomes U+FFFD. Doubles are
// written with the fewest digits that read back as the same double.
#ifndef JOULEPRINT_RECORD_JSON_WRITER_H_
#define JOULEPRINT_RECORD_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace jouleprint::record {

class JsonWriter {
 public:
  /// `indent` < 0: all on one line.
  explicit JsonWriter(int indent = -1) : indent_(indent) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view name);

  void String(std::string_view text);
  void Number(double number);
  void Integer(std::int64_t number);
  void Bool(bool value) { Literal(value ? "true" : "false"); }
  void Null() { Literal("null"); }

  std::string Take() { return std::move(text_); }

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Literal(std::string_view text);
  void BeforeItem();
  void NewLine();
  void AppendQuoted(std::string_view text);

  int indent_;
  int depth_ = 0;
  bool first_ = true;       // nothing stands in the innermost bracket yet
  bool after_key_ = false;  // the next value belongs to the key before it
  std::string text_;
};

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_JSON_WRITER_H_
