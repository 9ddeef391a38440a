// One month of an intensity series, as a store keeps it: docs/formats/store.md has the layout.
#ifndef JOULEPRINT_RECORD_SERIES_MONTH_H_
#define JOULEPRINT_RECORD_SERIES_MONTH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/intensity_series.h"
#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::record {

/// Months since January of year 0, in UTC, and where each begins.
std::int64_t MonthOf(UtcTime time);
UtcTime MonthStart(std::int64_t month);

/// Cuts a series where its steps begin in another month. Months without a value are left out.
std::vector<IntensitySeries> ByMonth(const IntensitySeries& series);

/// IEEE 754 doubles, little-endian; NaN for a gap: what is read back is what was kept, to the last bit.
std::string EncodeSteps(const IntensitySeries& series);
/// Takes any bytes. kCorrupt for what EncodeSteps did not write, and for values that no grid has.
Result<std::vector<double>> DecodeSteps(std::string_view blob);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SERIES_MONTH_H_
