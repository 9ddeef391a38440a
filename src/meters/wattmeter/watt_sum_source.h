// Several meters as one: a machine with two power supplies draws through two outlets.
//
// All are asked one after the other, within the same period. When one does not answer there is no value: half
// of a machine would look like less power. Tested by tests/meters/wattmeter/wattmeter_http_test.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_SUM_SOURCE_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_SUM_SOURCE_H_

#include <memory>
#include <vector>

#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

/// `parts`: at least one, none of them pushed.
std::unique_ptr<WattSource> SumOf(std::vector<std::unique_ptr<WattSource>> parts);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_SUM_SOURCE_H_
