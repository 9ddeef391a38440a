// The logs of carbontracker, taken apart: the standard one (version, devices, time and power of each epoch,
// intensity) and the output (what was said on the screen: predicted and actual consumption).
//
// Both are lines of "2024-03-01 09:30:00 - MESSAGE"; a line without a time goes on with the one before it.
// Read are the logs of 1.1 (2022) to 2.4.3. Lines that say something else are passed over.
#ifndef JOULEPRINT_RECORD_IMPORT_CARBONTRACKER_LOG_H_
#define JOULEPRINT_RECORD_IMPORT_CARBONTRACKER_LOG_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::record {

struct CarbontrackerComponent {
  std::string name;  ///< "cpu", "gpu"
  std::vector<std::string> devices;
};

struct CarbontrackerEpoch {
  UtcTime logged;  ///< when it had ended
  std::optional<double> duration_s;
  /// Without PUE, by component: the sum of what the line lists, absent where it says None.
  std::map<std::string, std::optional<double>> power_w;
};

struct CarbontrackerStandardLog {
  std::string version;
  UtcTime first;  ///< of its first line
  std::optional<double> pue;
  std::vector<CarbontrackerComponent> components;
  std::vector<CarbontrackerEpoch> epochs;  ///< finished ones
  std::optional<double> intensity_g_per_kwh;
  std::string place;  ///< "Copenhagen, Capital Region, DK"; "" not known
  bool interrupted = false;
  bool ended = false;  ///< it says so
};

/// A block of the output log.
struct CarbontrackerTotals {
  UtcTime logged;
  std::optional<std::int64_t> epochs;
  double duration_s = 0;
  double energy_kwh = 0;       ///< with PUE
  double emissions_gco2e = 0;  ///< NaN: it could not price them
};

struct CarbontrackerOutputLog {
  std::optional<CarbontrackerTotals> actual;
  std::optional<CarbontrackerTotals> predicted;
};

bool IsCarbontrackerStandardLog(std::string_view text);
/// A standard log of jouleprint in carbontracker's place, whose run is in a store already.
bool IsLogOfJouleprint(std::string_view text);
bool IsCarbontrackerOutputLog(std::string_view text);

/// The error names the line and what it should have said.
Result<CarbontrackerStandardLog> ReadCarbontrackerStandardLog(std::string_view text, const std::string& name);
Result<CarbontrackerOutputLog> ReadCarbontrackerOutputLog(std::string_view text, const std::string& name);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_CARBONTRACKER_LOG_H_
