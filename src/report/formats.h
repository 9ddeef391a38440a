// One function per report format; Render (report.h) chooses.
#ifndef JOULEPRINT_REPORT_FORMATS_H_
#define JOULEPRINT_REPORT_FORMATS_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "report/report.h"

namespace jouleprint::report {

std::string TextReport(const RunRecord& run, const std::optional<PowerSeries>& series, const Style& style);
std::string TextComparison(const std::vector<RunRecord>& runs, const Style& style);
std::string MarkdownReport(const RunRecord& run);
std::string MarkdownComparison(const std::vector<RunRecord>& runs);
/// RFC 4180, with the heading; columns as docs/report.md lists them.
std::string CsvReport(const std::vector<RunRecord>& runs);
std::string JsonReport(const std::vector<RunRecord>& runs);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_FORMATS_H_
