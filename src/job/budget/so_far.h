// What a run has used, and what all of it is predicted to, in the unit of a budget.
#ifndef JOULEPRINT_JOB_BUDGET_SO_FAR_H_
#define JOULEPRINT_JOB_BUDGET_SO_FAR_H_

#include <cstdint>
#include <optional>

#include "job/live_prediction.h"
#include "jouleprint/budget.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"

namespace jouleprint::job {

struct SoFar {
  Seconds elapsed{0};
  double energy_kwh = 0;
  double emissions_gco2e = 0;
  std::int64_t epochs_done = 0;                  ///< training epochs
  std::optional<PredictionRecord> prediction{};  ///< Foretold::reported
};

inline std::optional<PredictionRecord> ReportedOf(const std::optional<Foretold>& foretold) {
  if (!foretold) return std::nullopt;
  return foretold->reported;
}

inline double UsedOf(BudgetUnit unit, const SoFar& so_far) {
  switch (unit) {
    case BudgetUnit::kGramsCo2e:
      return so_far.emissions_gco2e;
    case BudgetUnit::kKilowattHours:
      return so_far.energy_kwh;
    case BudgetUnit::kSeconds:
      break;
  }
  return so_far.elapsed.value();
}

inline std::optional<Estimate> PredictedOf(BudgetUnit unit, const SoFar& so_far) {
  if (!so_far.prediction) return std::nullopt;
  switch (unit) {
    case BudgetUnit::kGramsCo2e:
      return so_far.prediction->emissions_gco2e;
    case BudgetUnit::kKilowattHours:
      return so_far.prediction->energy_kwh;
    case BudgetUnit::kSeconds:
      break;
  }
  return so_far.prediction->duration_s;
}

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_SO_FAR_H_
