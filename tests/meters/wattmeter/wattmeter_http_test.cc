// External meters that are asked, against a server on loopback in each device's shape: right, slow, wrong,
// silent, locked.
#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "meters/wattmeter/wattmeter.h"
#include "os/clock.h"
#include "os/http.h"
#include "support/http_server.h"

namespace jouleprint::meters {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::HttpServer;
using ::testing::Not;
using Request = HttpServer::Request;
using Reply = HttpServer::Reply;

constexpr Seconds kLong{20};  // for what must happen; nothing waits so long
// As a device says it: once, and the clock's seconds at 360 W.
constexpr const char* kGen2Status = R"({"id":0,"apower":360.0,"aenergy":{"total":1.0}})";

class WattmeterHttpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!os::HttpClient::Open().ok()) GTEST_SKIP() << "skipped: no libcurl";
    for (const char* name : kVariables) ::unsetenv(name);
  }
  void TearDown() override {
    for (const char* name : kVariables) ::unsetenv(name);
  }

  static Discovery Discover(std::vector<std::string> names) {
    return DiscoverWattmeters({.wattmeters = std::move(names)});
  }
  static std::string Host(const HttpServer& server) { return "127.0.0.1:" + std::to_string(server.port()); }
  Reading Read(Meter* meter) const {
    std::vector<Reading> readings(1);
    meter->Read(clock_, readings);
    return readings[0];
  }
  Reading Await(Meter* meter, ReadState state) const {
    Reading reading = Read(meter);
    for (const os::BootTime until = clock_.Boot() + kLong; reading.state != state && clock_.Boot() < until;
         reading = Read(meter)) {
      os::Sleep(Seconds{0.005});
    }
    return reading;
  }
  // The power between two readings that are far enough apart.
  double WattsOver(Meter* meter, Seconds stretch) const {
    Await(meter, ReadState::kOk);
    const Reading first = Await(meter, ReadState::kOk);
    Reading last = first;
    while (last.state == ReadState::kOk && last.after - first.after < stretch)
      last = Await(meter, ReadState::kOk);
    if (last.after <= first.after) return -1;
    const double joules =
        static_cast<double>(last.counts - first.counts) * meter->domains().at(0).joules_per_count;
    return joules / (last.after - first.after).value();
  }

  static constexpr std::array<const char*, 3> kVariables{
      "JOULEPRINT_SHELLY_PASSWORD", "JOULEPRINT_TASMOTA_PASSWORD", "JOULEPRINT_HASS_TOKEN"};
  os::SystemClock clock_;
};

TEST_F(WattmeterHttpTest, AShellyOfTheFirstGeneration) {
  HttpServer server([](const Request& request) {
    if (request.target == "/shelly") return Answer(200, R"({"type":"SHPLG-S","auth":false})");
    if (request.target == "/status")
      return Answer(200, R"({"meters":[{"power":1},{"power":231.5,"total":9501}]})");
    return Answer(404, "Not Found");
  });
  Discovery found = Discover({"shelly:" + Host(server) + "/1?period=0.05"});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  EXPECT_NEAR(WattsOver(found.meters[0].get(), Seconds{0.2}), 231.5, 0.5);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("channel 1"));
}

TEST_F(WattmeterHttpTest, AShellyOfALaterGenerationIsAskedForItsComponent) {
  HttpServer server([](const Request& request) {
    if (request.target == "/shelly") return Answer(200, R"({"id":"x","gen":3,"auth_en":false})");
    if (request.target == "/rpc/Shelly.GetStatus")
      return Answer(200, R"({"sys":{},"pm1:0":{"id":0,"apower":1}})");
    if (request.target == "/rpc/PM1.GetStatus?id=0") return Answer(200, kGen2Status);
    return Answer(404, "{}");
  });
  Discovery found = Discover({"shelly:" + Host(server) + "?period=0.05"});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  EXPECT_NEAR(WattsOver(found.meters[0].get(), Seconds{0.2}), 360, 0.5);
}

TEST_F(WattmeterHttpTest, ATasmotaWithAPassword) {
  HttpServer server([](const Request& request) {
    if (request.target.find("user=admin&password=a%26b%20c&") == std::string::npos) {
      return Answer(200, R"({"WARNING":"Need user=<username>&password=<password>"})");
    }
    if (request.target.find("cmnd=Status%208") == std::string::npos)
      return Answer(200, R"({"Command":"Unknown"})");
    return Answer(200, R"({"StatusSNS":{"ENERGY":{"Total":3.185,"Power":[100,23]}}})");
  });
  Discovery locked = Discover({"tasmota:" + Host(server)});
  EXPECT_EQ(locked.findings.at(0).state, MeterState::kNotPermitted);
  EXPECT_THAT(locked.findings.at(0).remedy, HasSubstr("JOULEPRINT_TASMOTA_PASSWORD"));
  ::setenv("JOULEPRINT_TASMOTA_PASSWORD", "a&b c", 1);
  Discovery found =
      Discover({"tasmota:" + Host(server) + "?period=0.05", "tasmota:" + Host(server) + "/2?period=0.05"});
  ASSERT_EQ(found.meters.size(), 2u) << found.findings.at(0).reason;
  EXPECT_NEAR(WattsOver(found.meters[0].get(), Seconds{0.2}), 123, 0.5);
  EXPECT_NEAR(WattsOver(found.meters[1].get(), Seconds{0.2}), 23, 0.5);
}

TEST_F(WattmeterHttpTest, AnUnchangedHomeAssistantStateStillHolds) {
  HttpServer server([](const Request& request) {
    const auto token = request.headers.find("authorization");
    if (token == request.headers.end() || token->second != "Bearer s3cret")
      return Answer(401, "401: Unauthorized");
    if (request.target != "/api/states/sensor.rack_power")
      return Answer(404, R"({"message":"Entity not found."})");
    return Answer(
        200,
        R"({"state":"0.5","attributes":{"unit_of_measurement":"kW"},"last_updated":"2020-01-01T00:00:00+00:00"})");
  });
  const std::string name = "hass:" + server.Url() + "/sensor.rack_power?period=0.05";
  EXPECT_THAT(Discover({name}).findings.at(0).reason, HasSubstr("wants a token"));
  ::setenv("JOULEPRINT_HASS_TOKEN", "wr0ng", 1);
  const Discovery refused = Discover({name});
  EXPECT_EQ(refused.findings.at(0).state, MeterState::kNotPermitted);
  EXPECT_THAT(refused.findings.at(0).reason + refused.findings.at(0).remedy, Not(HasSubstr("wr0ng")));
  ::setenv("JOULEPRINT_HASS_TOKEN", "s3cret", 1);
  Discovery found = Discover({name});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  EXPECT_NEAR(WattsOver(found.meters[0].get(), Seconds{0.2}), 500, 0.5);
  EXPECT_THAT(Discover({"hass:" + server.Url() + "/sensor.none"}).findings.at(0).reason,
              HasSubstr("sensor.none"));
}

TEST_F(WattmeterHttpTest, AnyUrlWithJsonAndAFactor) {
  HttpServer server([](const Request& request) {
    return request.target == "/api?key=s3cret" ? Answer(200, R"({"m":[{"mw":"250000"}]})") : Answer(404, "");
  });
  Discovery found = Discover({"http:" + server.Url("/api?key=s3cret#/m/0/mw?gain=0.001&period=0.05")});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  EXPECT_NEAR(WattsOver(found.meters[0].get(), Seconds{0.2}), 250, 0.5);
  EXPECT_THAT(found.findings[0].reason, Not(HasSubstr("s3cret")));
  EXPECT_THAT(found.meters[0]->domains()[0].source, Not(HasSubstr("s3cret")));
}

TEST_F(WattmeterHttpTest, TwoPowerSuppliesAreOneMachineAndNeverHalfOfOne) {
  std::atomic<bool> broken{false};
  HttpServer left([](const Request&) { return Answer(200, R"({"w":300})"); });
  HttpServer right([&](const Request&) { return broken ? Answer(500, "") : Answer(200, R"({"w":200})"); });
  Discovery found = Discover({"http:" + left.Url("/#/w") + "+http:" + right.Url("/#/w") + "?period=0.05"});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  Meter* meter = found.meters[0].get();
  EXPECT_NEAR(WattsOver(meter, Seconds{0.2}), 500, 0.5);
  EXPECT_THAT(found.findings[0].reason, ::testing::AllOf(HasSubstr(Host(left)), HasSubstr(Host(right))));
  broken = true;
  EXPECT_EQ(Await(meter, ReadState::kGone).state, ReadState::kGone);
}

TEST_F(WattmeterHttpTest, ADeviceThatFailsIsGoneAndComesBack) {
  std::atomic<bool> broken{false};
  HttpServer server([&](const Request&) { return broken ? Answer(500, "") : Answer(200, R"({"w":100})"); });
  Discovery found = Discover({"http:" + server.Url("/#/w?period=0.05")});
  ASSERT_EQ(found.meters.size(), 1u);
  Meter* meter = found.meters[0].get();
  Await(meter, ReadState::kOk);
  broken = true;
  EXPECT_EQ(Await(meter, ReadState::kGone).state, ReadState::kGone);
  broken = false;
  EXPECT_EQ(Await(meter, ReadState::kOk).state, ReadState::kOk);
}

TEST_F(WattmeterHttpTest, WhatIsNoMeterIsSaidToBeNone) {
  HttpServer page([](const Request&) { return Answer(200, "<html>Welcome</html>"); });
  HttpServer locked(
      [](const Request&) { return Answer(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n"); });
  HttpServer silent([](const Request&) { return Reply{"", true}; });
  std::string nobody;
  {
    HttpServer gone([](const Request&) { return Answer(200, ""); });
    nobody = Host(gone);
  }
  const Discovery found =
      Discover({"shelly:" + Host(page), "shelly:" + Host(locked), "shelly:" + Host(silent),
                "shelly:" + nobody, "http:" + page.Url("/#/w"), "tasmota:" + Host(page)});
  ASSERT_EQ(found.findings.size(), 6u);
  EXPECT_TRUE(found.meters.empty());
  EXPECT_EQ(found.findings[0].state, MeterState::kRefused);
  EXPECT_EQ(found.findings[1].state, MeterState::kNotPermitted);
  EXPECT_THAT(found.findings[1].remedy, HasSubstr("JOULEPRINT_SHELLY_PASSWORD"));
  EXPECT_EQ(found.findings[2].state, MeterState::kNotPresent);
  EXPECT_EQ(found.findings[3].state, MeterState::kNotPresent);
  EXPECT_EQ(found.findings[4].state, MeterState::kRefused);
  EXPECT_EQ(found.findings[5].state, MeterState::kRefused);
  for (const MeterFinding& finding : found.findings) {
    EXPECT_EQ(finding.name, "wattmeter");
    EXPECT_FALSE(finding.remedy.empty()) << finding.reason;
    EXPECT_THAT(finding.reason, ::testing::ContainsRegex("127.0.0.1"));
  }
}

}  // namespace
}  // namespace jouleprint::meters
