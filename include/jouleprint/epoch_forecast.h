// From the epochs that a training run has finished to what all of them will take.
//
//   std::vector<UnitCost> units{{31.0, 0.020}, {28.1, 0.021}};   // two finished epochs
//   Result<PredictedTotal> total = PredictTotal(units, 90);
//   total->duration_s.value, .low, .high                          // seconds for all 90
//
// Training and evaluation are separate costs, each with its own rhythm: a first unit that is slow because
// caches and compilers warm up, evaluations that come late or every m-th epoch, drift, steps. Pure; any
// thread. The method, its constants and how well it holds: docs/prediction.md.
#ifndef JOULEPRINT_EPOCH_FORECAST_H_
#define JOULEPRINT_EPOCH_FORECAST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/result.h"

namespace jouleprint {

/// A finished unit of a run: an epoch, a block of steps, or an evaluation between two of them.
struct UnitCost {
  double duration_s = 0;
  std::optional<double> energy_kwh;  ///< absent: not known, and no energy is predicted
  bool eval = false;                 ///< an evaluation of its own, no training epoch
};

/// All of a run: what is behind it and what is to come.
struct PredictedTotal {
  std::int64_t epochs_seen = 0;
  std::int64_t epochs_total = 0;
  Estimate duration_s;
  std::optional<Estimate> energy_kwh;
  double used_s = 0;  ///< behind it: exact, and part of duration_s
  std::optional<double> used_kwh;
  /// What was found in the units and counted on: a sentence each, for people.
  std::vector<std::string> found;
};

/// `units` in the order in which they were run; `total_epochs` counts training epochs (every unit that is no
/// `eval`). With all of them seen the totals are exact sums. Energy is predicted where every unit has one.
/// kInvalidArgument: no training unit, more of them than `total_epochs`, a figure that is negative or not
/// finite.
Result<PredictedTotal> PredictTotal(const std::vector<UnitCost>& units, std::int64_t total_epochs);

}  // namespace jouleprint

#endif  // JOULEPRINT_EPOCH_FORECAST_H_
