// Redfish answers as services of several makers shape them, and as broken ones might.
#include "meters/bmc/redfish_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;

TEST(RedfishJsonTest, ListsTheMembersThatAreOnTheService) {
  EXPECT_THAT(*ParseRedfishMembers(R"({"Members": [{"@odata.id": "/redfish/v1/Chassis/1"},
      {"@odata.id": "https://elsewhere/redfish/v1/Chassis/2"}, {"@odata.id": "/etc/passwd"}, {"@odata.id": 7},
      {"@odata.id": "/redfish/v1/Chassis/a b"}, "text", null, {"@odata.id": "/redfish/v1/Chassis/Self"}]})"),
              ElementsAre("/redfish/v1/Chassis/1", "/redfish/v1/Chassis/Self"));
  EXPECT_THAT(*ParseRedfishMembers(R"({"Members": {}})"), ElementsAre());
}

TEST(RedfishJsonTest, FindsWhereAChassisKeepsItsPower) {
  const RedfishChassis chassis =
      *ParseRedfishChassis(R"({"Power": {"@odata.id": "/redfish/v1/Chassis/1/Power"},
      "EnvironmentMetrics": {"@odata.id": "/redfish/v1/Chassis/1/EnvironmentMetrics"},
      "Links": {"ContainedBy": {"@odata.id": "/redfish/v1/Chassis/0"}}})");
  EXPECT_EQ(chassis.power, "/redfish/v1/Chassis/1/Power");
  EXPECT_EQ(chassis.environment_metrics, "/redfish/v1/Chassis/1/EnvironmentMetrics");
  EXPECT_EQ(chassis.contained_by, "/redfish/v1/Chassis/0");
  EXPECT_EQ(ParseRedfishChassis(R"({"Power": null, "Links": []})")->power, "");
}

TEST(RedfishJsonTest, TakesTheFirstPowerThatIsThere) {
  EXPECT_EQ(ParseRedfishPowerControl(R"({"PowerControl": [{"PowerConsumedWatts": null},
      {"PowerConsumedWatts": 344.5}, {"Name": "CPU", "PowerConsumedWatts": 200}]})")
                ->power,
            Watts{344.5});
  for (const char* none : {R"({})", R"({"PowerControl": {}})", R"({"PowerControl": [7]})",
                           R"({"PowerControl": [{"PowerConsumedWatts": "345"}]})",
                           R"({"PowerControl": [{"PowerConsumedWatts": -1}]})"}) {
    EXPECT_FALSE(ParseRedfishPowerControl(none)->power) << none;
  }
}

TEST(RedfishJsonTest, ReadsPowerAndEnergyOfAnEnvironment) {
  const RedfishPower both =
      *ParseRedfishEnvironment(R"({"PowerWatts": {"Reading": 374}, "EnergykWh": {"Reading": 325675.12}})");
  EXPECT_EQ(both.power, Watts{374});
  ASSERT_TRUE(both.energy);
  EXPECT_DOUBLE_EQ(both.energy->value(), 325675.12 * 3.6e6);
  EXPECT_NEAR(both.energy_step.value(), 36'000, 1e-6) << "it counts in hundredths of a kWh";
  EXPECT_NEAR(ParseRedfishEnvironment(R"({"EnergykWh": {"Reading": 12}})")->energy_step.value(), 3.6e6, 1e-6);
  EXPECT_NEAR(ParseRedfishEnvironment(R"({"EnergykWh": {"Reading": 1.23456}})")->energy_step.value(), 3600,
              1e-6);
  EXPECT_FALSE(ParseRedfishEnvironment(R"({"PowerWatts": 374})")->power);
}

TEST(RedfishJsonTest, RefusesWhatIsNoJson) {
  for (const char* text : {"", "<html>", "[1]", "{\"a\": 1e999}", "{\"a\": \"\xff\"}", "{"}) {
    EXPECT_EQ(ParseRedfishMembers(text).error().code, ErrorCode::kCorrupt) << text;
    EXPECT_FALSE(ParseRedfishEnvironment(text).ok()) << text;
  }
  EXPECT_FALSE(ParseRedfishChassis(std::string(200'000, '[')).ok());
}

TEST(RedfishJsonTest, AnyUserAndPasswordMakeALoginOfTwoFields) {
  const auto body = nlohmann::json::parse(RedfishLoginBody("an\"na", "\\\xff\n"));
  EXPECT_EQ(body.size(), 2u);
  EXPECT_EQ(body.at("UserName"), "an\"na");
}

}  // namespace
}  // namespace jouleprint::meters
