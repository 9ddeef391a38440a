#include "record/plausible.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <initializer_list>
#include <string_view>
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

// Two times from the run's start; either may be unknown.
Status CheckStretch(const std::string& field, double start_s, double end_s) {
  if (start_s < 0) return Refuse(field + "/start_s", "is negative");
  if (end_s < start_s) return Refuse(field + "/end_s", "is before its start");
  return {};
}

Status CheckTask(const std::string& field, const TaskRecord& task) {
  if (Status s = CheckStretch(field, task.start_s, task.end_s); !s.ok()) return s;
  if (Status s = CheckEstimate(field + "/energy_kwh", task.energy_kwh); !s.ok()) return s;
  for (const auto& [domain, energy_kwh] : task.domain_kwh) {
    if (energy_kwh < 0) return Refuse(field + "/domain_kwh/" + domain, "is negative");
  }
  if (task.cpu_s < 0) return Refuse(field + "/cpu_s", "is negative");
  return {};
}

Status CheckPrediction(const PredictionRecord& prediction) {
  if (prediction.epochs_seen < 0) return Refuse("/prediction/epochs_seen", "is negative");
  if (prediction.epochs_total < 0) return Refuse("/prediction/epochs_total", "is negative");
  if (prediction.at_s < 0) return Refuse("/prediction/at_s", "is negative");
  for (const auto& [field, figure] : {std::pair{"duration_s", &prediction.duration_s},
                                      {"energy_kwh", &prediction.energy_kwh},
                                      {"emissions_gco2e", &prediction.emissions_gco2e}}) {
    if (Status s = CheckEstimate(std::string("/prediction/") + field, *figure); !s.ok()) return s;
  }
  return {};
}

Status CheckWord(const std::string& field, const std::string& word,
                 std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return {};
  return Refuse(field, fmt::format("is none of {}: '{}'", fmt::join(known, ", "), word));
}

Status CheckBudget(const std::string& field, const BudgetRecord& budget) {
  if (Status s = CheckWord(field + "/unit", budget.unit, {"gCO2e", "kWh", "s"}); !s.ok()) return s;
  if (budget.limit < 0) return Refuse(field + "/limit", "is negative");
  if (budget.confidence <= 0 || budget.confidence > 1) {
    return Refuse(field + "/confidence", "is not between 0 and 1");
  }
  if (Status s = CheckWord(field + "/action", budget.action, {"warn", "pause", "stop", "exec"}); !s.ok()) {
    return s;
  }
  if (Status s = CheckWord(field + "/state", budget.state, {"kept", "will be passed", "passed"}); !s.ok()) {
    return s;
  }
  if (budget.acted_at_s.value_or(0) < 0) return Refuse(field + "/acted_at_s", "is negative");
  return budget.saved ? CheckEstimate(field + "/saved", *budget.saved) : Status();
}

Status CheckProgress(const RunRecord& run) {
  for (std::size_t i = 0; i < run.tasks.size(); ++i) {
    if (Status s = CheckTask(fmt::format("/tasks/{}", i), run.tasks[i]); !s.ok()) return s;
  }
  if (run.prediction) {
    if (Status s = CheckPrediction(*run.prediction); !s.ok()) return s;
  }
  for (std::size_t i = 0; i < run.budgets.size(); ++i) {
    if (Status s = CheckBudget(fmt::format("/budgets/{}", i), run.budgets[i]); !s.ok()) return s;
  }
  return {};
}

Status CheckRank(const RankRecord& rank) {
  if (rank.world_size < 1) return Refuse("/rank/world_size", "is less than 1");
  if (rank.rank < 0 || rank.rank >= rank.world_size) {
    return Refuse("/rank/rank", "is not between 0 and world_size - 1");
  }
  if (rank.local_world_size < 0) return Refuse("/rank/local_world_size", "is negative");
  const bool too_far = rank.local_world_size > 0 && rank.local_rank >= rank.local_world_size;
  if (rank.local_rank < 0 || too_far) {
    return Refuse("/rank/local_rank", "is not between 0 and local_world_size - 1");
  }
  return {};
}

bool IsId(const std::string& id) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  return !id.empty() && std::all_of(id.begin(), id.end(), is_letter);
}

Status CheckDistributed(const RunRecord& run) {
  if (run.rank) {
    if (Status s = CheckRank(*run.rank); !s.ok()) return s;
  }
  for (std::size_t i = 0; i < run.merged_from.size(); ++i) {
    const MergedRun& merged = run.merged_from[i];
    if (!IsId(merged.run_id)) {
      return Refuse(fmt::format("/merged_from/{}/run_id", i), "is not made of letters and digits");
    }
    if (merged.rank.value_or(0) < 0) return Refuse(fmt::format("/merged_from/{}/rank", i), "is negative");
  }
  return {};
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
  if (Status s = CheckProgress(run); !s.ok()) return s;
  if (Status s = CheckDistributed(run); !s.ok()) return s;
  return CheckFootprint(run);
}

}  // namespace jouleprint::record
