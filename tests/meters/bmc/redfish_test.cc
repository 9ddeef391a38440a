// A BMC on loopback, asked over HTTP: logging in, finding the chassis, reading, and what goes wrong.
#include "meters/bmc/redfish.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "os/http.h"
#include "support/http_server.h"
#include "support/temporary_folder.h"

namespace jouleprint::meters {
namespace {

using ::jouleprint::testing::Answer;
using ::jouleprint::testing::HttpServer;
using ::jouleprint::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPassword = "pa:ss w0rd";
constexpr Seconds kPatience{5};

// What it serves is its pages; who may see them is its sessions.
class Bmc {
 public:
  std::map<std::string, std::string> pages;
  bool has_sessions = true;
  bool asks_who = true;
  int logins = 0;
  int wrong_logins = 0;
  std::string token;  // of the session that is open

  std::string Url() const { return server_.Url(); }
  int CountOf(const std::string& method) const {
    const auto requests = server_.requests();
    return static_cast<int>(
        std::count_if(requests.begin(), requests.end(), [&](const auto& r) { return r.method == method; }));
  }

  void AddChassis(const std::string& id, double watts, const std::string& inside = "") {
    const std::string path = "/redfish/v1/Chassis/" + id;
    chassis_ += fmt::format("{}{{\"@odata.id\": \"{}\"}}", chassis_.empty() ? "" : ",", path);
    pages["/redfish/v1/Chassis"] = "{\"Members\": [" + chassis_ + "]}";
    pages[path] = fmt::format(
        R"({{"Power": {{"@odata.id": "{0}/Power"}}, "Links": {{"ContainedBy": {{"@odata.id": "{1}"}}}}}})",
        path, inside);
    pages[path + "/Power"] = fmt::format(R"({{"PowerControl": [{{"PowerConsumedWatts": {}}}]}})", watts);
  }

 private:
  HttpServer::Reply Handle(const HttpServer::Request& request) {
    if (request.method == "POST") return LogIn(request);
    if (request.method == "DELETE") {
      token.clear();
      return Answer(204, "");
    }
    const auto header = [&](const std::string& name) {
      const auto found = request.headers.find(name);
      return found == request.headers.end() ? std::string() : found->second;
    };
    // "anna:pa:ss w0rd"
    const bool basic = !has_sessions && header("authorization") == "Basic YW5uYTpwYTpzcyB3MHJk";
    const bool session = !token.empty() && header("x-auth-token") == token;
    if (asks_who && !basic && !session) return Answer(401, "");
    const auto page = pages.find(request.target);
    return page == pages.end() ? Answer(404, "") : Answer(200, page->second);
  }

  HttpServer::Reply LogIn(const HttpServer::Request& request) {
    if (!has_sessions) return Answer(404, "");
    if (request.body.find(kPassword) == std::string::npos) {
      ++wrong_logins;
      return Answer(401, "");
    }
    token = "token-" + std::to_string(++logins);
    return Answer(201, "{}",
                  "X-Auth-Token: " + token + "\r\nLocation: /redfish/v1/SessionService/Sessions/7\r\n");
  }

  std::string chassis_;
  HttpServer server_{[this](const HttpServer::Request& request) { return Handle(request); }};
};

class RedfishTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!os::HttpClient::Open().ok()) GTEST_SKIP() << "skipped: libcurl is not there";
  }

  std::unique_ptr<WattSource> Open(const std::string& password = kPassword, const std::string& chassis = "") {
    RedfishOptions options;
    options.origin = bmc_.Url();
    options.chassis = chassis;
    options.user = "anna";
    options.password = password;
    return *OpenRedfish(std::move(options));
  }
  static Error ErrorOf(WattSource* source) {
    const Result<WattSample> sample = source->Next(kPatience);
    if (sample.ok()) return {ErrorCode::kInternal, "no error at all", ""};
    EXPECT_THAT(sample.error().ToString(), Not(HasSubstr(kPassword)));
    EXPECT_FALSE(sample.error().hint.empty());
    return sample.error();
  }

  Bmc bmc_;
};

TEST_F(RedfishTest, ReadsThePowerInASessionThatItEnds) {
  bmc_.AddChassis("1", 345);
  {
    const auto source = Open();
    EXPECT_EQ(source->Next(kPatience)->power, Watts{345});
    bmc_.AddChassis("1", 400);
    EXPECT_EQ(source->Next(kPatience)->power, Watts{400});
    EXPECT_EQ(bmc_.logins, 1);
    const DomainInfo info = source->Describe();
    EXPECT_EQ(info.scope, Scope{.level = Level::kNode});
    EXPECT_THAT(info.source, HasSubstr("/redfish/v1/Chassis/1/Power"));
    EXPECT_THAT(info.source, Not(HasSubstr(kPassword)));
    EXPECT_EQ(bmc_.CountOf("DELETE"), 0);
  }
  EXPECT_EQ(bmc_.token, "") << "a BMC has few sessions";
  EXPECT_EQ(bmc_.CountOf("DELETE"), 1);
}

TEST_F(RedfishTest, LogsInAgainWhenTheSessionIsOver) {
  bmc_.AddChassis("1", 345);
  const auto source = Open();
  ASSERT_TRUE(source->Next(kPatience).ok());
  bmc_.token = "of somebody else";
  EXPECT_EQ(source->Next(kPatience)->power, Watts{345});
  EXPECT_EQ(bmc_.logins, 2);
}

TEST_F(RedfishTest, AsksByBasicAuthenticationWhereThereAreNoSessions) {
  bmc_.has_sessions = false;
  bmc_.AddChassis("1", 345);
  EXPECT_EQ(Open()->Next(kPatience)->power, Watts{345});
}

TEST_F(RedfishTest, DoesNotTryAWrongPasswordTwice) {
  bmc_.AddChassis("1", 345);
  const auto source = Open("wrong");
  EXPECT_EQ(ErrorOf(source.get()).code, ErrorCode::kNotPermitted);
  const Error again = ErrorOf(source.get());
  EXPECT_EQ(again.code, ErrorCode::kNotPermitted);
  EXPECT_THAT(again.message, HasSubstr("not asked again for 10 minutes"));
  EXPECT_EQ(bmc_.wrong_logins, 1) << "a BMC locks the account after a few";
}

TEST_F(RedfishTest, PrefersTheEnvironmentAndItsCounter) {
  bmc_.AddChassis("1", 345);
  bmc_.pages["/redfish/v1/Chassis/1"] = R"({"Power": {"@odata.id": "/redfish/v1/Chassis/1/Power"},
      "EnvironmentMetrics": {"@odata.id": "/redfish/v1/Chassis/1/EnvironmentMetrics"}})";
  const auto source = Open();
  EXPECT_EQ(source->Next(kPatience)->power, Watts{345}) << "announced, and not there";
  bmc_.pages["/redfish/v1/Chassis/1/EnvironmentMetrics"] =
      R"({"PowerWatts": {"Reading": 351.5}, "EnergykWh": {"Reading": 2.5}})";
  const auto other = Open();
  const WattSample sample = *other->Next(kPatience);
  EXPECT_EQ(sample.power, Watts{351.5});
  EXPECT_EQ(sample.total_energy, Joules{9e6});
  EXPECT_DOUBLE_EQ(other->Describe().joules_per_count, 360'000);
}

TEST_F(RedfishTest, APowerThatIsNotKnownIsNotZero) {
  bmc_.AddChassis("1", 345);
  bmc_.pages["/redfish/v1/Chassis/1"] =
      R"({"EnvironmentMetrics": {"@odata.id": "/redfish/v1/Chassis/1/EM"}})";
  bmc_.pages["/redfish/v1/Chassis/1/EM"] =
      R"({"PowerWatts": {"Reading": null}, "EnergykWh": {"Reading": 2.5}})";
  const auto source = Open();
  EXPECT_TRUE(std::isnan(source->Next(kPatience)->power.value()));
  bmc_.pages["/redfish/v1/Chassis/1/EM"] = R"({"PowerWatts": {"Reading": 0}})";
  EXPECT_THAT(ErrorOf(source.get()).message, HasSubstr("does not tell the power"));
}

TEST_F(RedfishTest, CountsNoPartBesideItsWhole) {
  bmc_.AddChassis("GPU_1", 700, "/redfish/v1/Chassis/Node");
  bmc_.AddChassis("Node", 5000);
  bmc_.AddChassis("GPU_2", 700, "/redfish/v1/Chassis/Node");
  EXPECT_EQ(Open()->Next(kPatience)->power, Watts{5000});
}

TEST_F(RedfishTest, AsksWhichOfSeveralMachinesIsMeant) {
  bmc_.AddChassis("A", 300);
  bmc_.AddChassis("B", 400);
  const auto source = Open();
  const Error error = ErrorOf(source.get());
  EXPECT_THAT(error.message, HasSubstr("/redfish/v1/Chassis/A"));
  EXPECT_THAT(error.message, HasSubstr("/redfish/v1/Chassis/B"));
  EXPECT_EQ(Open(kPassword, "/redfish/v1/Chassis/A")->Next(kPatience)->power, Watts{300});
}

TEST_F(RedfishTest, PassesOverAChassisThatCannotBeRead) {
  bmc_.AddChassis("Broken", 1);
  bmc_.pages["/redfish/v1/Chassis/Broken"] = "<html>";
  bmc_.AddChassis("1", 345);
  EXPECT_EQ(Open()->Next(kPatience)->power, Watts{345});
}

TEST_F(RedfishTest, SaysWhenNothingTellsAPower) {
  bmc_.pages["/redfish/v1/Chassis"] = R"({"Members": []})";
  EXPECT_EQ(ErrorOf(Open().get()).code, ErrorCode::kNotPresent);
  bmc_.pages["/redfish/v1/Chassis"] = "<html>log in</html>";
  EXPECT_THAT(ErrorOf(Open().get()).message, HasSubstr("no JSON"));
}

TEST_F(RedfishTest, WithoutCredentialsSaysHowToGiveThem) {
  bmc_.AddChassis("1", 345);
  RedfishOptions options;
  options.origin = bmc_.Url();
  const auto source = *OpenRedfish(options);
  EXPECT_THAT(ErrorOf(source.get()).hint, HasSubstr("JOULEPRINT_REDFISH_USER"));
  bmc_.asks_who = false;
  EXPECT_EQ((*OpenRedfish(options))->Next(kPatience)->power, Watts{345});
}

// What a user says.
class RedfishOptionsTest : public ::testing::Test {
 protected:
  static constexpr std::array<const char*, 5> kVariables{
      "JOULEPRINT_REDFISH_USER", "JOULEPRINT_REDFISH_PASSWORD", "JOULEPRINT_REDFISH_CREDENTIALS",
      "JOULEPRINT_REDFISH_CA", "JOULEPRINT_REDFISH_INSECURE"};
  void SetUp() override { TearDown(); }
  void TearDown() override {
    for (const char* variable : kVariables) ::unsetenv(variable);
  }
};

TEST_F(RedfishOptionsTest, AHostAloneIsAskedOverHttps) {
  EXPECT_EQ(RedfishOptionsFor("bmc.example")->origin, "https://bmc.example");
  EXPECT_EQ(RedfishOptionsFor("bmc.example:8443")->origin, "https://bmc.example:8443");
  EXPECT_EQ(RedfishOptionsFor("https://bmc/")->chassis, "");
  EXPECT_EQ(RedfishOptionsFor("https://bmc/redfish/v1/")->chassis, "");
  EXPECT_EQ(RedfishOptionsFor("https://bmc/redfish/v1/Chassis/1")->chassis, "/redfish/v1/Chassis/1");
  for (const char* wrong :
       {"", "https://", "ftp://bmc", "https://anna:secret@bmc", "https://bmc/other", "https://bmc?x"}) {
    const Result<RedfishOptions> options = RedfishOptionsFor(wrong);
    ASSERT_FALSE(options.ok()) << wrong;
    EXPECT_EQ(options.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(options.error().ToString(), Not(HasSubstr("secret")));
  }
}

TEST_F(RedfishOptionsTest, NoPasswordGoesOverANetworkInTheClear) {
  ::setenv("JOULEPRINT_REDFISH_USER", "anna", 1);
  ::setenv("JOULEPRINT_REDFISH_PASSWORD", kPassword, 1);
  EXPECT_EQ(RedfishOptionsFor("https://bmc")->password, kPassword);
  EXPECT_TRUE(RedfishOptionsFor("http://127.0.0.1:8000").ok());
  EXPECT_TRUE(RedfishOptionsFor("http://[::1]:8000").ok());
  EXPECT_TRUE(RedfishOptionsFor("http://[::1]").ok());
  for (const char* open : {"http://bmc", "http://127.evil.example", "http://10.0.0.1", "http://[::2]"}) {
    EXPECT_THAT(RedfishOptionsFor(open).error().message, HasSubstr("in the clear")) << open;
  }
}

TEST_F(RedfishOptionsTest, TakesCredentialsFromAFileOfItsOwnersAlone) {
  const TemporaryFolder folder;
  const std::string file = folder / "bmc";
  std::ofstream(file) << "anna\r\n" << kPassword << "\r\n";
  ::setenv("JOULEPRINT_REDFISH_CREDENTIALS", file.c_str(), 1);
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_EQ(RedfishOptionsFor("https://bmc").error().code, ErrorCode::kRefused);
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(RedfishOptionsFor("https://bmc")->user, "anna");
  EXPECT_EQ(RedfishOptionsFor("https://bmc")->password, kPassword);
  std::ofstream(file) << "anna\n";
  EXPECT_EQ(RedfishOptionsFor("https://bmc").error().code, ErrorCode::kInvalidArgument);
  ::setenv("JOULEPRINT_REDFISH_CREDENTIALS", (folder / "none").c_str(), 1);
  EXPECT_EQ(RedfishOptionsFor("https://bmc").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace jouleprint::meters
