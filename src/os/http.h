// A small HTTP client: ask once, get an answer or one sentence why not.
//
//   Result<os::HttpClient> client = os::HttpClient::Open();
//   Result<os::HttpAnswer> answer = client->Get({.url = "http://192.168.1.20/status"});
//   if (answer.ok() && answer->status == 200) Parse(answer->body);
//
// libcurl does the work. It is loaded when the first client is opened, never before, and nothing links it: a
// run that asks nobody pays nothing, and a machine without it can still do everything else.
//
// What a caller may rely on:
//   * The deadline is for all of it: names, connections, redirects, the last byte.
//   * No proxy unless the request asks for the environment's; no .netrc; no cookies; no state but the
//     connection, which is kept for the next request.
//   * User, password, token, headers and the query of a URL appear in no error.
//   * Redirects go to http and https alone, never from https to http, and to another host (or port) without
//     the request's headers and credentials. A request with a body is not redirected.
// Tested by tests/os/http_test.cc against a server on loopback.
#ifndef JOULEPRINT_OS_HTTP_H_
#define JOULEPRINT_OS_HTTP_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::os {

struct HttpHeader {
  std::string name;
  std::string value;
};

/// Who asks. A bearer token goes before user and password.
struct HttpCredentials {
  std::string user{};
  std::string password{};
  std::string bearer_token{};
  /// The server wants user and password by digest instead of in the clear ("basic").
  bool digest = false;
};

enum class HttpMethod { kGet, kPost, kDelete };

struct HttpRequest {
  std::string url{};  ///< http:// or https://, without user and password
  HttpMethod method = HttpMethod::kGet;
  std::vector<HttpHeader> headers{};
  std::string body{};  ///< of a POST; say what it is in the header Content-Type
  HttpCredentials credentials{};
  Seconds deadline{5};
  std::size_t body_limit = 4u << 20;  ///< bytes, after decompression
  int redirects = 5;                  ///< at most
  std::string ca_file{};              ///< certificates to trust, PEM; empty: the system's
  bool insecure = false;              ///< trust any certificate: for devices that sign their own
  bool use_proxy = false;             ///< the environment's: http_proxy, https_proxy, no_proxy
};

struct HttpAnswer {
  int status = 0;  ///< 200, 404, ...; any status is an answer
  std::string body{};
  std::vector<HttpHeader> headers{};  ///< names in lower case
  std::string url{};                  ///< that answered, as it may be shown: without query

  /// The first header of that name (in lower case); empty when there is none.
  std::string_view Header(std::string_view name) const;
};

/// Success for 200 to 299, else one sentence: kNotPermitted for 401 and 403, kNotFound for 404 and 410, kIo.
Status CheckHttpStatus(const HttpAnswer& answer);

/// `url` as it may be shown to anybody: without user, password, query and fragment.
std::string ShownUrl(std::string_view url);

/// One per thread. Movable; keeps its connection open for the next request to the same host.
class HttpClient {
 public:
  /// kNotPresent without libcurl. `library`: another file or soname than the system's libcurl.
  static Result<HttpClient> Open(const std::string& library = {});

  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  /// Does what the request says (Get is the common case of it). Blocks until the deadline at most.
  Result<HttpAnswer> Send(const HttpRequest& request);
  Result<HttpAnswer> Get(const HttpRequest& request) { return Send(request); }
  /// From any thread, while this lives: the Send that is under way ends at once with an error, and so does
  /// every later one.
  void GiveUp();

 private:
  class Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_HTTP_H_
