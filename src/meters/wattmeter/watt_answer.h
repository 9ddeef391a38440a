// What plugs and home servers answer, as a sample each.
//
// Shapes and units are the makers': Shelly's HTTP API of the first generation
// (shelly-api-docs.shelly.cloud/gen1) and its RPC of the second and later (.../gen2, components Switch, PM1,
// EM, EM1, Cover, Light), Tasmota's Status 8 (tasmota.github.io/docs/Commands), Home Assistant's REST API
// (developers.home-assistant.io/docs/api/ rest). An answer that holds no watts is an error that says what was
// looked for.
//
// Pure. Tested by tests/meters/wattmeter/watt_answer_test.cc, fuzzed by tests/fuzz/watt_answer_fuzzer.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_ANSWER_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_ANSWER_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

/// A value and the step of the device's energy counter; 0 where there is none.
struct WattAnswer {
  WattSample sample;
  Joules energy_step{0};
};

/// Of /shelly, which every Shelly answers without a password: its generation, from 1.
Result<int> ParseShellyGeneration(std::string_view json);
/// First generation: /status, with `meters` (plugs, relays) or `emeters` (EM, 3EM).
Result<WattAnswer> ParseShellyGen1(std::string_view json, int channel);
/// Of /rpc/Shelly.GetStatus: which of the components that measure power has the number `channel`, as its
/// method is called: "Switch", "PM1", "EM", ... Nothing when none has.
Result<std::string> FindShellyComponent(std::string_view json, int channel);
/// The status of one component, /rpc/Switch.GetStatus?id=0 and its like.
Result<WattAnswer> ParseShellyComponent(std::string_view json);
/// `channel` from 1; absent: all together.
Result<WattAnswer> ParseTasmota(std::string_view json, std::optional<int> channel);
/// /api/states/ENTITY; `sample.at` is its last update.
Result<WattAnswer> ParseHass(std::string_view json);
/// Watts where an RFC 6901 pointer points: a number, or text that is one.
Result<WattAnswer> ParseWattsAt(std::string_view json, const std::string& pointer);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_ANSWER_H_
