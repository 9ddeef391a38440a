#include "job/meter_set.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "job/machine_of.h"

namespace jouleprint::job {
namespace {

// The standby model is read once a second: it costs a pass over /proc/stat.
constexpr Seconds kStandbyPeriod{1};

}  // namespace

Result<std::shared_ptr<const MeterSet>> MeterSet::Discover(const RunOptions& options,
                                                           const os::Clock& clock) {
  meters::Catalog catalog = meters::DiscoverMeters(MachineOf(options));
  if (!catalog.unmatched_gains.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "--gain names " + catalog.unmatched_gains.front() + ", and no such domain is counted here",
                 "'jouleprint doctor' lists the domains"};
  }
  if (catalog.meters.empty()) {
    return Error{ErrorCode::kNotPresent, "nothing on this machine can be measured or modelled",
                 "'jouleprint doctor' says what was looked for"};
  }
  return Of(std::move(catalog), clock, false);
}

std::shared_ptr<const MeterSet> MeterSet::Of(meters::Catalog catalog, const os::Clock& clock,
                                             bool as_traced) {
  auto set = std::make_shared<MeterSet>();
  const std::set<std::string> standby(catalog.standby.begin(), catalog.standby.end());
  for (auto& meter : catalog.meters) {
    const std::vector<meters::DomainInfo>& domains = meter->domains();
    const bool all_standby = std::all_of(domains.begin(), domains.end(), [&](const auto& domain) {
      return IsModel(domain) && standby.contains(domain.name);
    });
    const Seconds period = all_standby && !as_traced ? kStandbyPeriod : meter->period();
    meters::AcceleratorUse* const accelerators = meter->accelerator_use();
    set->meters.push_back({std::make_shared<sampling::MeterReader>(std::move(meter), clock), period});
    // Lives as long as the reader that owns the meter.
    if (accelerators != nullptr) set->accelerators.emplace_back(set->meters.back().reader, accelerators);
  }
  catalog.meters.clear();
  set->catalog = std::move(catalog);
  return set;
}

}  // namespace jouleprint::job
