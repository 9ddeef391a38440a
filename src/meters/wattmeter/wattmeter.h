// External wattmeters: what the machine draws from the wall, as another device saw it.
//
// A user names one as KIND:WHERE (--wattmeter, JOULEPRINT_WATTMETER). Each is followed by a thread of its
// own that fetches and parses; the sampling loop only copies the latest value, which carries the time at
// which it was true. docs/meters/wattmeter.md lists the kinds with an example each.
#ifndef JOULEPRINT_METERS_WATTMETER_WATTMETER_H_
#define JOULEPRINT_METERS_WATTMETER_WATTMETER_H_

#include "jouleprint/result.h"
#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// Refuses a name that no kind understands: one sentence, with the kinds as the remedy. Opens nothing.
Status CheckWattmeter(const std::string& name);

/// One meter per name in `machine.wattmeters`; a finding for each, usable or why not. Waits for a first
/// value for a few seconds at most, all of them at once.
Discovery DiscoverWattmeters(const Machine& machine);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATTMETER_H_
