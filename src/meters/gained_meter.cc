#include "meters/gained_meter.h"

#include <fmt/format.h>

namespace jouleprint::meters {

GainedMeter::GainedMeter(std::unique_ptr<Meter> meter, const std::map<std::string, double>& gains)
    : meter_(std::move(meter)), domains_(meter_->domains()) {
  for (DomainInfo& domain : domains_) {
    const auto gain = gains.find(domain.name);
    if (gain == gains.end()) continue;
    domain.gain = gain->second;
    domain.source += fmt::format(", times {:g} as given", gain->second);
  }
}

void GainedMeter::Keep(const std::vector<bool>& wanted) {
  meter_->Keep(wanted);
  KeepWanted(wanted, &domains_);
}

}  // namespace jouleprint::meters
