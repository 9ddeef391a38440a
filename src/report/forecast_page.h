// A forecast of a grid's intensity as people and programs read it.
#ifndef JOULEPRINT_REPORT_FORECAST_PAGE_H_
#define JOULEPRINT_REPORT_FORECAST_PAGE_H_

#include <string>

#include "jouleprint/grid_forecast.h"
#include "jouleprint/intensity_series.h"
#include "report/report.h"

namespace jouleprint::report {

/// The picture with its band, the next hours, and the cleanest windows of some lengths.
std::string ForecastPage(const GridForecast& forecast, const IntensitySeries& past, const Style& style);

/// {zone, kind, issued, step_s, method, points:[{time, gco2_per_kwh:{value, low, high, basis}}]}
std::string ForecastJson(const GridForecast& forecast, const IntensitySeries& past);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_FORECAST_PAGE_H_
