// What a user says of a run's footprint beyond the place and its grid. Plain data.
#ifndef JOULEPRINT_FOOTPRINT_CHOICE_H_
#define JOULEPRINT_FOOTPRINT_CHOICE_H_

#include <optional>
#include <string>

namespace jouleprint {

/// What making the hardware emitted.
struct EmbodiedOption {
  enum class Kind { kTable, kGiven, kOff } kind = Kind::kTable;
  /// kGiven: of all hardware of the machine, kgCO2e.
  double low_kg = 0;
  double high_kg = 0;
  std::optional<double> lifetime_years;  ///< of the hardware; a default with its range where absent
};

struct FootprintChoice {
  EmbodiedOption embodied;
  std::optional<double> wue_l_per_kwh;  ///< absent: nobody said, and no water is told
  std::string wue_source;               ///< "given", or whose figure of the region
  std::optional<double> market_intensity_g_per_kwh;
  std::string functional_unit;       ///< R of SCI: "epoch", "request"; "" none
  std::optional<double> unit_count;  ///< absent: counted
};

}  // namespace jouleprint

#endif  // JOULEPRINT_FOOTPRINT_CHOICE_H_
