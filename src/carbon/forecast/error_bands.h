// How far off forecasts were, by how far ahead they looked: the interval of the next one.
#ifndef JOULEPRINT_CARBON_FORECAST_ERROR_BANDS_H_
#define JOULEPRINT_CARBON_FORECAST_ERROR_BANDS_H_

#include <cstddef>
#include <vector>

namespace jouleprint::carbon {

/// Quantiles of past errors, signed and in logarithms. Recent ones count more, for grids change; and a few
/// wide ones are imagined on either side, which decide while there is little else.
class ErrorBands {
 public:
  ErrorBands();

  /// An error of a forecast made so many days ago for a time `lead_h` hours ahead: log of truth by forecast.
  void Add(std::size_t lead_h, double days_ago, double log_error);
  /// Once after all were added.
  void Close();

  struct Band {
    double low;
    double high;
  };
  /// Bounds of the 90 % interval of the log error.
  Band At(std::size_t lead_h) const { return bands_[lead_h]; }

 private:
  struct Sample {
    double error;
    double weight;
  };
  std::vector<std::vector<Sample>> samples_;
  std::vector<Band> bands_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_ERROR_BANDS_H_
