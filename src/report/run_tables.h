// The tables that text and Markdown share: domains, epochs, and several runs against the first.
#ifndef JOULEPRINT_REPORT_RUN_TABLES_H_
#define JOULEPRINT_REPORT_RUN_TABLES_H_

#include <cstddef>
#include <vector>

#include "jouleprint/record.h"
#include "report/table.h"

namespace jouleprint::report {

Table DomainTable(const RunRecord& run, bool unicode);

/// The first and the last epochs where there are many; `left_out` says how many stand between them.
struct EpochTable {
  Table table;
  std::size_t left_out = 0;
};
EpochTable EpochsOf(const RunRecord& run, bool unicode);

/// One row per run; energy, emissions and time, each with its factor to the first run's energy.
Table ComparisonTable(const std::vector<RunRecord>& runs, bool unicode);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_RUN_TABLES_H_
