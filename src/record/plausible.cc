#include "record/plausible.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

namespace jouleprint::record {
namespace {

// Sums are rounded where they are made.
constexpr double kRounding = 1e-9;
// Bins are of some minutes, and wider only where a run lasts for weeks.
constexpr double kNarrowestBin_s = 1;
constexpr double kWidestBin_s = 86'400;

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

Status CheckByTime(const ByTime& by_time) {
  if (!(by_time.bin_s >= kNarrowestBin_s && by_time.bin_s <= kWidestBin_s)) {
    return Refuse("/by_time/bin_s", "is not between 1 s and a day");
  }
  for (const auto& [field, values] : {std::pair{"energy_kwh", &by_time.energy_kwh},
                                      {"intensity_g_per_kwh", &by_time.intensity_g_per_kwh},
                                      {"gco2e", &by_time.gco2e}}) {
    for (std::size_t i = 0; i < values->size(); ++i) {
      if ((*values)[i] < 0) return Refuse(fmt::format("/by_time/{}/{}", field, i), "is negative");
    }
  }
  return {};
}

Status CheckFootprint(const RunRecord& run) {
  const Emissions& emissions = run.emissions_gco2e;
  for (const auto& [field, part] :
       {std::pair{"embodied", &emissions.embodied}, {"operational_market", &emissions.operational_market}}) {
    if (!*part) continue;
    if (Status s = CheckEstimate(std::string("/emissions_gco2e/") + field, **part); !s.ok()) return s;
  }
  if (run.water) {
    if (run.water->wue_l_per_kwh < 0) return Refuse("/water/wue_l_per_kwh", "is negative");
    if (Status s = CheckEstimate("/water/litres", run.water->litres); !s.ok()) return s;
  }
  for (std::size_t i = 0; i < run.embodied_parts.size(); ++i) {
    const EmbodiedPart& part = run.embodied_parts[i];
    for (const auto& [field, figure] : {std::pair{"making_kgco2e", &part.making_kgco2e},
                                        {"lifetime_h", &part.lifetime_h},
                                        {"gco2e", &part.gco2e}}) {
      if (Status s = CheckEstimate(fmt::format("/embodied_parts/{}/{}", i, field), *figure); !s.ok())
        return s;
    }
  }
  return run.by_time ? CheckByTime(*run.by_time) : Status();
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
  if (Status s = CheckEstimate("/emissions_gco2e/operational", run.emissions_gco2e.operational); !s.ok())
    return s;
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
  return CheckFootprint(run);
}

}  // namespace jouleprint::record
