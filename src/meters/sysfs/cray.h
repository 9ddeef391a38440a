// HPE Cray's node counters: sys/cray/pm_counters, filled ten times a second by the node's controller.
#ifndef JOULEPRINT_METERS_SYSFS_CRAY_H_
#define JOULEPRINT_METERS_SYSFS_CRAY_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Nothing is said on any other machine.
Discovery DiscoverCray(const Machine& machine);

enum class CrayUnit { kJoules, kWatts };

/// The number of "245 W" or of "8462391 J 1699022612341234 us". Nothing for another unit or anything else.
std::optional<std::uint64_t> ParseCrayLine(std::string_view line, CrayUnit unit) noexcept;

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SYSFS_CRAY_H_
