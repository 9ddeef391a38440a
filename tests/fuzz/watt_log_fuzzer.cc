// Any line in a power log, after any other: it is a sample with a finite power, nothing, or garbage with its
// reason; as CSV, with and without the user's zone, and as PTDaemon's.
#include "meters/wattmeter/watt_log.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace jouleprint;
using meters::LogLine;

void Check(const LogLine& line) {
  const bool sample = line.kind == LogLine::Kind::kSample;
  if (sample && !std::isfinite(line.sample.power.value())) std::abort();
  if (sample && line.sample.at && line.sample.at->ToString().empty()) std::abort();
  if ((line.kind == LogLine::Kind::kGarbage) == std::string_view(line.problem).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  meters::CsvLog bare("");
  meters::CsvLog zoned("+02:00");
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() == rest.size() ? line.size() : line.size() + 1);
    Check(bare.Parse(line));
    Check(zoned.Parse(line));
    Check(meters::ParsePtdaemonLine(line, "Z"));
  }
  return 0;
}
