// What a footprint holds beside the grams of the electricity, as text, Markdown and the summary show it.
#ifndef JOULEPRINT_REPORT_FOOTPRINT_TABLES_H_
#define JOULEPRINT_REPORT_FOOTPRINT_TABLES_H_

#include <string>

#include "jouleprint/record.h"
#include "report/table.h"

namespace jouleprint::report {

/// "0.81 g CO2e (0.60 to 1.2) per epoch (SCI); 1.6 L of water (1.5 to 1.7); 0 g CO2e by contracts": of these
/// what the record has, else "". Sanitised.
std::string FootprintLine(const RunRecord& run, bool unicode);

/// Electricity, hardware and their total, then BesidesTheTotal. No rows where the record has nothing but the
/// electricity's.
Table FootprintTable(const RunRecord& run, bool unicode);
/// A row for each of these that the record has: the score, the market-based figure, water.
Table BesidesTheTotal(const RunRecord& run, bool unicode);

/// A row for each kind of hardware.
Table EmbodiedTable(const RunRecord& run, bool unicode);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_FOOTPRINT_TABLES_H_
