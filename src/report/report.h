// A run as people read it: the summary after a run, and the report formats.
// Pure functions from a record to text; no I/O. `Style` says whether colour and width are wanted.
#ifndef JOULEPRINT_REPORT_REPORT_H_
#define JOULEPRINT_REPORT_REPORT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::report {

struct Style {
  bool color = false;
  bool unicode = true;  ///< false: plain ASCII bars
  int width = 80;
};

/// The summary that a person reads in five seconds: energy with its interval, what it is made of
/// (bars), carbon with zone and source, two comparisons that fit the size, what is weakest in the
/// figure and how to make it better. `record_path` and `next_command` are shown at the end when not empty.
std::string Summary(const RunRecord& run, const Style& style, std::string_view record_path,
                    std::string_view next_command);

enum class Format { kText, kMarkdown, kCsv, kJson };
std::optional<Format> FormatFromName(std::string_view name);
/// One or more runs in one document; kInvalidArgument for none. `series[i]` belongs to runs[i]; may be
/// absent.
Result<std::string> Render(const std::vector<RunRecord>& runs,
                           const std::vector<std::optional<PowerSeries>>& series, Format format,
                           const Style& style);

/// A line of `runs list` and its heading live in runs_table.h; the live line of `run --live` in live_line.h.

/// What a figure is, in a unit that fits it and three digits: "1.24 kWh", "36.0 Wh", and below 1 Wh "512 J";
/// "310 mg", "3.10 g", "12.0 kg". Never "-0", "inf" or "nan": a figure that is none reads "not known".
std::string HumanEnergy(double kwh);
std::string HumanEmissions(double grams);
std::string HumanPower(double watts);
std::string HumanDuration(double seconds);
/// "1.24 kWh (1.18 to 1.30)", with the digits that the interval supports; no interval where it would not
/// show.
std::string HumanEnergy(const Estimate& kwh);
std::string HumanEmissions(const Estimate& grams);

/// Two comparisons that fit the size of an emission, from data/equivalences.csv:
/// "driving a car (EU) for 3.2 km", ... One that says "less than" when it is tiny; none for 0 or what is too
/// large.
std::vector<std::string> Comparisons(double grams);

/// What is weakest in a run's figures (the part with the widest say in the interval of its emissions) and
/// what would make it better, one sentence each. Both are empty when there is nothing to say.
struct Advice {
  std::string weakest;
  std::string remedy;
};
Advice Weakest(const RunRecord& run);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_REPORT_H_
