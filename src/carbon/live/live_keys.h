// The user's keys for live sources: from the environment, else from a file that only its owner may read.
//
//   Result<std::string> key = FindKey(kElectricityMapsKey);   // "" where the user has none
//
// The file is `keys` in the user's configuration folder, a line per key: `electricity_maps_key = abc`. What
// is found goes into requests and nowhere else: no log, record, error, cache or command line has it.
#ifndef JOULEPRINT_CARBON_LIVE_LIVE_KEYS_H_
#define JOULEPRINT_CARBON_LIVE_LIVE_KEYS_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/result.h"

namespace jouleprint::carbon {

struct KeyName {
  const char* variable;
  const char* entry;  ///< in the file
};

inline constexpr KeyName kElectricityMapsKey{"JOULEPRINT_ELECTRICITY_MAPS_KEY", "electricity_maps_key"};
inline constexpr KeyName kWattTimeUser{"JOULEPRINT_WATTTIME_USER", "watttime_user"};
inline constexpr KeyName kWattTimePassword{"JOULEPRINT_WATTTIME_PASSWORD", "watttime_password"};
inline constexpr KeyName kEntsoeKey{"JOULEPRINT_ENTSOE_KEY", "entsoe_key"};

/// "" where there is none. An error for a file that others may read, or whose lines make no sense.
Result<std::string> FindKey(const KeyName& name);
/// How to give the key, as the hint of an error.
std::string HowToGiveKey(const KeyName& name);

/// The value of `entry` in a file of keys; nothing where it has none. Pure. `path` stands in errors, which
/// name a line and repeat nothing of it.
Result<std::optional<std::string>> KeyInText(std::string_view text, std::string_view entry,
                                             const std::string& path);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_LIVE_KEYS_H_
