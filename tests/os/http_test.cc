// What a caller gets from servers that are well, slow, wrong, cut off, too talkative or somewhere else.
#include "os/http.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "support/http_server.h"

namespace jouleprint::os {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Request = ::jouleprint::testing::HttpServer::Request;
using Reply = ::jouleprint::testing::HttpServer::Reply;
using ::jouleprint::testing::Answer;
using ::jouleprint::testing::HttpServer;

// Everything that a client's errors must not repeat.
constexpr const char* kSecret = "s3cr3t-w0rd";

class HttpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<HttpClient> client = HttpClient::Open();
    if (!client.ok()) GTEST_SKIP() << "skipped: " << client.error().ToString();
    client_.emplace(*std::move(client));
  }

  Error ErrorOf(const HttpRequest& request) {
    Result<HttpAnswer> answer = client_->Send(request);
    if (answer.ok()) return {ErrorCode::kInternal, "no error at all", ""};
    EXPECT_FALSE(answer.error().hint.empty()) << answer.error().message;
    EXPECT_THAT(answer.error().ToString(), Not(HasSubstr(kSecret)));
    return answer.error();
  }

  std::optional<HttpClient> client_;
};

TEST_F(HttpTest, GivesStatusHeadersAndBody) {
  const HttpServer server([](const Request&) { return Answer(200, "345 W", "X-Unit:  watt \r\n"); });
  const HttpAnswer answer = *client_->Get({.url = server.Url("/power?of=all")});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "345 W");
  EXPECT_EQ(answer.Header("x-unit"), "watt");
  EXPECT_EQ(answer.Header("x-other"), "");
  EXPECT_TRUE(CheckHttpStatus(answer).ok());
  EXPECT_EQ(server.requests().at(0).target, "/power?of=all");
}

TEST_F(HttpTest, SendsHeadersBodyAndCredentials) {
  const HttpServer server([](const Request&) { return Answer(201, ""); });
  ASSERT_TRUE(client_
                  ->Send({.url = server.Url("/login"),
                          .method = HttpMethod::kPost,
                          .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}},
                          .body = "{\"a\": 1}",
                          .credentials = {.user = "anna", .password = "pass:word"}})
                  .ok());
  ASSERT_TRUE(client_->Get({.url = server.Url("/"), .credentials = {.bearer_token = "abc"}}).ok());
  ASSERT_TRUE(client_->Send({.url = server.Url("/session/1"), .method = HttpMethod::kDelete}).ok());
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].body, "{\"a\": 1}");
  EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(requests[0].headers.count("x-empty"), 1u);
  EXPECT_EQ(requests[0].headers.at("authorization"), "Basic YW5uYTpwYXNzOndvcmQ=");
  EXPECT_EQ(requests[1].headers.at("authorization"), "Bearer abc");
  EXPECT_EQ(requests[2].method, "DELETE");
  EXPECT_EQ(requests[2].headers.count("authorization"), 0u)
      << "credentials of an earlier request are forgotten";
}

TEST_F(HttpTest, AnswersAChallengeByDigest) {
  const HttpServer server([](const Request& request) {
    if (request.headers.count("authorization") != 0) return Answer(200, "in");
    return Answer(
        401, "", "WWW-Authenticate: Digest qop=\"auth\", realm=\"plug\", nonce=\"1\", algorithm=SHA-256\r\n");
  });
  const HttpAnswer answer = *client_->Get(
      {.url = server.Url("/rpc"), .credentials = {.user = "admin", .password = kSecret, .digest = true}});
  EXPECT_EQ(answer.body, "in");
  const std::string said = server.requests().back().headers.at("authorization");
  EXPECT_THAT(said, HasSubstr("Digest username=\"admin\""));
  EXPECT_THAT(said, Not(HasSubstr(kSecret)));
}

TEST_F(HttpTest, AStatusThatIsNoSuccessIsAnAnswerAndAnError) {
  int status = 0;
  const HttpServer server([&](const Request&) { return Answer(status, "why"); });
  const auto ask = [&](int answered) {
    status = answered;
    const HttpAnswer answer = *client_->Get({.url = server.Url("/x?token=") + kSecret});
    EXPECT_EQ(answer.status, answered);
    EXPECT_EQ(answer.body, "why");
    const Error error = CheckHttpStatus(answer).error();
    EXPECT_THAT(error.message, HasSubstr(std::to_string(answered)));
    EXPECT_THAT(error.ToString(), Not(HasSubstr(kSecret)));
    return error.code;
  };
  EXPECT_EQ(ask(401), ErrorCode::kNotPermitted);
  EXPECT_EQ(ask(403), ErrorCode::kNotPermitted);
  EXPECT_EQ(ask(404), ErrorCode::kNotFound);
  EXPECT_EQ(ask(500), ErrorCode::kIo);
}

TEST_F(HttpTest, ASilentServerIsGivenUpAtTheDeadline) {
  const HttpServer server([](const Request& request) {
    return request.target == "/never" ? Reply{"", true}
                                      : Reply{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true};
  });
  for (const char* path : {"/never", "/half"}) {
    const Error error = ErrorOf({.url = server.Url(path), .deadline = Seconds{0.2}});
    EXPECT_EQ(error.code, ErrorCode::kIo);
    EXPECT_THAT(error.message, HasSubstr("within 0.2 s"));
  }
}

TEST_F(HttpTest, WhatIsUnderWayCanBeGivenUpFromAnotherThread) {
  std::atomic<bool> asked{false};
  const HttpServer server([&](const Request&) {
    asked = true;
    return Reply{"", true};
  });
  std::thread owner([&] {
    while (!asked) std::this_thread::yield();
    client_->GiveUp();
  });
  // Waited for, it would be an hour.
  EXPECT_THAT(ErrorOf({.url = server.Url("/"), .deadline = Seconds{3600}}).message,
              HasSubstr("was not waited for"));
  owner.join();
  EXPECT_THAT(ErrorOf({.url = server.Url("/")}).message, HasSubstr("was not waited for"));
}

TEST_F(HttpTest, ACutOrGarbledAnswerIsAnError) {
  const HttpServer server([](const Request& request) {
    if (request.target == "/cut") return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false};
    if (request.target == "/nothing") return Reply{"", false};
    if (request.target == "/gzip") return Answer(200, "not compressed", "Content-Encoding: gzip\r\n");
    return Reply{"220 smtp.example ESMTP\r\n", false};
  });
  EXPECT_THAT(ErrorOf({.url = server.Url("/cut")}).message, HasSubstr("cut off"));
  EXPECT_THAT(ErrorOf({.url = server.Url("/nothing")}).message, HasSubstr("cut off"));
  EXPECT_THAT(ErrorOf({.url = server.Url("/mail")}).message, HasSubstr("does not answer in HTTP"));
  EXPECT_THAT(ErrorOf({.url = server.Url("/gzip")}).message, HasSubstr("does not answer in HTTP"));
}

TEST_F(HttpTest, AnEndlessAnswerIsCutShort) {
  const HttpServer server([](const Request& request) {
    if (request.target == "/headers") return Answer(200, "", "X-Long: " + std::string(90'000, 'x') + "\r\n");
    return Reply{"HTTP/1.1 200 OK\r\n\r\n" + std::string(5'000'000, 'x'), false};
  });
  EXPECT_THAT(ErrorOf({.url = server.Url("/body"), .body_limit = 1000}).message,
              HasSubstr("more than the 1000 bytes"));
  EXPECT_EQ(ErrorOf({.url = server.Url("/body")}).code, ErrorCode::kCorrupt)
      << "there is a limit without asking";
  EXPECT_EQ(ErrorOf({.url = server.Url("/headers")}).code, ErrorCode::kCorrupt);
  const HttpServer exact([](const Request&) { return Answer(200, std::string(1000, 'x')); });
  EXPECT_EQ(client_->Get({.url = exact.Url(), .body_limit = 1000})->body.size(), 1000u);
}

TEST_F(HttpTest, FollowsRedirectsWithItsSecretsToTheSameServerAlone) {
  const HttpServer other([](const Request&) { return Answer(200, "elsewhere"); });
  const HttpServer server([&](const Request& request) {
    if (request.target == "/here") return Answer(302, "", "Location: /there\r\n");
    if (request.target == "/away") return Answer(307, "", "Location: " + other.Url("/x") + "\r\n");
    return Answer(200, "there");
  });
  HttpRequest request{.url = server.Url("/here"), .headers = {{"X-Auth-Token", kSecret}}};
  request.credentials = {.user = "anna", .password = kSecret};
  const Result<HttpAnswer> there = client_->Get(request);
  ASSERT_TRUE(there.ok()) << there.error().ToString();
  EXPECT_EQ(there->body, "there");
  EXPECT_EQ(server.requests().back().headers.at("x-auth-token"), kSecret);
  EXPECT_EQ(server.requests().back().headers.count("authorization"), 1u);
  request.url = server.Url("/away");
  const Result<HttpAnswer> away = client_->Get(request);
  ASSERT_TRUE(away.ok()) << away.error().ToString();
  EXPECT_EQ(away->body, "elsewhere");
  EXPECT_EQ(away->url, other.Url("/x"));
  EXPECT_EQ(other.requests().at(0).headers.count("x-auth-token"), 0u);
  EXPECT_EQ(other.requests().at(0).headers.count("authorization"), 0u);
  request.credentials = {.bearer_token = kSecret};
  EXPECT_EQ(client_->Get(request)->body, "elsewhere");
  EXPECT_EQ(other.requests().at(1).headers.count("authorization"), 0u);
}

TEST_F(HttpTest, DoesNotFollowInCirclesOrOutOfTheWeb) {
  const HttpServer server([&](const Request& request) {
    const std::string target = request.target == "/file"   ? "file:///etc/passwd"
                               : request.target == "/ftp"  ? "ftp://127.0.0.1/x"
                               : request.target == "/user" ? "http://a:b@127.0.0.1/x"
                                                           : "/again";
    return Answer(301, "", "Location: " + target + "\r\n");
  });
  EXPECT_THAT(ErrorOf({.url = server.Url("/again")}).message, HasSubstr("more than 5 times"));
  EXPECT_EQ(server.requests().size(), 6u);
  EXPECT_EQ(ErrorOf({.url = server.Url("/file")}).code, ErrorCode::kRefused);
  EXPECT_EQ(ErrorOf({.url = server.Url("/ftp")}).code, ErrorCode::kRefused);
  EXPECT_EQ(ErrorOf({.url = server.Url("/user")}).code, ErrorCode::kRefused);
  const HttpRequest post{.url = server.Url("/again"), .method = HttpMethod::kPost, .body = kSecret};
  EXPECT_EQ(client_->Send(post)->status, 301) << "what was posted goes nowhere else";
}

TEST_F(HttpTest, RefusesAddressesThatAreNone) {
  for (const char* url :
       {"", "plug", "ftp://plug/", "file:///etc/passwd", "http://", "http://plug\r\nX: y/", "http://[::1"}) {
    EXPECT_EQ(ErrorOf({.url = url}).code, ErrorCode::kInvalidArgument) << url;
  }
  const Error error = ErrorOf({.url = std::string("http://anna:") + kSecret + "@plug/x?token=" + kSecret});
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("http://plug/x"));
}

TEST_F(HttpTest, RefusesHeadersThatWouldBreakOutOfTheirLine) {
  const HttpServer server([](const Request&) { return Answer(200, ""); });
  HttpRequest request{.url = server.Url(), .headers = {{"X-Name", std::string(kSecret) + "\r\nX-Other: 1"}}};
  EXPECT_EQ(ErrorOf(request).code, ErrorCode::kInvalidArgument);
  request = {.url = server.Url(), .credentials = {.bearer_token = std::string(kSecret) + "\n"}};
  EXPECT_EQ(ErrorOf(request).code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpTest, SaysWhenNobodyListens) {
  int port = 0;
  {
    port = HttpServer([](const Request&) { return Answer(200, ""); }).port();
  }
  const Error error = ErrorOf({.url = "http://127.0.0.1:" + std::to_string(port) + "/x"});
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, HasSubstr("accepts no connection"));
}

TEST_F(HttpTest, UsesTheEnvironmentsProxyOnlyWhenAsked) {
  const HttpServer proxy([](const Request&) { return Answer(200, "by proxy"); });
  const HttpServer server([](const Request&) { return Answer(200, "direct"); });
  ::setenv("http_proxy", proxy.Url().c_str(), 1);
  const std::string direct = client_->Get({.url = server.Url("/x")})->body;
  const std::string indirect = client_->Get({.url = server.Url("/x"), .use_proxy = true})->body;
  ::unsetenv("http_proxy");
  EXPECT_EQ(direct, "direct");
  EXPECT_EQ(indirect, "by proxy");
}

TEST_F(HttpTest, LeavesNoConnectionToTheCommandsThatAreStarted) {
  const HttpServer server([](const Request& request) {
    // Kept alive, so that the client keeps its socket.
    return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", request.target == "/"};
  });
  ASSERT_TRUE(client_->Get({.url = server.Url("/")}).ok());
  int connected = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename());
    sockaddr_in peer{};
    socklen_t size = sizeof(peer);
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.sin_family != AF_INET)
      continue;
    if (ntohs(peer.sin_port) != server.port()) continue;
    ++connected;
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  }
  EXPECT_EQ(connected, 1);
}

TEST(HttpClientTest, SaysWhatIsMissingWithoutLibcurl) {
  const Error absent = HttpClient::Open("libno-such-curl.so.4").error();
  EXPECT_EQ(absent.code, ErrorCode::kNotPresent);
  EXPECT_THAT(absent.message, HasSubstr("needs libcurl (Debian: libcurl4)"));
  EXPECT_FALSE(absent.hint.empty());
  const Error other = HttpClient::Open(JOULEPRINT_FAKE_NVML).error();
  EXPECT_EQ(other.code, ErrorCode::kRefused);
  EXPECT_THAT(other.message, HasSubstr("curl_easy_setopt"));
}

TEST(HttpClientTest, IsLinkedByNothing) {
  const char* names = nullptr;
  for (const ElfW(Dyn)* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
  }
  ASSERT_NE(names, nullptr);
  int needed = 0;
  for (const ElfW(Dyn)* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag != DT_NEEDED) continue;
    ++needed;
    EXPECT_THAT(names + entry->d_un.d_val, Not(HasSubstr("libcurl")));
  }
  EXPECT_GT(needed, 0);
}

TEST(ShownUrlTest, LeavesOutWhatMayBeSecret) {
  EXPECT_EQ(ShownUrl("https://anna:word@plug:8080/a/b?token=1#x"), "https://plug:8080/a/b");
  EXPECT_EQ(ShownUrl("http://plug"), "http://plug");
  EXPECT_EQ(ShownUrl("anna:word@plug/x"), "plug/x");
  EXPECT_EQ(ShownUrl("http://plug/a@b"), "http://plug/a@b");
  EXPECT_EQ(ShownUrl("http://a:b@c:d@plug/"), "http://plug/");
  EXPECT_EQ(ShownUrl("http://plug/\x1b[31m"), "http://plug/?[31m");
  EXPECT_EQ(ShownUrl(""), "");
}

}  // namespace
}  // namespace jouleprint::os
