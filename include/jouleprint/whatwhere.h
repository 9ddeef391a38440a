// The same run at every hour of a series and in every zone of it: what it would have emitted there and then.
//
//   Result<SeriesFile> file = ReadSeriesFiles({"zones.csv.gz"});
//   Result<Whatwhere> answer = CompareStarts(run, file->series, Seconds{3600});
//   answer->zones.front();          // the zone with the lowest mean: its best and worst start, and between
//
// After the figure of Dodge et al., "Measuring the Carbon Intensity of AI in Cloud Instances" (FAccT 2022,
// arXiv:2206.05229), for any run. The run keeps its duration, its course of energy and its PUE; the prices
// are exact sums of each step's energy and intensity. Only operational emissions move: making the hardware
// does not depend on where it runs. O(zones x starts x steps of the series that the run lasts); 75 zones, a
// year of hourly starts and a day's run take some 100 ms. Pure; safe from any thread.
#ifndef JOULEPRINT_WHATWHERE_H_
#define JOULEPRINT_WHATWHERE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint {

struct StartPrice {
  UtcTime start;
  double gco2e = 0;
};

struct MonthPrices {
  int year = 0;
  int month = 0;  ///< 1 to 12, of the start, in UTC
  double mean_gco2e = 0;
  StartPrice best;
};

/// One zone, over all starts at which its series knows the whole run.
struct ZonePrices {
  std::string zone;
  std::string kind;
  std::string source;
  std::size_t starts = 0;
  std::size_t skipped = 0;  ///< starts at which the run would reach into a gap or beyond the series' end
  StartPrice best;
  StartPrice worst;
  double mean_gco2e = 0;
  double p05_gco2e = 0;
  double p95_gco2e = 0;
  std::vector<MonthPrices> months;
};

struct Whatwhere {
  std::string run_id;
  double energy_kwh = 0;  ///< of the machine, without PUE
  double duration_s = 0;
  double pue = 1;
  std::string zone;  ///< of this run
  /// What this run emitted, in the series' kind; absent where its record has another kind only.
  std::optional<double> gco2e;
  std::vector<ZonePrices> zones;   ///< lowest mean first
  std::vector<std::string> notes;  ///< zones that could not be priced, and why there is no figure of this run
};

/// Starts are the multiples of `every` in UTC, of each series' own span. kInvalidArgument where series are of
/// kinds that contradict each other, the run's energy is not known, or it fits into none.
Result<Whatwhere> CompareStarts(const RunRecord& run, const std::vector<IntensitySeries>& series,
                                Seconds every);

/// How much lower the second is than the first, in percent.
double SavingPercent(double from_gco2e, double to_gco2e);

}  // namespace jouleprint

#endif  // JOULEPRINT_WHATWHERE_H_
