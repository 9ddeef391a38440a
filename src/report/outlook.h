// What was foretold of a run and what limits it was given, in words and as tables: for the live line, the
// summary and the reports.
#ifndef JOULEPRINT_REPORT_OUTLOOK_H_
#define JOULEPRINT_REPORT_OUTLOOK_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "jouleprint/record.h"
#include "report/table.h"

namespace jouleprint::report {

/// "all 90: 2.1 kWh (1.9 to 2.4), 7 h 10 min".
std::string PredictionShort(const PredictionRecord& prediction);
/// "after 1 of 90 epochs, all are predicted to take 2.1 kWh (1.9 to 2.4), 812 g CO2e (640 to 990), 7 h 10 min
/// (6 h 50 min to 7 h 40 min)".
std::string PredictionLine(const PredictionRecord& prediction);

/// The run ended before the epochs that it was predicted for.
bool EndedEarly(const RunRecord& run);
/// Of a run that ended early, what was predicted for all of it; "" otherwise.
std::string PredictionOfEarlyEnd(const RunRecord& run);

/// What came of a budget, in a sentence: "stopped at epoch 12 of 90 by the budget of 500 g: ...", "500 g:
/// kept, 312 g used".
std::string BudgetLine(const RunRecord& run, const BudgetRecord& budget, bool unicode);
/// A budget that changed what became of the run.
bool BudgetActed(const BudgetRecord& budget);

/// One row per budget.
Table BudgetTable(const RunRecord& run, bool unicode);
/// One row per task, those within others further in by `indent`. Of many the first; `left_out` says how many
/// follow.
struct TaskTable {
  Table table;
  std::size_t left_out = 0;
};
TaskTable TasksOf(const RunRecord& run, bool unicode, std::string_view indent);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_OUTLOOK_H_
