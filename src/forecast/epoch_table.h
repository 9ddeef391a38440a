// Finished epochs from a file: CSV with a first line that names `duration_s` and, in any order, `epoch`,
// `energy_kwh` and `kind`; a row per epoch, or other repeated unit, in the order in which they ran.
//
//   Result<EpochTable> table = ReadEpochFile("epochs.csv.gz");   // plain or gzip; "-": standard input
//   PredictTotal(FirstUnits(table->units, 5), 90);
//
// docs/prediction.md has the rules. Pure but for the reading; any thread.
#ifndef JOULEPRINT_FORECAST_EPOCH_TABLE_H_
#define JOULEPRINT_FORECAST_EPOCH_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/epoch_forecast.h"
#include "jouleprint/result.h"

namespace jouleprint::forecast {

struct EpochTable {
  std::vector<UnitCost> units;
  std::string why_no_energy;  ///< "" where every unit has one
};

/// kInvalidArgument names the file, the line and the field, and the remedy.
Result<EpochTable> ReadEpochFile(const std::string& path);
/// The same of a text in memory; `name` stands for the file in messages.
Result<EpochTable> ReadEpochText(std::string_view text, const std::string& name);

/// The units until `training_units` training units and the evaluations behind them have ended; all of them
/// where there are fewer.
std::vector<UnitCost> FirstUnits(const std::vector<UnitCost>& units, std::int64_t training_units);
std::int64_t TrainingUnits(const std::vector<UnitCost>& units);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_EPOCH_TABLE_H_
