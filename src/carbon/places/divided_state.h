// States and provinces that more than one grid serves: a look-up names the choices instead of guessing.
#ifndef JOULEPRINT_CARBON_PLACES_DIVIDED_STATE_H_
#define JOULEPRINT_CARBON_PLACES_DIVIDED_STATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jouleprint::carbon {

struct DividedState {
  std::string id;       ///< "US-IL"
  std::string name;     ///< "Illinois"
  std::string country;  ///< id of the zone that covers all of it: "US"
  std::vector<std::string> zones;
};

/// By id or name, which `folded` is as Folded() makes it.
std::optional<DividedState> FindDividedState(std::string_view folded);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_PLACES_DIVIDED_STATE_H_
