// What people write after --intensity-from, taken apart.
//
//   neso                                    an API, for the run's zone
//   electricity-maps:DE                     ... for a region as the API itself calls it
//   entsoe:DE@http://127.0.0.1:8080         ... asked somewhere else: a proxy, a test
//   electricity-maps;kind=direct            ... with an option
//   https://grid.example/now#/data/0/ci;unit=lb/MWh    any URL and an RFC 6901 pointer into its JSON
//
// Pure. No error repeats a URL's user, password or query.
#ifndef JOULEPRINT_CARBON_LIVE_SOURCE_NAME_H_
#define JOULEPRINT_CARBON_LIVE_SOURCE_NAME_H_

#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::carbon {

enum class Publisher { kElectricityMaps, kWattTime, kNeso, kEntsoe, kUrl };

struct SourceName {
  Publisher publisher = Publisher::kUrl;
  std::string region{};    ///< "" of the zone
  std::string base_url{};  ///< "" the API's own; of kUrl: what is asked
  std::string pointer{};   ///< of kUrl: where the number stands, "" the document itself
  std::string kind{};      ///< of option kind: an IntensityKind; "lifecycle" or "direct" of Electricity Maps
  std::string unit{"g/kWh"};
  bool unit_said = false;  ///< whether somebody has said so
  Seconds step{300};       ///< of kUrl: how long a value holds, and how often it is asked
};

Result<SourceName> ParseSourceName(std::string_view text);

/// Whether a key may go there in this program's name: an API's own address, or this machine. A proxy
/// elsewhere has to have a key of its own, so that nobody's settings can send ours away.
bool MayCarryKey(const SourceName& name);
/// Whether the address is of this machine: such a one is never asked through a proxy.
bool IsLoopbackUrl(std::string_view url);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_SOURCE_NAME_H_
