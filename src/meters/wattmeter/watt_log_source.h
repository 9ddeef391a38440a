// External meters that write: a growing file, a named pipe, PTDaemon's log.
//
// Of a file that was there before, the last 64 KiB are looked at for what was true just now; older lines are
// of another time. Lines without a time are of the moment at which they came, so those that stood there
// before say nothing. Tested by tests/meters/wattmeter/wattmeter_test.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_LOG_SOURCE_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_LOG_SOURCE_H_

#include <memory>

#include "jouleprint/result.h"
#include "meters/wattmeter/wattmeter_name.h"
#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

/// For names of the kinds file, pipe and ptdaemon. Opens the file: an error when it is not there.
Result<std::unique_ptr<WattSource>> OpenWattLog(const WattmeterName& name);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_LOG_SOURCE_H_
