// A structure is a header (type, length of header and fields, handle) and its fields, then its strings, each
// ended by a zero byte, and one more zero byte. Tested by tests/meters/bmc/ipmi_dcmi_test.cc.
#include "meters/bmc/dmi.h"

namespace jouleprint::meters {

bool HasDmiStructure(std::string_view table, std::uint8_t type) {
  constexpr std::size_t kHeader = 4;
  constexpr std::uint8_t kEndOfTable = 127;
  while (table.size() >= kHeader) {
    const auto found = static_cast<std::uint8_t>(table[0]);
    const auto length = static_cast<std::uint8_t>(table[1]);
    if (length < kHeader || length > table.size()) return false;
    if (found == type) return true;
    if (found == kEndOfTable) return false;
    const std::size_t strings_end = table.find(std::string_view("\0\0", 2), length);
    if (strings_end == std::string_view::npos) return false;
    table.remove_prefix(strings_end + 2);
  }
  return false;
}

}  // namespace jouleprint::meters
