#include "record/plausible.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

namespace jouleprint::record {
namespace {

// Sums are rounded where they are made.
constexpr double kRounding = 1e-9;

Status Refuse(const std::string& field, const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, field + " " + what,
               "a record is taken in as jouleprint wrote it"};
}

Status CheckEstimate(const std::string& field, const Estimate& estimate) {
  const double slack = kRounding * std::abs(estimate.value);
  if (estimate.low > estimate.value + slack || estimate.value > estimate.high + slack) {
    return Refuse(field, "is not between its low and high");
  }
  if (estimate.value < -slack) return Refuse(field, "is negative");
  return {};
}

Status CheckDomain(const std::string& where, const DomainRecord& domain) {
  const std::string field = where + ", " + domain.name + ":";
  if (Status s = CheckEstimate(field + " energy_kwh", domain.energy_kwh); !s.ok()) return s;
  if (domain.share < 0 || domain.share > 1) return Refuse(field + " share", "is not between 0 and 1");
  return {};
}

bool IsId(const std::string& id) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  return !id.empty() && std::all_of(id.begin(), id.end(), is_letter);
}

}  // namespace

Status CheckPlausible(const RunRecord& run) {
  if (!IsId(run.run_id)) return Refuse("/run_id", "is not made of letters and digits");
  if (run.duration_s < 0) return Refuse("/duration_s", "is negative");
  if (Status s = CheckEstimate("/energy_kwh/machine", run.energy_kwh.machine); !s.ok()) return s;
  if (Status s = CheckEstimate("/energy_kwh/share", run.energy_kwh.share); !s.ok()) return s;
  if (Status s = CheckEstimate("/intensity_g_per_kwh", run.intensity.value); !s.ok()) return s;
  if (Status s = CheckEstimate("/emissions_gco2e/total", run.emissions_gco2e.total); !s.ok()) return s;
  for (const auto& [field, share] : {std::pair{"share_without_idle", &run.energy_kwh.share_without_idle},
                                     {"share_with_idle", &run.energy_kwh.share_with_idle}}) {
    if (!*share) continue;
    if (Status s = CheckEstimate(std::string("/energy_kwh/") + field, **share); !s.ok()) return s;
  }
  if (run.total) {
    if (Status s = CheckDomain("/total", *run.total); !s.ok()) return s;
  }
  for (const DomainRecord& domain : run.domains) {
    if (Status s = CheckDomain("/domains", domain); !s.ok()) return s;
  }
  return {};
}

}  // namespace jouleprint::record
