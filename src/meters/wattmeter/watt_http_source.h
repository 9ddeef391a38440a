// External meters that are asked over HTTP: plugs of Shelly and Tasmota, Home Assistant, any URL with JSON.
//
// Each answer is of the moment at which it came, but for Home Assistant, which says when a value changed.
// Passwords come from variables (JOULEPRINT_SHELLY_PASSWORD, JOULEPRINT_TASMOTA_PASSWORD,
// JOULEPRINT_HASS_TOKEN) and stand in no message. Tested by tests/meters/wattmeter/wattmeter_http_test.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_HTTP_SOURCE_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_HTTP_SOURCE_H_

#include <memory>

#include "jouleprint/result.h"
#include "meters/wattmeter/wattmeter_name.h"
#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

/// For names of the kinds shelly, tasmota, hass and http. An error without libcurl; asks nobody yet.
Result<std::unique_ptr<WattSource>> OpenWattHttp(const WattmeterName& name);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_HTTP_SOURCE_H_
