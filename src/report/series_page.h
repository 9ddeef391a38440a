// Intensity series as people and programs read them: a list, a picture of one, JSON.
#ifndef JOULEPRINT_REPORT_SERIES_PAGE_H_
#define JOULEPRINT_REPORT_SERIES_PAGE_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/series_store.h"
#include "report/report.h"

namespace jouleprint::report {

/// What a store would say of a series.
KeptSeries Described(const IntensitySeries& series);

/// A line for each: zone, kind, step, time, gaps, mean, source.
std::string SeriesList(const std::vector<KeptSeries>& series, const Style& style);
/// The picture of one series with its least, mean and most. `whole` says what time there is beside what is
/// shown; null where all is shown.
std::string SeriesPage(const IntensitySeries& series, const KeptSeries* whole, const Style& style);

/// {"series":[{zone, kind, source, step_s, from, to, missing, mean_g_per_kwh}]}
std::string SeriesListJson(const std::vector<KeptSeries>& series);
/// The same with points:[{time, gco2_per_kwh}], null for a gap.
std::string SeriesJson(const std::vector<IntensitySeries>& series);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_SERIES_PAGE_H_
