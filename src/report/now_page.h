// The intensity of this moment, as people and programs read it.
#ifndef JOULEPRINT_REPORT_NOW_PAGE_H_
#define JOULEPRINT_REPORT_NOW_PAGE_H_

#include <string>
#include <vector>

#include "carbon/live/intensity_now.h"
#include "report/report.h"

namespace jouleprint::report {

/// A few lines: how much, how sure, of when, whose. `picture`: and the last hours as a curve.
std::string NowPage(const carbon::IntensityNow& now, const Style& style, bool picture);

/// {zone, time, intensity_g_per_kwh{value, low, high, basis, kind, source}, estimated, age_s, retrieved,
/// points[{time, gco2_per_kwh}], problems[]}; null for what does not apply.
std::string NowJson(const carbon::IntensityNow& now, const std::vector<std::string>& problems);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_NOW_PAGE_H_
