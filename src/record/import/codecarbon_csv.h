// CodeCarbon's emissions.csv as run records: a row is a run.
//
// Columns are found by name, so that files of every version are read: the 11 of its first years, the 38 of
// 3.3, and what lies between. What a row rests on (a counter, a load model, a guess) is not in the file, so
// every figure is Basis::kAssumed with the spread that CodeCarbon was found to have against a wattmeter.
// Its energies have the PUE in them; a record's have not, so they are divided by it.
#ifndef JOULEPRINT_RECORD_IMPORT_CODECARBON_CSV_H_
#define JOULEPRINT_RECORD_IMPORT_CODECARBON_CSV_H_

#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

/// Whether the text's first line has the columns that all versions have.
bool IsCodeCarbonCsv(std::string_view text);

/// The runs, in the order of the file. Of several rows of one run (it writes one at every flush, each with
/// the totals so far) the last counts. Rows that jouleprint wrote in CodeCarbon's place are left out, as
/// their runs are in a store already. The error names the line and the column.
Result<std::vector<RunRecord>> ReadCodeCarbonCsv(std::string_view text, const std::string& name);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_CODECARBON_CSV_H_
