// Numbers as people read them, beyond what report.h offers to other rooms: one unit for a whole page,
// and no more digits than the interval supports.
#ifndef JOULEPRINT_REPORT_HUMANIZE_H_
#define JOULEPRINT_REPORT_HUMANIZE_H_

#include <string>
#include <string_view>

#include "jouleprint/estimate.h"

namespace jouleprint::report {

/// A unit of show: one of it is `size` kWh (energy) or `size` g (emissions).
struct DisplayUnit {
  double size = 1;
  std::string_view name;
};

/// The unit in which an amount has one to four digits before the point: mJ and J below 1 Wh, then Wh, kWh,
/// ...
DisplayUnit EnergyUnitFor(double kwh);
/// mg, g, kg, t.
DisplayUnit EmissionsUnitFor(double grams);

/// Decimals (negative: tens, hundreds) that an estimate supports in a unit: two or three digits in all.
int DecimalsFor(const Estimate& estimate, const DisplayUnit& unit);

/// The bare number: "1.24", "1240"; never "-0", and "<0.01" rather than a zero that is none.
std::string Number(double value, int decimals);
/// To so many significant digits: "1.24", "0.0031", "412".
std::string Significant(double value, int digits);

/// "1.24 kWh", in a unit and with decimals that the whole page shares.
std::string InUnit(double value, const DisplayUnit& unit, int decimals);
/// "1.24 kWh (1.18 to 1.30)".
std::string InUnit(const Estimate& estimate, const DisplayUnit& unit);

/// "82 %", "<1 %", from a fraction.
std::string Percent(double fraction);
/// "56 g/kWh (49 to 63)".
std::string HumanIntensity(const Estimate& g_per_kwh);
/// "4 epochs", "1 epoch".
std::string Counted(std::size_t count, std::string_view one, std::string_view many);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_HUMANIZE_H_
