// A power series as bytes, for a store: docs/formats/store.md has the layout. 8 bytes a bin, so that
// a week of a machine with ten domains is under a megabyte.
#ifndef JOULEPRINT_RECORD_SERIES_BLOB_H_
#define JOULEPRINT_RECORD_SERIES_BLOB_H_

#include <string>
#include <string_view>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

/// Refuses a series whose domains have different numbers of bins, and one beyond any sensible size.
Result<std::string> EncodeSeries(const PowerSeries& series);
/// Takes any bytes: refuses what EncodeSeries did not write, and never allocates more than a few
/// times the size of `blob`.
Result<PowerSeries> DecodeSeries(std::string_view blob);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_SERIES_BLOB_H_
