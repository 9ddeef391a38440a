// Lines of power logs: CSV as anybody writes it, and what SPEC's PTDaemon writes for MLPerf.
//
// CSV: fields parted by comma, semicolon or tab (where there is none of these, the last blank parts the time
// from the watts). One field is watts; of two or more the first is the time and the second watts, unless a
// header names them. A time is ISO 8601 or seconds, milli-, micro- or nanoseconds since 1970. '#' begins a
// comment. Everything else is garbage, with its reason.
//
// PTDaemon (SPECpower's power and temperature daemon): "Time,07-21-2022 22:28:56.485,Watts,1477.0,Volts,...";
// the first Watts is the analyser's sum, those after Ch1, Ch2, ... its parts. Times are local, without a
// zone.
//
// Pure. Tested by tests/meters/wattmeter/watt_log_test.cc, fuzzed by tests/fuzz/watt_log_fuzzer.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_LOG_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_LOG_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

struct LogLine {
  enum class Kind { kSample, kNothing, kGarbage };
  Kind kind = Kind::kNothing;
  WattSample sample{};
  const char* problem = "";  ///< of garbage: what is wrong with the line, to follow "it "
};

class CsvLog {
 public:
  /// `zone`: of times that have none, "+02:00" or "Z"; "": such a time is garbage.
  explicit CsvLog(std::string zone) : zone_(std::move(zone)) {}

  /// A header changes how the lines after it are read.
  LogLine Parse(std::string_view line);

 private:
  bool TakeHeader(const std::vector<std::string_view>& fields);

  std::string zone_;
  std::optional<std::size_t> time_column_;
  std::optional<std::size_t> watts_column_;
};

/// `zone` as above, not empty.
LogLine ParsePtdaemonLine(std::string_view line, const std::string& zone);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_LOG_H_
