// What plugs and home servers answer, in the shapes that their makers document, and what they should not.
#include "meters/wattmeter/watt_answer.h"

#include <gmock/gmock.h>

#include <cmath>
#include <string>

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGen1Plug = R"({"wifi_sta":{"connected":true},"relays":[{"ison":true}],
  "meters":[{"power":132.46,"overpower":0.00,"is_valid":true,"timestamp":1795352400,"counters":[126.1,0,0],"total":9501}],
  "temperature":32.1,"uptime":9})";
constexpr const char* kGen1Em = R"({"emeters":[
  {"power":10.5,"reactive":1,"voltage":230.1,"is_valid":true,"total":5789.3,"total_returned":0.0},
  {"power":20.5,"total":100.0,"is_valid":true}]})";

TEST(ShellyTest, FirstGenerationPlugCountsWattMinutes) {
  const WattAnswer answer = *ParseShellyGen1(kGen1Plug, 0);
  EXPECT_EQ(answer.sample.power, Watts{132.46});
  EXPECT_EQ(answer.sample.total_energy, Joules{9501 * 60});
  EXPECT_EQ(answer.energy_step, Joules{60});
}

TEST(ShellyTest, FirstGenerationEnergyMeterCountsWattHours) {
  EXPECT_EQ(ParseShellyGen1(kGen1Em, 1)->sample.power, Watts{20.5});
  EXPECT_NEAR(ParseShellyGen1(kGen1Em, 0)->sample.total_energy->value(), 5789.3 * 3600, 1);
}

TEST(ShellyTest, LaterGenerationsComponentIsFoundByItsNumber) {
  constexpr const char* kStatus = R"({"ble":{},"input:0":{"id":0,"state":false},
    "switch:0":{"id":0,"output":true},"switch:1":{"id":1,"apower":5.2},"pm1:0":{"id":0,"apower":3},"em:2":{"total_act_power":7}})";
  EXPECT_EQ(*FindShellyComponent(kStatus, 0), "PM1");  // switch:0 measures nothing
  EXPECT_EQ(*FindShellyComponent(kStatus, 1), "Switch");
  EXPECT_EQ(*FindShellyComponent(kStatus, 2), "EM");
  EXPECT_THAT(FindShellyComponent(kStatus, 3).error().message, HasSubstr("channel 3"));
}

TEST(ShellyTest, LaterGenerationsStatus) {
  const WattAnswer plug = *ParseShellyComponent(
      R"({"id":0,"source":"init","output":true,"apower":231.5,"voltage":229.9,"current":1.01,
          "aenergy":{"total":11.679,"by_minute":[0.0,0.0],"minute_ts":1795352400},"temperature":{"tC":40}})");
  EXPECT_EQ(plug.sample.power, Watts{231.5});
  EXPECT_NEAR(plug.sample.total_energy->value(), 11.679 * 3600, 1e-6);
  const WattAnswer em = *ParseShellyComponent(R"({"id":0,"a_act_power":100,"total_act_power":310.2})");
  EXPECT_EQ(em.sample.power, Watts{310.2});
  EXPECT_EQ(em.sample.total_energy, std::nullopt);
}

TEST(ShellyTest, TellsItsGeneration) {
  EXPECT_EQ(*ParseShellyGeneration(R"({"type":"SHPLG-S","mac":"X","auth":false,"fw":"1"})"), 1);
  EXPECT_EQ(*ParseShellyGeneration(R"({"id":"shellyplusplugs-1","model":"SNPL","gen":2,"auth_en":false})"),
            2);
  EXPECT_EQ(ParseShellyGeneration(R"({"name":"printer"})").error().code, ErrorCode::kCorrupt);
}

TEST(TasmotaTest, ReadsOneChannelOrAllOfThem) {
  constexpr const char* kOne =
      R"({"StatusSNS":{"Time":"2026-11-22T14:00:00","ENERGY":{"TotalStartTime":"2025-01-01T00:00:00",
    "Total":3.185,"Yesterday":3.058,"Today":0.127,"Power":123,"ApparentPower":130,"Factor":0.94,"Voltage":230,"Current":0.565}}})";
  EXPECT_EQ(ParseTasmota(kOne, std::nullopt)->sample.power, Watts{123});
  EXPECT_NEAR(ParseTasmota(kOne, 1)->sample.total_energy->value(), 3.185 * 3.6e6, 1e-3);
  EXPECT_EQ(ParseTasmota(kOne, 2).error().code, ErrorCode::kCorrupt);
  constexpr const char* kTwo = R"({"StatusSNS":{"ENERGY":{"Total":[1.5,0.5],"Power":[100,23.5]}}})";
  EXPECT_EQ(ParseTasmota(kTwo, std::nullopt)->sample.power, Watts{123.5});
  EXPECT_EQ(ParseTasmota(kTwo, 2)->sample.power, Watts{23.5});
  EXPECT_EQ(ParseTasmota(kTwo, 2)->sample.total_energy, FromKilowattHours(0.5));
  EXPECT_FALSE(ParseTasmota(kTwo, 0).ok());
  EXPECT_THAT(ParseTasmota(kTwo, 3).error().message, HasSubstr("channel 3"));
}

TEST(TasmotaTest, APasswordThatIsWantedIsNotNonsense) {
  const Error error = ParseTasmota(R"({"WARNING":"Need user=<username>&password=<password>"})", {}).error();
  EXPECT_EQ(error.code, ErrorCode::kNotPermitted);
  EXPECT_THAT(error.hint, HasSubstr("JOULEPRINT_TASMOTA_PASSWORD"));
}

std::string HassState(const std::string& state, const std::string& unit) {
  return R"({"entity_id":"sensor.rack_power","state":")" + state +
         R"(","attributes":{"unit_of_measurement":")" + unit +
         R"(","device_class":"power"},"last_changed":"2026-11-22T13:00:00.123456+00:00",
         "last_updated":"2026-11-22T13:00:00.123456+00:00"})";
}

TEST(HassTest, ReadsTheUnitsOfPowerAndEnergy) {
  const WattAnswer watts = *ParseHass(HassState("231.5", "W"));
  EXPECT_EQ(watts.sample.power, Watts{231.5});
  EXPECT_EQ(watts.sample.at->ToString(), "2026-11-22T13:00:00.123456Z");
  EXPECT_EQ(ParseHass(HassState("1.25", "kW"))->sample.power, Watts{1250});
  const WattAnswer energy = *ParseHass(HassState("2", "kWh"));
  EXPECT_TRUE(std::isnan(energy.sample.power.value()));
  EXPECT_EQ(energy.sample.total_energy, Joules{7.2e6});
  EXPECT_EQ(ParseHass(HassState("2", "Wh"))->sample.total_energy, Joules{7200});
}

TEST(HassTest, AnEntityWithoutAValueIsNotPresentAndOneOfAnotherKindIsRefused) {
  EXPECT_EQ(ParseHass(HassState("unavailable", "W")).error().code, ErrorCode::kNotPresent);
  EXPECT_EQ(ParseHass(HassState("unknown", "W")).error().code, ErrorCode::kNotPresent);
  EXPECT_THAT(ParseHass(HassState("21", "C")).error().message, HasSubstr("its unit is 'C'"));
  EXPECT_EQ(ParseHass(HassState("on", "W")).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(ParseHass(HassState("nan", "W")).error().code, ErrorCode::kCorrupt);
}

TEST(PointerTest, TakesANumberOrTextThatIsOne) {
  constexpr const char* kJson =
      R"({"meters":[{"w":12.5},{"w":"13"},{"w":"nan"},{"w":null}],"a/b":{"m~n":7}})";
  EXPECT_EQ(ParseWattsAt(kJson, "/meters/0/w")->sample.power, Watts{12.5});
  EXPECT_EQ(ParseWattsAt(kJson, "/meters/1/w")->sample.power, Watts{13});
  EXPECT_EQ(ParseWattsAt(kJson, "/a~1b/m~0n")->sample.power, Watts{7});
  EXPECT_EQ(ParseWattsAt("42", "")->sample.power, Watts{42});
  for (const char* pointer : {"/meters/2/w", "/meters/3/w", "/meters/9/w", "/meters/x", "/none", ""}) {
    EXPECT_EQ(ParseWattsAt(kJson, pointer).error().code, ErrorCode::kCorrupt) << pointer;
  }
  EXPECT_EQ(ParseWattsAt(kJson, "/a~2").error().code, ErrorCode::kInvalidArgument);
}

TEST(AnswerTest, WhatIsNoJsonIsRefusedBySentence) {
  for (const char* text : {"", "<html>login</html>", "[]", "12", "{", "null", "{\"power\":1e999}"}) {
    for (const Error& error : {ParseShellyGen1(text, 0).error(), ParseShellyComponent(text).error(),
                               ParseTasmota(text, {}).error(), ParseHass(text).error(),
                               FindShellyComponent(text, 0).error(), ParseShellyGeneration(text).error()}) {
      EXPECT_EQ(error.code, ErrorCode::kCorrupt) << text;
      EXPECT_FALSE(error.hint.empty());
    }
  }
}

}  // namespace
}  // namespace jouleprint::meters
