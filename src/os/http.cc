// HTTP by libcurl; see http.h. Redirects are followed here and not by libcurl, which would carry headers that
// are secrets (X-Auth-Token) to whatever host it is sent to.
#include "os/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>
#include <utility>

#include "os/curl_exchange.h"

namespace jouleprint::os {
namespace {

using Clock = std::chrono::steady_clock;

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// The parts of a URL that decide who is asked.
struct Origin {
  std::string scheme;
  std::string host;
  std::string port;
  bool has_user = false;

  bool SameAs(const Origin& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

using ParsedUrl = std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)>;

std::string Part(const CurlApi& curl, CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl.url_get(url, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy = text;
  curl.free(text);
  return copy;
}

Result<Origin> OriginOf(const CurlApi& curl, const std::string& url) {
  const Error invalid{ErrorCode::kInvalidArgument,
                      fmt::format("'{}' is no http:// or https:// address", ShownUrl(url)),
                      "write it as http://HOST[:PORT]/PATH"};
  if (HasControlCharacter(url)) return invalid;
  const ParsedUrl parsed(curl.url(), curl.url_cleanup);
  if (curl.url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return invalid;
  const auto part = [&](CURLUPart which) { return Part(curl, parsed.get(), which); };
  Origin origin{part(CURLUPART_SCHEME), part(CURLUPART_HOST), part(CURLUPART_PORT),
                !part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty()};
  if (origin.scheme != "http" && origin.scheme != "https") return invalid;
  std::transform(origin.host.begin(), origin.host.end(), origin.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return origin;
}

// Where an answer sends on to, made absolute; empty: nowhere. libcurl's own idea of it
// (CURLINFO_REDIRECT_URL) has the user and the password of the request in it.
std::string RedirectTarget(const CurlApi& curl, const std::string& url, const HttpAnswer& answer) {
  constexpr std::array<int, 5> kRedirects{301, 302, 303, 307, 308};  // RFC 9110, 15.4
  if (std::find(kRedirects.begin(), kRedirects.end(), answer.status) == kRedirects.end()) return {};
  const std::string location(answer.Header("location"));
  const ParsedUrl parsed(curl.url(), curl.url_cleanup);
  if (location.empty() || curl.url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return {};
  if (curl.url_set(parsed.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) return location;
  return Part(curl, parsed.get(), CURLUPART_URL);
}

Status CheckRequest(const HttpRequest& request) {
  const auto bad = [&](const std::string& what) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} to {} has a line break or control character in it", what, ShownUrl(request.url)),
        "remove it"};
  };
  for (const HttpHeader& header : request.headers) {
    if (HasControlCharacter(header.name) || HasControlCharacter(header.value))
      return bad("a header of a request");
  }
  const HttpCredentials& who = request.credentials;
  for (const std::string* secret : {&who.user, &who.password, &who.bearer_token}) {
    if (HasControlCharacter(*secret)) return bad("the user, password or token for a request");
  }
  return {};
}

}  // namespace

class HttpClient::Impl {
 public:
  Impl(std::shared_ptr<const CurlApi> curl, CURL* handle, CURLM* multi)
      : exchange_(std::move(curl), handle, multi) {}
  Result<HttpAnswer> Send(const HttpRequest& request);
  void GiveUp() { exchange_.GiveUp(); }

 private:
  CurlExchange exchange_;
};

Result<HttpAnswer> HttpClient::Impl::Send(const HttpRequest& request) {
  if (Status ok = CheckRequest(request); !ok.ok()) return ok.error();
  const Result<Origin> asked = OriginOf(exchange_.curl(), request.url);
  if (!asked.ok()) return asked.error();
  if (asked->has_user) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("the address {} has a user or password in it", ShownUrl(request.url)),
                 "leave them out of the address: it is shown in records and lists of processes"};
  }
  const auto end = Clock::now() + std::chrono::milliseconds(std::llround(request.deadline.value() * 1e3));
  std::string url = request.url;
  Origin origin = *asked;
  for (int hop = 0;; ++hop) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    Result<HttpAnswer> answer = exchange_.Send(request, url, origin.SameAs(*asked), left);
    if (!answer.ok() || request.method != HttpMethod::kGet) return answer;
    const std::string target = RedirectTarget(exchange_.curl(), url, *answer);
    if (target.empty()) return answer;
    if (hop >= request.redirects) {
      return Error{ErrorCode::kIo,
                   fmt::format("{} sends from one address to the next, more than {} times",
                               ShownUrl(request.url), request.redirects),
                   kAddressHint};
    }
    Result<Origin> next = OriginOf(exchange_.curl(), target);
    if (!next.ok() || next->has_user || (origin.scheme == "https" && next->scheme == "http")) {
      return Error{ErrorCode::kRefused,
                   fmt::format("{} sends on to {}, which is not followed", ShownUrl(url), ShownUrl(target)),
                   "if that is where the answer is, give that address"};
    }
    origin = *std::move(next);
    url = target;
  }
}

std::string_view HttpAnswer::Header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const HttpHeader& header) { return header.name == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

Status CheckHttpStatus(const HttpAnswer& answer) {
  if (answer.status >= 200 && answer.status < 300) return {};
  if (answer.status == 401 || answer.status == 403) {
    return Error{ErrorCode::kNotPermitted,
                 fmt::format("{} answers {}: not without other credentials", answer.url, answer.status),
                 "check the user and password, or the token"};
  }
  if (answer.status == 404 || answer.status == 410) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} answers {}: there is no such page", answer.url, answer.status),
                 "check the address"};
  }
  return Error{ErrorCode::kIo, fmt::format("{} answers with status {}", answer.url, answer.status),
               kAddressHint};
}

std::string ShownUrl(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t host_end = std::min(url.find('/', host), url.size());
  const std::size_t at = url.substr(0, host_end).rfind('@');
  const std::size_t shown_from = at == std::string_view::npos || at < host ? host : at + 1;
  std::string shown = std::string(url.substr(0, host)) + std::string(url.substr(shown_from));
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return shown;
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::Open(const std::string& library) {
  Result<std::shared_ptr<const CurlApi>> curl = LoadCurl(library);
  if (!curl.ok()) return curl.error();
  CURL* handle = (*curl)->easy_init();
  CURLM* multi = (*curl)->multi_init();
  if (handle == nullptr || multi == nullptr) {
    (*curl)->easy_cleanup(handle);
    return Error{ErrorCode::kInternal, "libcurl has no memory for a connection", ""};
  }
  return HttpClient(std::make_unique<Impl>(*std::move(curl), handle, multi));
}

Result<HttpAnswer> HttpClient::Send(const HttpRequest& request) { return impl_->Send(request); }
void HttpClient::GiveUp() { impl_->GiveUp(); }

}  // namespace jouleprint::os
