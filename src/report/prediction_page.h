// A prediction of a whole run as people and programs read it.
#ifndef JOULEPRINT_REPORT_PREDICTION_PAGE_H_
#define JOULEPRINT_REPORT_PREDICTION_PAGE_H_

#include <optional>
#include <string>

#include "forecast/predicted_emissions.h"
#include "jouleprint/epoch_forecast.h"
#include "report/report.h"

namespace jouleprint::report {

struct Prediction {
  std::string name;  ///< of the file or the run
  PredictedTotal total;
  std::optional<forecast::PricedTotal> grams;  ///< absent where the energy is not known
  std::string zone;
  double pue = 1;
  std::string why_no_energy;  ///< "" where it is known
};

/// A bar of what is behind, what is to come and how far it may go; the three totals; what was found.
std::string PredictionPage(const Prediction& prediction, const Style& style);

/// {predicted:{duration_s{}, energy_kwh{}|null, emissions_gco2e{}|null}, used:{...}, epochs_seen,
/// epochs_total, zone, pue, intensity{}|null, found[], missing{}}
std::string PredictionJson(const Prediction& prediction);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_PREDICTION_PAGE_H_
