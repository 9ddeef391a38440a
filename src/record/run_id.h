// The id of a run: a ULID (https://github.com/ulid/spec), 26 characters of Crockford's base 32.
//
//   record::MakeRunId(clock.Utc())  ->  "01KAN4Y8M3Q6V1T0Z9B2C5D7EF"
//
// The first 10 characters are the time in milliseconds, so ids sort by start time; the other 16 are
// 80 random bits, so that runs started in the same millisecond on many machines still differ.
#ifndef JOULEPRINT_RECORD_RUN_ID_H_
#define JOULEPRINT_RECORD_RUN_ID_H_

#include <array>
#include <cstdint>
#include <string>

#include "jouleprint/utc_time.h"

namespace jouleprint::record {

/// Of the time (before 1970 counts as 1970) and what tells runs of one millisecond apart.
std::string RunIdOf(UtcTime start, const std::array<std::uint8_t, 10>& tail);

/// Safe to call from any thread. Times before 1970 count as 1970.
std::string MakeRunId(UtcTime start);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_RUN_ID_H_
