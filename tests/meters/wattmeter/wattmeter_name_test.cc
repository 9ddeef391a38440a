// KIND:WHERE?OPTIONS as users write it, rightly and wrongly.
#include "meters/wattmeter/wattmeter_name.h"

#include <gmock/gmock.h>

#include <string>

#include "meters/wattmeter/wattmeter.h"

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

WattmeterName Parse(const std::string& text) {
  Result<WattmeterName> name = ParseWattmeterName(text);
  EXPECT_TRUE(name.ok()) << text << ": " << name.error().ToString();
  return name.ok() ? *name : WattmeterName{};
}

TEST(WattmeterNameTest, TakesEachKindApart) {
  EXPECT_EQ(Parse("file:/var/log/power.csv").where, "/var/log/power.csv");
  EXPECT_EQ(Parse("pipe:power.fifo").kind, WattmeterKind::kPipe);
  const WattmeterName shelly = Parse("shelly:192.168.1.20:8080/2");
  EXPECT_EQ(shelly.where, "192.168.1.20:8080");
  EXPECT_EQ(shelly.channel, 2);
  EXPECT_EQ(Parse("tasmota:plug.lan").channel, std::nullopt);
  const WattmeterName hass = Parse("hass:https://ha.example/base/sensor.rack_power");
  EXPECT_EQ(hass.where, "https://ha.example/base");
  EXPECT_EQ(hass.part, "sensor.rack_power");
  const WattmeterName http = Parse("http:http://10.0.0.5/api?id=3#/meters/0/w");
  EXPECT_EQ(http.where, "http://10.0.0.5/api?id=3");
  EXPECT_EQ(http.part, "/meters/0/w");
  EXPECT_EQ(Parse("https://10.0.0.5/api#/w").where, "https://10.0.0.5/api");
  EXPECT_EQ(Parse("snmp:pdu.example/1.3.6.1").kind, WattmeterKind::kSnmp);
}

TEST(WattmeterNameTest, ReadsOptions) {
  const WattmeterName name =
      Parse("ptdaemon:/srv/spl.txt?tz=+02:00&name=rack-3&gain=2&error=0.5%&level=node&period=10");
  EXPECT_EQ(name.where, "/srv/spl.txt");
  EXPECT_EQ(name.zone, "+02:00");
  EXPECT_EQ(name.domain, "rack-3");
  EXPECT_DOUBLE_EQ(name.gain, 2);
  EXPECT_DOUBLE_EQ(*name.error, 0.005);
  EXPECT_EQ(name.level, Level::kNode);
  EXPECT_EQ(*name.period, Seconds{10});
}

TEST(WattmeterNameTest, LeavesWhatIsNoOptionToTheUrlOrThePath) {
  EXPECT_EQ(Parse("http:http://h/x?name=a#/p").where, "http://h/x?name=a");
  const WattmeterName both = Parse("http:http://h/x?key=a#/p?gain=1000");
  EXPECT_EQ(both.where, "http://h/x?key=a");
  EXPECT_DOUBLE_EQ(both.gain, 1000);
  EXPECT_EQ(Parse("file:/tmp/what?.csv").where, "/tmp/what?.csv");
}

TEST(WattmeterNameTest, AddsUpTheMetersOfSeveralPowerSupplies) {
  const WattmeterName sum = Parse("shelly:10.0.0.1+tasmota:10.0.0.2/1+shelly:10.0.0.3?error=1%");
  EXPECT_EQ(sum.where, "10.0.0.3");
  ASSERT_EQ(sum.more.size(), 2u);
  EXPECT_EQ(sum.more[1].channel, 1);
  EXPECT_EQ(sum.shown, "shelly:10.0.0.1 + tasmota:10.0.0.2/1 + shelly:10.0.0.3");
  EXPECT_TRUE(Parse("file:/tmp/a+b.csv?tz=+02:00").more.empty());
}

TEST(WattmeterNameTest, ShowsNoSecret) {
  for (const char* text : {"http:http://h/x?apikey=hunter2#/p", "redfish:https://root:hunter2@bmc.example",
                           "snmp:hunter2@pdu/1.3", "http://me:hunter2@h/x#/p"}) {
    EXPECT_THAT(Parse(text).shown, Not(HasSubstr("hunter2")));
  }
  for (const char* text : {"http:http://me:hunter2@h/x?apikey=hunter2", "shelly:admin:hunter2@10.0.0.1",
                           "tasmota:http://admin:hunter2@plug/1"}) {
    ASSERT_FALSE(CheckWattmeter(text).ok()) << text;
    EXPECT_THAT(CheckWattmeter(text).error().ToString(), Not(HasSubstr("hunter2")));
  }
}

struct Wrong {
  const char* text;
  const char* says;
};

class WrongNameTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongNameTest, IsRefusedWithThePartThatIsWrongAndAnExample) {
  const Status status = CheckWattmeter(GetParam().text);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(status.error().message, HasSubstr(GetParam().says));
  EXPECT_THAT(status.error().hint,
              ::testing::AnyOf(HasSubstr("example"), HasSubstr("="), HasSubstr("as in")));
}

INSTANTIATE_TEST_SUITE_P(
    Names, WrongNameTest,
    ::testing::Values(Wrong{"", "''"}, Wrong{"/var/log/power.csv", "no kind"},
                      Wrong{"shely:10.0.0.1", "'shely'"}, Wrong{"file:", "'file:'"},
                      Wrong{"shelly:10.0.0.1/a", "'a'"}, Wrong{"shelly:10 0", "'10 0'"},
                      Wrong{"hass:http://h:8123", "entity"}, Wrong{"hass:h/sensor.x", "entity"},
                      Wrong{"http:http://h/x", "where in the answer"},
                      Wrong{"http:http://h/x#p", "where in the answer"}, Wrong{"http:h/x#/p", "no URL"},
                      Wrong{"file:a?gain=0", "gain=0"}, Wrong{"file:a?gain=x", "gain=x"},
                      Wrong{"file:a?error=100%", "error=100%"}, Wrong{"file:a?tz=CET", "tz=CET"},
                      Wrong{"file:a?tz=", "tz="}, Wrong{"file:a?level=rack", "level=rack"},
                      Wrong{"file:a?name=Rack 3", "name=Rack 3"}, Wrong{"file:a?name=other", "name=other"},
                      Wrong{"file:a?name=cpu", "name=cpu"}, Wrong{"file:a?period=0", "period=0"},
                      Wrong{"file:a?gain=1&scale=2", "'scale'"}, Wrong{"file:a?speed=9", "'speed'"},
                      Wrong{"file:a+file:b", "logs and pipes"}, Wrong{"shelly:a?gain=2+shelly:b", "middle"},
                      Wrong{"shelly:a b+shelly:b", "'a b'"}));

}  // namespace
}  // namespace jouleprint::meters
