// `runs list` as a table.
#ifndef JOULEPRINT_REPORT_RUNS_TABLE_H_
#define JOULEPRINT_REPORT_RUNS_TABLE_H_

#include <string>
#include <vector>

#include "jouleprint/store.h"
#include "report/report.h"

namespace jouleprint::report {

std::string RunsTable(const std::vector<RunSummary>& runs, const Style& style);
/// The same as a JSON array, the fields named as in the record.
std::string RunsJson(const std::vector<RunSummary>& runs);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_RUNS_TABLE_H_
