// An external meter as its user names it: KIND:WHERE[?OPTION=VALUE&...], and where a machine has several
// power supplies, one for each: KIND:WHERE+KIND:WHERE[?OPTION=VALUE&...]. Options stand at the end and hold
// for all.
//
// What follows the last '?' is options when it looks like them; the query of a URL is left alone.
// Pure. Tested by tests/meters/wattmeter/wattmeter_name_test.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATTMETER_NAME_H_
#define JOULEPRINT_METERS_WATTMETER_WATTMETER_NAME_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "meters/scope.h"

namespace jouleprint::meters {

enum class WattmeterKind { kFile, kPipe, kPtdaemon, kShelly, kTasmota, kHass, kHttp, kRedfish, kSnmp };

struct WattmeterName {
  WattmeterKind kind = WattmeterKind::kFile;
  /// After KIND, without options: a path, HOST, URL.
  std::string where;
  /// Of a device with several outlets; absent: the first, or all of them together, as the kind has it.
  std::optional<int> channel;
  /// hass: the entity; http: the JSON pointer. `where` is the URL without it.
  std::string part;

  // Options.
  std::string domain;           ///< name=
  double gain = 1;              ///< gain=: every value is multiplied by it
  std::optional<double> error;  ///< error=: half-width of the 90 % interval, a fraction
  std::optional<Level> level;   ///< level=
  std::string zone;             ///< tz=, as ISO 8601 writes it: "+02:00", "Z"; "" where it was not given
  std::optional<Seconds> period;

  /// What is added to it: the meters of the other power supplies.
  std::vector<WattmeterName> more;

  /// KIND:WHERE as it may be shown to anybody: no password, no query.
  std::string shown;
};

/// The error is one sentence that names the part that is wrong, with an example.
Result<WattmeterName> ParseWattmeterName(const std::string& name);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATTMETER_NAME_H_
