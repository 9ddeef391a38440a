// A run elsewhere and at other times, as a page: the best and the worst start, and a box for each zone.
#ifndef JOULEPRINT_REPORT_WHATWHERE_PAGE_H_
#define JOULEPRINT_REPORT_WHATWHERE_PAGE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "jouleprint/whatwhere.h"
#include "report/report.h"

namespace jouleprint::report {

/// The first `top` zones and the run's own; 0 for all. `title` names the run.
std::string WhatwherePage(const Whatwhere& answer, std::string_view title, std::size_t top,
                          const Style& style);

/// From the best to the worst start a thin line, thick where nine of ten starts lie; a mark where this run
/// is.
std::string RangeBox(const ZonePrices& zone, const std::optional<double>& own_gco2e, double top_gco2e,
                     int width, bool unicode);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_WHATWHERE_PAGE_H_
