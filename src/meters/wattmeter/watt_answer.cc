#include "meters/wattmeter/watt_answer.h"

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

using nlohmann::json;

constexpr double kJoulesPerWattHour = 3600;
// Gen1 counts whole watt-minutes on a relay, watt-hours with a decimal on an energy meter.
constexpr double kJoulesPerWattMinute = 60;
constexpr Joules kGen1EmeterStep{0.1 * kJoulesPerWattHour};
// aenergy.total has three decimals of a watt-hour.
constexpr Joules kGen2Step{0.001 * kJoulesPerWattHour};
// Total has three decimals of a kilowatt-hour, where the user has not set fewer (EnergyRes).
constexpr Joules kTasmotaStep{0.001 * kJoulesPerKwh};
constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

// Components of a Shelly that measure, and what they call their power.
struct ShellyComponent {
  const char* key;
  const char* method;
};
constexpr std::array<ShellyComponent, 6> kShellyComponents{{{"switch", "Switch"},
                                                            {"pm1", "PM1"},
                                                            {"em", "EM"},
                                                            {"em1", "EM1"},
                                                            {"cover", "Cover"},
                                                            {"light", "Light"}}};
constexpr std::array<const char*, 3> kShellyPowers{"apower", "total_act_power", "act_power"};

Error Nonsense(std::string message, std::string hint) {
  return {ErrorCode::kCorrupt, std::move(message), std::move(hint)};
}

Result<json> ParseObject(std::string_view text) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_object()) return parsed;
  return Nonsense("what it answers is no JSON object",
                  "is this the address of the meter, and of the right kind?");
}

const json* Member(const json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::optional<double> NumberOf(const json* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

std::optional<double> NumberAt(const json& object, const char* key) { return NumberOf(Member(object, key)); }

std::optional<double> NumberIn(const json& value) {
  if (!value.is_string()) return NumberOf(&value);
  double number = 0;
  const bool parsed = os::ParseDouble(value.get_ref<const std::string&>(), &number);
  return parsed && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string TextAt(const json& object, const char* key) {
  const json* value = Member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

WattAnswer AnswerOf(double watts, std::optional<Joules> total, Joules step) {
  return {{.power = Watts{watts}, .total_energy = total, .at = {}}, step};
}

std::optional<double> PowerOfComponent(const json& component) {
  for (const char* key : kShellyPowers) {
    if (const auto power = NumberAt(component, key)) return power;
  }
  return std::nullopt;
}

// A number, or one per channel.
std::optional<double> OfChannels(const json* value, std::optional<int> channel) {
  if (value == nullptr || !value->is_array())
    return channel.value_or(1) == 1 ? NumberOf(value) : std::nullopt;
  if (channel) {
    const bool has = *channel >= 1 && static_cast<std::size_t>(*channel) <= value->size();
    return has ? NumberOf(&(*value)[static_cast<std::size_t>(*channel - 1)]) : std::nullopt;
  }
  std::optional<double> sum;
  for (const json& one : *value) {
    const auto number = NumberOf(&one);
    if (!number) return std::nullopt;
    sum = sum.value_or(0) + *number;
  }
  return sum;
}

// How many watts, or joules, one of a unit is.
struct Unit {
  std::string_view name;
  double factor;
  bool is_energy;
};
constexpr std::array<Unit, 7> kUnits{{{"W", 1, false},
                                      {"kW", 1e3, false},
                                      {"mW", 1e-3, false},
                                      {"MW", 1e6, false},
                                      {"Wh", kJoulesPerWattHour, true},
                                      {"kWh", kJoulesPerKwh, true},
                                      {"MWh", 1e3 * kJoulesPerKwh, true}}};

const Unit* UnitNamed(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

}  // namespace

Result<int> ParseShellyGeneration(std::string_view text) {
  const Result<json> about = ParseObject(text);
  if (!about.ok()) return about.error();
  // The first generation names its type and no generation.
  if (Member(*about, "type") != nullptr) return 1;
  const auto generation = NumberAt(*about, "gen");
  if (generation && *generation >= 2 && *generation < 100) return static_cast<int>(*generation);
  return Nonsense("what answers there is no Shelly", "is this the address of the plug?");
}

Result<WattAnswer> ParseShellyGen1(std::string_view text, int channel) {
  const Result<json> status = ParseObject(text);
  if (!status.ok()) return status.error();
  for (const char* key : {"emeters", "meters"}) {
    const json* meters = Member(*status, key);
    if (meters == nullptr || !meters->is_array() || static_cast<std::size_t>(channel) >= meters->size())
      continue;
    const json& meter = (*meters)[static_cast<std::size_t>(channel)];
    const auto power = NumberAt(meter, "power");
    if (!power) continue;
    const bool emeter = std::string_view(key) == "emeters";
    const double joules = emeter ? kJoulesPerWattHour : kJoulesPerWattMinute;
    const auto total = NumberAt(meter, "total");
    return AnswerOf(*power, total ? std::optional(Joules{*total * joules}) : std::nullopt,
                    emeter ? kGen1EmeterStep : Joules{kJoulesPerWattMinute});
  }
  return Nonsense("this Shelly measures no power on channel " + std::to_string(channel),
                  "channels count from 0, as in shelly:192.168.1.20/0; not every model measures");
}

Result<std::string> FindShellyComponent(std::string_view text, int channel) {
  const Result<json> status = ParseObject(text);
  if (!status.ok()) return status.error();
  for (const ShellyComponent& component : kShellyComponents) {
    const std::string key = std::string(component.key) + ":" + std::to_string(channel);
    const json* found = Member(*status, key.c_str());
    if (found != nullptr && PowerOfComponent(*found)) return std::string(component.method);
  }
  return Nonsense("this Shelly measures no power on channel " + std::to_string(channel),
                  "channels count from 0, as in shelly:192.168.1.20/0; not every model measures");
}

Result<WattAnswer> ParseShellyComponent(std::string_view text) {
  const Result<json> status = ParseObject(text);
  if (!status.ok()) return status.error();
  const auto power = PowerOfComponent(*status);
  if (!power) return Nonsense("this Shelly's answer holds no power (apower)", "is its firmware up to date?");
  const json* energy = Member(*status, "aenergy");
  const auto total = energy == nullptr ? std::nullopt : NumberAt(*energy, "total");
  if (!total) return AnswerOf(*power, std::nullopt, Joules{0});
  return AnswerOf(*power, Joules{*total * kJoulesPerWattHour}, kGen2Step);
}

Result<WattAnswer> ParseTasmota(std::string_view text, std::optional<int> channel) {
  const Result<json> answer = ParseObject(text);
  if (!answer.ok()) return answer.error();
  // With the status 200, whatever the password.
  if (Member(*answer, "WARNING") != nullptr) {
    return Error{ErrorCode::kNotPermitted, "this Tasmota wants a password",
                 "put it into the variable JOULEPRINT_TASMOTA_PASSWORD"};
  }
  const json* status = Member(*answer, "StatusSNS");
  const json* energy = status == nullptr ? nullptr : Member(*status, "ENERGY");
  const auto power = energy == nullptr ? std::nullopt : OfChannels(Member(*energy, "Power"), channel);
  if (!power) {
    return Nonsense("this Tasmota measures no power" +
                        (channel ? " on channel " + std::to_string(*channel) : std::string()) +
                        " (no StatusSNS.ENERGY.Power)",
                    "not every plug measures; channels count from 1, as in tasmota:192.168.1.21/1");
  }
  const auto total = OfChannels(Member(*energy, "Total"), channel);
  if (!total) return AnswerOf(*power, std::nullopt, Joules{0});
  return AnswerOf(*power, FromKilowattHours(*total), kTasmotaStep);
}

Result<WattAnswer> ParseHass(std::string_view text) {
  const Result<json> state = ParseObject(text);
  if (!state.ok()) return state.error();
  const std::string value = TextAt(*state, "state");
  if (value == "unavailable" || value == "unknown") {
    return Error{ErrorCode::kNotPresent, "Home Assistant says that this entity is " + value,
                 "see in Home Assistant whether the device is on and reached"};
  }
  const json* attributes = Member(*state, "attributes");
  const std::string unit = attributes == nullptr ? "" : TextAt(*attributes, "unit_of_measurement");
  double number = 0;
  const Unit* known = UnitNamed(unit);
  if (!os::ParseDouble(value, &number) || !std::isfinite(number) || known == nullptr) {
    return Nonsense(
        "this entity is no power or energy: its unit is '" + unit.substr(0, 20) + "'",
        "name a sensor in W, kW, Wh or kWh, as in hass:http://homeassistant.local:8123/sensor.rack_power");
  }
  WattAnswer answer = known->is_energy ? AnswerOf(kNotKnown, Joules{number * known->factor}, Joules{0})
                                       : AnswerOf(number * known->factor, std::nullopt, Joules{0});
  const Result<UtcTime> at = UtcTime::Parse(TextAt(*state, "last_updated"));
  if (at.ok()) answer.sample.at = *at;
  return answer;
}

Result<WattAnswer> ParseWattsAt(std::string_view text, const std::string& pointer) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) {
    return Nonsense("what it answers is no JSON", "give a URL that answers JSON");
  }
  std::optional<double> watts;
  try {
    const json::json_pointer where(pointer);
    if (parsed.contains(where)) watts = NumberIn(parsed.at(where));
  } catch (const json::exception&) {
    return Error{ErrorCode::kInvalidArgument, "'" + pointer + "' is no JSON pointer",
                 "write it as RFC 6901 has it, for example #/meter/watts"};
  }
  if (watts) return AnswerOf(*watts, std::nullopt, Joules{0});
  return Nonsense("its answer holds no number at " + (pointer.empty() ? "its top" : pointer),
                  "look at the answer with curl and correct the JSON pointer after #");
}

}  // namespace jouleprint::meters
