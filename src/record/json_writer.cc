#include "record/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "record/utf8.h"

namespace jouleprint::record {
namespace {

void AppendEscaped(unsigned char control, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (control) {
    case '\n':
      *out += "\\n";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '\r':
      *out += "\\r";
      return;
    default:
      break;
  }
  *out += "\\u00";
  *out += kHex[control >> 4];
  *out += kHex[control & 15];
}

}  // namespace

void JsonWriter::Key(std::string_view name) {
  BeforeItem();
  AppendQuoted(name);
  text_ += indent_ < 0 ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  BeforeItem();
  AppendQuoted(text);
}

void JsonWriter::Number(double number) {
  if (!std::isfinite(number)) return Null();
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  std::string_view written(digits.data(), static_cast<std::size_t>(end - digits.data()));
  Literal(written);
  // Without it "-0" and "9007199254740993" would be read back as integers.
  if (written.find_first_of(".e") == std::string_view::npos) text_ += ".0";
}

void JsonWriter::Integer(std::int64_t number) { Literal(std::to_string(number)); }

void JsonWriter::Literal(std::string_view text) {
  BeforeItem();
  text_ += text;
}

void JsonWriter::Open(char bracket) {
  BeforeItem();
  text_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::Close(char bracket) {
  --depth_;
  if (!first_) NewLine();
  text_ += bracket;
  first_ = false;
}

void JsonWriter::BeforeItem() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) text_ += ',';
  first_ = false;
  NewLine();
}

void JsonWriter::NewLine() {
  if (indent_ < 0) return;
  text_ += '\n';
  text_.append(static_cast<std::size_t>(indent_ * depth_), ' ');
}

void JsonWriter::AppendQuoted(std::string_view text) {
  text_ += '"';
  while (!text.empty()) {
    const std::size_t length = Utf8CharacterLength(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      text_ += kReplacementCharacter;
    } else if (first == '"' || first == '\\') {
      text_ += '\\';
      text_ += text.front();
    } else if (first < 0x20) {
      AppendEscaped(first, &text_);
    } else {
      text_ += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  text_ += '"';
}

}  // namespace jouleprint::record
