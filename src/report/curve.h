// A course over time as a picture of text: a line, and around it a band where the course is not sure.
//
//   Curve curve{start, Seconds{3600}, values};
//   for (const std::string& line : DrawCurve(curve, style, 12)) ...
//
// In braille dots where the style has them, else in ASCII. The vertical axis begins at 0 unless the whole
// course is far above it. Times are UTC.
#ifndef JOULEPRINT_REPORT_CURVE_H_
#define JOULEPRINT_REPORT_CURVE_H_

#include <string>
#include <vector>

#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"
#include "report/report.h"

namespace jouleprint::report {

struct Curve {
  UtcTime start;
  Seconds step{3600};
  std::vector<double> values;  ///< one per step; NaN is a gap
  std::vector<double> low{};   ///< of the band: as many as values, or none
  std::vector<double> high{};
};

/// `height` lines, the axis of time and its labels; none where nothing is known. At most style.width columns.
std::vector<std::string> DrawCurve(const Curve& curve, const Style& style, int height);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_CURVE_H_
