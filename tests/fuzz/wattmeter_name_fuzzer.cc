// Any name of an external meter: it is taken apart, or refused with a remedy; what is shown names its kind.
#include "meters/wattmeter/wattmeter_name.h"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const auto name = meters::ParseWattmeterName(std::string(reinterpret_cast<const char*>(data), size));
  if (!name.ok()) {
    if (name.error().message.empty() || name.error().hint.empty()) std::abort();
    return 0;
  }
  if (name->where.empty() || name->shown.find(':') == std::string::npos || !(name->gain > 0)) std::abort();
  return 0;
}
