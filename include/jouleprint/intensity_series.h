// The carbon intensity of one zone, step by step, and the files that hold it.
//
//   Result<SeriesFile> file = ReadSeriesFile("grid.csv.gz", {.zone = "FR"});
//   const IntensitySeries& fr = file->series.front();
//   IntensitySeries::Mean mean = fr.MeanOver(from, to);    // g/kWh, and how much of the time is known
//
// A value covers the step that *starts* at its time. Values are g of CO2 equivalent per kWh, 0 or more; a
// step without one is a gap, never 0. What is asked over any stretch of time is answered by sums that are
// made once: O(1), well under a microsecond, whatever its length. Safe to read from any thread.
#ifndef JOULEPRINT_INTENSITY_SERIES_H_
#define JOULEPRINT_INTENSITY_SERIES_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint {

/// What an intensity counts: "average-production-lifecycle", "average-consumption-lifecycle", the same with
/// "-direct", "marginal-direct", "marginal-lifecycle", "market", "given", or "unspecified". Takes parts of a
/// kind too ("average", "average-lifecycle"), and parts in any order. kInvalidArgument for any other word.
Result<std::string> IntensityKind(std::string_view name);
/// Empty when figures of both kinds may stand in one sum or one comparison; else why not, in one sentence
/// (average beside marginal, direct beside life-cycle). What is unspecified passes for an average.
std::string WhyKindsDoNotMix(std::string_view a, std::string_view b);

struct SeriesOrigin {
  std::string zone;    ///< as its source spells it: "FR", "US-CAL-CISO", "CAISO-PGE"
  std::string kind;    ///< see IntensityKind
  std::string source;  ///< a file's name, or who published it
};

class IntensitySeries {
 public:
  /// `values_g_per_kwh[i]` covers [start + i * step, start + (i + 1) * step); NaN where there is none.
  /// `step` is 1 minute to 1 hour and divides an hour.
  IntensitySeries(SeriesOrigin origin, UtcTime start, Seconds step, std::vector<double> values_g_per_kwh);

  const std::string& zone() const { return origin_.zone; }
  const std::string& kind() const { return origin_.kind; }
  const std::string& source() const { return origin_.source; }
  UtcTime start() const { return start_; }
  /// Where the last step ends.
  UtcTime end() const;
  Seconds step() const { return step_; }
  std::span<const double> values() const { return values_; }
  /// Steps without a value.
  std::size_t missing() const { return values_.size() - known_; }

  /// Nothing outside the series and in a gap.
  std::optional<GramsPerKwh> At(UtcTime time) const;

  struct Mean {
    GramsPerKwh intensity{0};  ///< time-weighted, over the part that is known; 0 where nothing is
    double covered = 0;        ///< 0 to 1: how much of the time is known
  };
  /// Of [from, to). A stretch without length is the moment itself.
  Mean MeanOver(UtcTime from, UtcTime to) const;
  /// The steps that lie in [from, to), wholly or in part; none where the two do not meet.
  IntensitySeries Part(UtcTime from, UtcTime to) const;

 private:
  /// Of the known values in some steps: their sum, and how many they are.
  struct Sum {
    double values = 0;
    double known = 0;
  };

  /// Steps and parts of steps from start_ to `time`.
  double StepsTo(UtcTime time) const;
  /// From start_ to a position in steps.
  Sum SumTo(double steps) const;

  SeriesOrigin origin_;
  UtcTime start_;
  Seconds step_;
  std::vector<double> values_;
  std::vector<Sum> sums_;  // of all before every 16th step: the rest is added when it is asked for
  std::size_t known_ = 0;
};

/// What a file is read as. Fields that are empty say nothing.
struct SeriesFileOptions {
  std::string zone{};    ///< only this zone's rows; where the file has no column `zone`, what all are of
  std::string kind{};    ///< of all rows where the file has no column `kind`, else only such rows
  std::string unit{};    ///< "g/kWh", "kg/MWh", "lb/MWh", "t/MWh", "kg/kWh"; "": as the file says, else g/kWh
  std::string source{};  ///< default: the file's name
};

struct SeriesFile {
  std::vector<IntensitySeries> series;  ///< one per zone and kind, sorted
  std::vector<std::string> notes;       ///< what was mended by rule, a sentence each: repeats, order, gaps
};

/// Reads `timestamp_utc,zone,gco2_per_kwh[,kind]`, plain or gzip, columns in any order, other columns passed
/// over. Any step of 1 minute to 1 hour; each zone may have its own. docs/formats/series.md has the rules.
/// kInvalidArgument with file, line, field and the remedy, also where the values look like another unit than
/// g/kWh and `unit` is empty; kNotFound where no row is of `zone`.
Result<SeriesFile> ReadSeriesFile(const std::string& path, const SeriesFileOptions& options = {});
/// The same of a text in memory; `name` stands for the file in messages.
Result<SeriesFile> ReadSeriesText(std::string_view text, const std::string& name,
                                  const SeriesFileOptions& options = {});
/// Several files as one: the same zone and kind of several files become one series, where a later file
/// overrides an earlier one. kInvalidArgument where kinds or steps of a zone contradict each other.
Result<SeriesFile> ReadSeriesFiles(const std::vector<std::string>& paths,
                                   const SeriesFileOptions& options = {});

/// The one series among many that a zone and a kind mean; either may be empty where there is no choice.
/// kNotFound and kInvalidArgument name what there is to choose from; `where` stands for it in messages.
Result<const IntensitySeries*> ChooseSeries(const std::vector<IntensitySeries>& series,
                                            const std::string& zone, const std::string& kind,
                                            const std::string& where);

/// As CSV that ReadSeriesFile reads back: `timestamp_utc,zone,gco2_per_kwh,kind`, a row per step, and no
/// value in a gap.
std::string SeriesCsv(const std::vector<IntensitySeries>& series);

}  // namespace jouleprint

#endif  // JOULEPRINT_INTENSITY_SERIES_H_
