// A feed against servers that answer in each API's shape: well, slowly, wrongly, not at all.
#include "carbon/live/feed.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "os/clock.h"
#include "os/http.h"
#include "support/http_server.h"
#include "support/temporary_folder.h"

namespace jouleprint::carbon {
namespace {

using jouleprint::testing::Answer;
using jouleprint::testing::HttpServer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Request = HttpServer::Request;
using Reply = HttpServer::Reply;

constexpr const char* kSecret = "s3cr3t-k3y";
constexpr Seconds kPatience{30};  // nothing here takes as long

UtcTime Now() { return os::SystemClock().Utc(); }
// The start of the step that lies `back` steps before this one.
std::string StepStart(int back, Seconds step = Seconds{3600}) {
  const auto us = static_cast<std::int64_t>(step.value() * 1e6);
  return UtcTime{(Now().unix_us / us - back) * us}.ToString();
}

std::string MapsRow(int hours_back, int value, bool estimated = false) {
  return R"({"zone":"DE","carbonIntensity":)" + std::to_string(value) + R"(,"datetime":")" +
         StepStart(hours_back) + R"(","emissionFactorType":"lifecycle","isEstimated":)" +
         (estimated ? "true}" : "false}");
}
std::string MapsHistory() {
  return R"({"zone":"DE","history":[)" + MapsRow(2, 300) + "," + MapsRow(1, 310) + "]}";
}
Reply Maps(const Request& request) {
  return Answer(200,
                request.target.find("/history") != std::string::npos ? MapsHistory() : MapsRow(0, 320, true));
}

class FeedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!os::HttpClient::Open().ok()) GTEST_SKIP() << "skipped: no libcurl";
    setenv("XDG_CONFIG_HOME", (folder_ / "config").c_str(), 1);
    for (const char* key : {"ELECTRICITY_MAPS_KEY", "WATTTIME_USER", "WATTTIME_PASSWORD", "ENTSOE_KEY"})
      unsetenv((std::string("JOULEPRINT_") + key).c_str());
  }

  FeedOptions Options(const std::string& source, const std::string& zone = "DE") {
    return {.source = source, .zone = zone, .cache_folder = folder_ / "cache"};
  }
  FeedNews NewsOf(const FeedOptions& options) {
    const auto feed = IntensityFeed::Start(options);
    if (!feed.ok()) {
      ADD_FAILURE() << feed.error().ToString();
      return {};
    }
    EXPECT_TRUE((*feed)->AwaitFirst(kPatience));
    return (*feed)->News();
  }
  Error StartError(const std::string& source, const std::string& zone = "DE") {
    const auto feed = IntensityFeed::Start(Options(source, zone));
    return feed.ok() ? Error{ErrorCode::kInternal, "no error at all", ""} : feed.error();
  }

  testing::TemporaryFolder folder_;
};

TEST_F(FeedTest, ElectricityMapsIsAskedOnceForThePastAndOnceForNow) {
  setenv("JOULEPRINT_ELECTRICITY_MAPS_KEY", kSecret, 1);
  const HttpServer server(Maps);
  const FeedNews news = NewsOf(Options("electricity-maps@" + server.Url()));
  EXPECT_THAT(news.problems, IsEmpty());
  ASSERT_TRUE(news.series);
  EXPECT_EQ(news.series->kind(), "average-consumption-lifecycle");
  EXPECT_EQ(news.series->source(), "Electricity Maps, live");
  EXPECT_EQ(news.series->zone(), "DE");
  EXPECT_THAT(news.series->values(), ElementsAre(300, 310, 320));
  EXPECT_THAT(news.estimated_steps, ElementsAre(false, false, true));
  EXPECT_TRUE(news.estimated);
  EXPECT_FALSE(news.retrieved.empty());
  const Estimate now = *news.At(Now());
  EXPECT_EQ(now.value, 320);
  EXPECT_EQ(now.basis, Basis::kModelled);
  const Estimate before = *news.At(Now() + Seconds{-3600});
  EXPECT_GT((now.high - now.low) / now.value, (before.high - before.low) / before.value)
      << "an estimate is less sure";
  const auto requests = server.requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].target, "/v3/carbon-intensity/history?zone=DE&emissionFactorType=lifecycle");
  EXPECT_EQ(requests[0].headers.at("auth-token"), kSecret);
}

TEST_F(FeedTest, APresentWithoutAPastIsBetterThanNothing) {
  const HttpServer server([](const Request& request) {
    if (request.target.find("/history") != std::string::npos) return Answer(403, R"({"error":"plan"})");
    return Answer(200, MapsRow(0, 320));
  });
  const FeedNews news = NewsOf(Options("electricity-maps@" + server.Url()));
  EXPECT_EQ(news.At(Now())->value, 320);
  EXPECT_THAT(news.problems, IsEmpty());
}

TEST_F(FeedTest, WattTimeLogsInAndAgainWhenItsTokenHasGone) {
  setenv("JOULEPRINT_WATTTIME_USER", "anna", 1);
  setenv("JOULEPRINT_WATTTIME_PASSWORD", kSecret, 1);
  int logins = 0;
  const HttpServer server([&](const Request& request) {
    if (request.target == "/login") return Answer(200, R"({"token":"t)" + std::to_string(++logins) + "\"}");
    // The first token is taken back after the first question.
    const bool past = request.target.find("/historical") != std::string::npos;
    if (!past && request.headers.at("authorization") != "Bearer t2") return Answer(401, "{}");
    const std::string row = R"({"point_time":")" + StepStart(past ? 1 : 0, Seconds{300}) + R"(","value":)" +
                            (past ? "1000" : "900") + R"(,"version":"3.2"})";
    return Answer(200, R"({"data":[)" + row +
                           R"(],"meta":{"region":"CAISO_NORTH","signal_type":"co2_moer",)"
                           R"("units":"lbs_co2_per_mwh","data_point_period_seconds":300}})");
  });
  const FeedNews news = NewsOf(Options("watttime:CAISO_NORTH@" + server.Url(), ""));
  EXPECT_THAT(news.problems, IsEmpty());
  ASSERT_TRUE(news.series);
  EXPECT_EQ(news.series->kind(), "marginal-direct");
  EXPECT_THAT(news.series->values(), ElementsAre(453.59237, 900 * 0.45359237));
  EXPECT_EQ(logins, 2);
  const auto requests = server.requests();
  EXPECT_EQ(requests[0].headers.at("authorization"), "Basic YW5uYTpzM2NyM3QtazN5");
  EXPECT_THAT(requests[1].target, HasSubstr("/v3/historical?region=CAISO_NORTH&signal_type=co2_moer&start="));
  EXPECT_THAT(requests.back().target,
              HasSubstr("/v3/forecast?region=CAISO_NORTH&signal_type=co2_moer&horizon_hours=0"));
}

TEST_F(FeedTest, AWrongPasswordIsASentenceAndIsNotTriedAgain) {
  setenv("JOULEPRINT_WATTTIME_USER", "anna", 1);
  setenv("JOULEPRINT_WATTTIME_PASSWORD", kSecret, 1);
  const HttpServer server([](const Request&) { return Answer(401, R"({"detail":"no"})"); });
  const FeedNews news = NewsOf(Options("watttime:CAISO_NORTH@" + server.Url(), ""));
  EXPECT_FALSE(news.series);
  ASSERT_THAT(news.problems, SizeIs(1));
  EXPECT_THAT(news.problems[0], HasSubstr("WattTime refuses the key (status 401)"));
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST_F(FeedTest, NesoNeedsNoKeyAndNoZone) {
  const HttpServer server([](const Request&) {
    return Answer(200, R"({"data":[{"from":")" + StepStart(0, Seconds{1800}).substr(0, 16) +
                           R"(Z","to":"x","intensity":{"forecast":120,"actual":null,"index":"low"}}]})");
  });
  const FeedNews news = NewsOf(Options("neso@" + server.Url(), ""));
  ASSERT_TRUE(news.series);
  EXPECT_EQ(news.series->zone(), "GB");
  EXPECT_EQ(news.At(Now())->low, 70);
  EXPECT_EQ(news.At(Now())->high, 170);
  EXPECT_THAT(server.requests().at(0).target,
              ::testing::MatchesRegex("/intensity/[-0-9]+T[0-9:]+Z/[-0-9]+T[0-9:]+Z"));
  NewsOf(Options("neso:13@" + server.Url(), "GB"));
  EXPECT_THAT(server.requests().back().target, ::testing::EndsWith("Z/regionid/13"));
}

TEST_F(FeedTest, EntsoeIsAskedForTheAreaAndNothingIsMadeUpOfWhatIsLate) {
  setenv("JOULEPRINT_ENTSOE_KEY", kSecret, 1);
  const HttpServer server([](const Request&) {
    return Answer(200,
                  "<GL_MarketDocument><TimeSeries><MktPSRType><psrType>B04</psrType></MktPSRType><Period>"
                  "<timeInterval><start>" +
                      StepStart(3) + "</start><end>" + StepStart(1) +
                      "</end></timeInterval><resolution>PT60M</resolution><Point><position>1</position>"
                      "<quantity>500</quantity></Point><Point><position>2</position><quantity>400</quantity>"
                      "</Point></Period></TimeSeries></GL_MarketDocument>");
  });
  const FeedNews news = NewsOf(Options("entsoe@" + server.Url(), "FR"));
  ASSERT_TRUE(news.series) << ::testing::PrintToString(news.problems);
  EXPECT_EQ(news.series->kind(), "average-production-lifecycle");
  EXPECT_THAT(news.series->values(), ElementsAre(490, 490));
  EXPECT_FALSE(news.estimated);
  EXPECT_FALSE(news.At(Now()));
  EXPECT_EQ(news.series->end().ToString(), StepStart(1));
  const std::string target = server.requests().at(0).target;
  EXPECT_THAT(target,
              HasSubstr("documentType=A75&processType=A16&in_Domain=10YFR-RTE------C&periodStart=20"));
  EXPECT_THAT(target, HasSubstr(std::string("securityToken=") + kSecret));
}

TEST_F(FeedTest, AnyUrlWithAPointer) {
  const HttpServer server([](const Request&) { return Answer(200, R"({"now":{"ci":1000}})"); });
  const FeedNews news =
      NewsOf(Options(server.Url("/grid?key=") + kSecret + "#/now/ci;unit=lb/MWh;kind=marginal"));
  ASSERT_TRUE(news.series);
  EXPECT_DOUBLE_EQ(news.At(Now())->value, 453.59237);
  EXPECT_EQ(news.series->kind(), "marginal");
  EXPECT_THAT(news.series->source(), ::testing::EndsWith("/grid, live")) << "without what may be a key";
}

TEST_F(FeedTest, WhatIsWrongIsOneSentenceAndNoValue) {
  Reply reply;
  const HttpServer server([&](const Request&) { return reply; });
  const std::vector<std::pair<Reply, const char*>> cases{
      {Answer(500, "oops"), "status 500"},
      {Answer(404, "{}"), "no such zone (status 404)"},
      {Answer(200, "<html>Log in</html>"), "no JSON object"},
      {Answer(200, MapsHistory().substr(0, 40)), "no JSON object"},
      {Answer(200, MapsRow(0, -5)), "impossible"},
      {Answer(200, MapsRow(0, 90000)), "impossible"},
      {Answer(200, MapsRow(-5, 300)), "of the future"},
      {Answer(200, "not gzip", "Content-Encoding: gzip\r\n"), "does not answer in HTTP"},
      {Reply{"", false}, "cut off"},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    reply = cases[i].first;
    FeedOptions options = Options("electricity-maps@" + server.Url());
    options.cache_folder = folder_ / std::to_string(i);
    const FeedNews news = NewsOf(options);
    EXPECT_FALSE(news.series) << cases[i].second;
    EXPECT_THAT(news.problems, ElementsAre(HasSubstr(cases[i].second)));
    EXPECT_THAT(news.problems, ElementsAre(HasSubstr("Electricity Maps")));
  }
}

TEST_F(FeedTest, ValuesOutOfOrderAndTwiceAreSortedOut) {
  const HttpServer server([](const Request&) {
    return Answer(200, R"({"zone":"DE","history":[)" + MapsRow(0, 1) + "," + MapsRow(1, 2) + "," +
                           MapsRow(0, 3) + "]}");
  });
  EXPECT_THAT(NewsOf(Options("electricity-maps@" + server.Url())).series->values(), ElementsAre(2, 3));
}

TEST_F(FeedTest, ARedirectIsFollowedWithoutTheKey) {
  setenv("JOULEPRINT_ELECTRICITY_MAPS_KEY", kSecret, 1);
  const HttpServer other(Maps);
  const HttpServer server([&](const Request& request) {
    return Answer(302, "", "Location: " + other.Url(request.target) + "\r\n");
  });
  EXPECT_EQ(NewsOf(Options("electricity-maps@" + server.Url())).At(Now())->value, 320);
  EXPECT_EQ(other.requests().at(0).headers.count("auth-token"), 0u);
}

TEST_F(FeedTest, NobodyThereAndNobodyAnsweringAreSentences) {
  std::string closed;
  {
    const HttpServer gone([](const Request&) { return Answer(200, ""); });
    closed = gone.Url();
  }
  EXPECT_THAT(NewsOf(Options("neso@" + closed, "")).problems,
              ElementsAre(HasSubstr("accepts no connection")));
  const HttpServer silent([](const Request&) { return Reply{"", true}; });
  FeedOptions slow = Options("neso@" + silent.Url(), "");
  slow.deadline = Seconds{0.2};
  EXPECT_THAT(NewsOf(slow).problems, ElementsAre(HasSubstr("no whole answer within 0.2 s")));
}

TEST_F(FeedTest, ARunThatEndsDoesNotWaitForASilentServerAndTheNextOneMayAskAtOnce) {
  std::atomic<int> asked{0};
  const HttpServer server([&](const Request& request) {
    return asked++ == 0 ? Reply{"", true} : Maps(request);
  });
  FeedOptions options = Options("electricity-maps@" + server.Url());
  options.deadline = Seconds{3600};
  auto feed = *IntensityFeed::Start(options);
  while (asked == 0) os::Sleep(Seconds{0.001});
  EXPECT_FALSE(feed->AwaitFirst(Seconds{0.01}));
  EXPECT_THAT(feed->News().problems, IsEmpty());
  feed.reset();  // would be an hour
  EXPECT_EQ(NewsOf(options).At(Now())->value, 320);
}

TEST_F(FeedTest, WithoutLibcurlThereIsASentenceAndNoFailure) {
  FeedOptions options = Options("neso", "");
  options.http_library = folder_ / "no-such-library.so";
  EXPECT_THAT(NewsOf(options).problems, ElementsAre(HasSubstr("needs libcurl")));
}

TEST_F(FeedTest, AFreshAnswerIsSharedAndNotAskedForAgain) {
  const HttpServer server(Maps);
  NewsOf(Options("electricity-maps@" + server.Url()));
  const std::size_t asked = server.requests().size();
  const FeedNews again = NewsOf(Options("electricity-maps@" + server.Url()));
  EXPECT_EQ(again.At(Now())->value, 320);
  EXPECT_FALSE(again.retrieved.empty());
  EXPECT_EQ(server.requests().size(), asked);
  FeedOptions longer = Options("electricity-maps@" + server.Url());
  longer.history = Seconds{20 * 3600.0};
  NewsOf(longer);
  EXPECT_GT(server.requests().size(), asked) << "more of the past is another question";
}

TEST_F(FeedTest, AServerThatWantsToBeLeftAloneIsLeftAloneByTheNextRunToo) {
  const HttpServer server([](const Request&) { return Answer(429, "", "Retry-After: 3600\r\n"); });
  EXPECT_THAT(NewsOf(Options("neso@" + server.Url(), "")).problems, ElementsAre(HasSubstr("less often")));
  EXPECT_THAT(NewsOf(Options("neso@" + server.Url(), "")).problems, ElementsAre(HasSubstr("less often")));
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST_F(FeedTest, ATornCacheIsReplaced) {
  const HttpServer server(Maps);
  NewsOf(Options("electricity-maps@" + server.Url()));
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "cache"))
    std::ofstream(file.path()) << "{\"format\":1,";
  EXPECT_EQ(NewsOf(Options("electricity-maps@" + server.Url())).At(Now())->value, 320);
  EXPECT_THAT(server.requests(), SizeIs(4));
}

TEST_F(FeedTest, AKeyIsInNothingThatIsLeft) {
  setenv("JOULEPRINT_ELECTRICITY_MAPS_KEY", kSecret, 1);
  setenv("JOULEPRINT_ENTSOE_KEY", kSecret, 1);
  const HttpServer server([](const Request& request) {
    // A server that repeats what it was asked.
    return Answer(400, "{\"error\":\"" + request.target + kSecret + "\"}");
  });
  for (const std::string source : {"electricity-maps", "entsoe"}) {
    for (const std::string& problem : NewsOf(Options(source + "@" + server.Url())).problems)
      EXPECT_THAT(problem, Not(HasSubstr(kSecret)));
  }
  NewsOf(Options(server.Url("/x?k=") + kSecret + "#/a"));
  int files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "cache")) {
    ++files;
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    EXPECT_THAT(file.path().string() + text.str(), Not(HasSubstr(kSecret)));
  }
  EXPECT_EQ(files, 3);
}

TEST_F(FeedTest, AKeyGoesToNobodyElsesAddress) {
  setenv("JOULEPRINT_ELECTRICITY_MAPS_KEY", kSecret, 1);
  // Not of this machine by its name, though it leads here.
  const HttpServer server(Maps);
  const std::string elsewhere = "http://127.1:" + std::to_string(server.port());
  setenv("no_proxy", "*", 1);
  EXPECT_EQ(NewsOf(Options("electricity-maps@" + elsewhere)).At(Now())->value, 320);
  unsetenv("no_proxy");
  for (const Request& request : server.requests()) EXPECT_EQ(request.headers.count("auth-token"), 0u);
}

TEST_F(FeedTest, KeysMayStandInAFileThatNobodyElseReads) {
  const HttpServer server(Maps);
  std::filesystem::create_directories(folder_ / "config/jouleprint");
  const std::string file = folder_ / "config/jouleprint/keys";
  std::ofstream(file) << "electricity_maps_key = " << kSecret << "\n";
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  const Error open = StartError("electricity-maps@" + server.Url());
  EXPECT_EQ(open.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(open.hint, HasSubstr("chmod 600"));
  std::filesystem::permissions(file, std::filesystem::perms{0600});
  NewsOf(Options("electricity-maps@" + server.Url()));
  EXPECT_EQ(server.requests().at(0).headers.at("auth-token"), kSecret);
}

TEST_F(FeedTest, WhatCannotBeAskedIsSaidBeforeTheRun) {
  EXPECT_THAT(StartError("electricity-maps").hint, HasSubstr("JOULEPRINT_ELECTRICITY_MAPS_KEY"));
  EXPECT_THAT(StartError("watttime:X").hint, HasSubstr("JOULEPRINT_WATTTIME_USER"));
  EXPECT_THAT(StartError("entsoe").hint, HasSubstr("JOULEPRINT_ENTSOE_KEY"));
  EXPECT_THAT(StartError("watttime").message, HasSubstr("its own name of the region"));
  EXPECT_THAT(StartError("neso", "FR").message, HasSubstr("the zone is FR"));
  EXPECT_THAT(StartError("electricity-maps", "").message, HasSubstr("for which zone"));
  EXPECT_THAT(StartError("entsoe", "US-CAL-CISO").message, HasSubstr("no area"));
  EXPECT_THAT(StartError("entsoe", "Atlantis").message, HasSubstr("Atlantis"));
  setenv("JOULEPRINT_ENTSOE_KEY", "a&b", 1);
  EXPECT_THAT(StartError("entsoe").ToString(), Not(HasSubstr("a&b")));
  for (const char* source : {"electricity-maps", "watttime:X", "watttime", "entsoe", "moon"})
    EXPECT_EQ(StartError(source).code, ErrorCode::kInvalidArgument) << source;
}

}  // namespace
}  // namespace jouleprint::carbon
