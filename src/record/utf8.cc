#include "record/utf8.h"

namespace jouleprint::record {
namespace {

bool InRange(unsigned char byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

// The second byte's range excludes overlong forms, surrogates and code points above U+10FFFF
// (RFC 3629, section 4).
bool SecondByteFits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return InRange(second, 0xA0, 0xBF);
    case 0xED:
      return InRange(second, 0x80, 0x9F);
    case 0xF0:
      return InRange(second, 0x90, 0xBF);
    case 0xF4:
      return InRange(second, 0x80, 0x8F);
    default:
      return InRange(second, 0x80, 0xBF);
  }
}

std::size_t LengthByFirstByte(unsigned char first) {
  if (first < 0x80) return 1;
  if (InRange(first, 0xC2, 0xDF)) return 2;
  if (InRange(first, 0xE0, 0xEF)) return 3;
  if (InRange(first, 0xF0, 0xF4)) return 4;
  return 0;
}

}  // namespace

std::size_t Utf8CharacterLength(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = LengthByFirstByte(byte(0));
  if (length <= 1) return length;
  if (text.size() < length || !SecondByteFits(byte(0), byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!InRange(byte(i), 0x80, 0xBF)) return 0;
  }
  return length;
}

std::string ToValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = Utf8CharacterLength(text);
    valid += length > 0 ? text.substr(0, length) : kReplacementCharacter;
    text.remove_prefix(length > 0 ? length : 1);
  }
  return valid;
}

}  // namespace jouleprint::record
