// UTF-8, which JSON demands and command lines and file names do not promise.
#ifndef JOULEPRINT_RECORD_UTF8_H_
#define JOULEPRINT_RECORD_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace jouleprint::record {

/// What stands in for a byte that is not UTF-8: U+FFFD.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// Bytes of the well-formed character that `text` starts with; 0 when there is none.
std::size_t Utf8CharacterLength(std::string_view text);
/// `text` with each byte that is not part of a well-formed character replaced by U+FFFD.
std::string ToValidUtf8(std::string_view text);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_UTF8_H_
