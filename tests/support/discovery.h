// What tests ask of a Discovery: domains, findings and reasons by name, and one reading of everything.
#ifndef JOULEPRINT_TESTS_SUPPORT_DISCOVERY_H_
#define JOULEPRINT_TESTS_SUPPORT_DISCOVERY_H_

#include <map>
#include <string>
#include <vector>

#include "meters/meter.h"

namespace jouleprint::testing {

inline std::vector<std::string> DomainNames(const meters::Discovery& found) {
  std::vector<std::string> names;
  for (const auto& meter : found.meters) {
    for (const meters::DomainInfo& domain : meter->domains()) names.push_back(domain.name);
  }
  return names;
}

/// The domain of that name; one without a name where there is none.
inline meters::DomainInfo Domain(const meters::Discovery& found, const std::string& name) {
  for (const auto& meter : found.meters) {
    for (const meters::DomainInfo& domain : meter->domains()) {
      if (domain.name == name) return domain;
    }
  }
  return {};
}

/// Why each dropped domain was.
inline std::map<std::string, std::string> Dropped(const meters::Discovery& found) {
  std::map<std::string, std::string> dropped;
  for (const DroppedDomain& domain : found.dropped) dropped[domain.name] = domain.reason;
  return dropped;
}

/// A reading of every domain, by name.
inline std::map<std::string, meters::Reading> ReadAll(const meters::Discovery& found,
                                                      const os::Clock& clock) {
  std::map<std::string, meters::Reading> all;
  for (const auto& meter : found.meters) {
    std::vector<meters::Reading> readings(meter->domains().size());
    meter->Read(clock, readings);
    for (std::size_t i = 0; i < readings.size(); ++i) all[meter->domains()[i].name] = readings[i];
  }
  return all;
}

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_DISCOVERY_H_
