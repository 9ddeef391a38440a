// Bars and sparklines: a share or a course of power at one glance.
#ifndef JOULEPRINT_REPORT_BARS_H_
#define JOULEPRINT_REPORT_BARS_H_

#include <string>
#include <vector>

namespace jouleprint::report {

/// `fraction` of `width` columns in eighths of a block, padded to `width`. Whatever is above 0 shows.
std::string Bar(double fraction, int width, bool unicode);

/// One column per value, its height against `top`; a value of 0 is blank.
std::string Sparkline(const std::vector<double>& values, double top, bool unicode);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_BARS_H_
