// Any content of a counter's file: a number that was taken is what a person reads there too, as joules or as
// watts and never as both.
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "meters/sysfs/cray.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::meters;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto joules = ParseCrayLine(line, CrayUnit::kJoules);
  const auto watts = ParseCrayLine(line, CrayUnit::kWatts);
  if (joules && watts) std::abort();
  const auto value = joules ? joules : watts;
  if (!value) return 0;
  const std::string plain = std::to_string(*value) + (joules ? " J" : " W");
  if (ParseCrayLine(plain, joules ? CrayUnit::kJoules : CrayUnit::kWatts) != value) std::abort();
  if (line.find(joules ? 'J' : 'W') == std::string_view::npos) std::abort();
  return 0;
}
