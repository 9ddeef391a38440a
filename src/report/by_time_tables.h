// What a run that was priced by the clock shows of it: which sources, the course of intensity, and what one
// number for the whole run would have said. All empty for a run that one figure priced.
#ifndef JOULEPRINT_REPORT_BY_TIME_TABLES_H_
#define JOULEPRINT_REPORT_BY_TIME_TABLES_H_

#include <string>

#include "jouleprint/record.h"
#include "report/page.h"
#include "report/table.h"

namespace jouleprint::report {

/// More than one figure priced it.
bool PricedByTime(const RunRecord& run);

/// "by the hour; the yearly average would have said 12 % more".
std::string AverageLine(const RunRecord& run);

/// A row for each source, with its part of the energy.
Table IntensityPartsTable(const RunRecord& run, bool unicode);
/// A row for each single number.
Table SingleAveragesTable(const RunRecord& run, bool unicode);

/// Intensity and emissions over the run's time, as lines of blocks with their highest.
void AddCourse(const ByTime& by_time, Page* page);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_BY_TIME_TABLES_H_
