// One exchange by libcurl; see curl_exchange.h.
#include "os/curl_exchange.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace jouleprint::os {
namespace {

constexpr std::size_t kHeaderLimit = 64u << 10;  // all of an answer's headers together, bytes

// Filled in by the callbacks that follow. They are called from C, so nothing may be thrown through them.
struct Incoming {
  std::size_t body_limit = 0;
  std::size_t header_bytes = 0;
  bool too_much = false;
  HttpAnswer answer;
};

std::size_t TakeBody(char* data, std::size_t one, std::size_t size, void* user) noexcept {
  auto* in = static_cast<Incoming*>(user);
  if (size > in->body_limit - in->answer.body.size()) {
    in->too_much = true;
    return 0;
  }
  in->answer.body.append(data, size * one);
  return size * one;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::size_t TakeHeader(char* data, std::size_t one, std::size_t size, void* user) noexcept {
  auto* in = static_cast<Incoming*>(user);
  in->header_bytes += size * one;
  if (in->header_bytes > kHeaderLimit) {
    in->too_much = true;
    return 0;
  }
  const std::string_view line = Trimmed({data, size * one});
  // Each answer begins with its status: "100 Continue" and a challenge's 401 come before the one that counts.
  if (line.starts_with("HTTP/")) in->answer.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size * one;
  HttpHeader header{std::string(Trimmed(line.substr(0, colon))),
                    std::string(Trimmed(line.substr(colon + 1)))};
  std::transform(header.name.begin(), header.name.end(), header.name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  in->answer.headers.push_back(std::move(header));
  return size * one;
}

// libcurl's own sockets would be inherited by the command that a run starts.
curl_socket_t OpenSocket(void*, curlsocktype, curl_sockaddr* address) noexcept {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Error Explain(const CurlApi& curl, CURLcode code, const HttpRequest& request, const std::string& shown) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::kIo,
              fmt::format("{} gives no whole answer within {:g} s", shown, request.deadline.value()),
              kAddressHint};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorCode::kIo, fmt::format("the host of {} is not known by that name", shown), kAddressHint};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return {ErrorCode::kIo, fmt::format("the proxy to {} cannot be reached", shown),
              "check http_proxy, https_proxy and no_proxy in the environment"};
    case CURLE_COULDNT_CONNECT:
      return {ErrorCode::kIo, fmt::format("{} accepts no connection", shown), kAddressHint};
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
      return {ErrorCode::kIo, fmt::format("the answer of {} is cut off", shown), kAddressHint};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
      return {ErrorCode::kCorrupt, fmt::format("{} does not answer in HTTP", shown), kAddressHint};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {ErrorCode::kRefused, fmt::format("the certificate of {} cannot be trusted", shown),
              "name the certificate that it is signed with, or say that any will do"};
    case CURLE_ABORTED_BY_CALLBACK:
      return {ErrorCode::kIo, fmt::format("the answer of {} was not waited for", shown), kAddressHint};
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorCode::kInvalidArgument,
              fmt::format("'{}' holds no certificates to trust", request.ca_file),
              "name a readable file of certificates in PEM"};
    default:
      return {ErrorCode::kIo, fmt::format("{} cannot be asked ({})", shown, curl.easy_strerror(code)),
              kAddressHint};
  }
}

}  // namespace

void CurlExchange::SetTransport(const HttpRequest& request, std::chrono::milliseconds left) {
  // Given up, it must not wait for the thread that looks a name up. Not known to libcurl before 7.87.
  curl_->easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);
  Set(CURLOPT_NOSIGNAL, 1L);  // its alarm() would hit whichever thread comes along
  Set(CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_OPENSOCKETFUNCTION, static_cast<curl_opensocket_callback>(OpenSocket));
  if (!request.use_proxy) Set(CURLOPT_PROXY, "");
  if (!request.ca_file.empty()) Set(CURLOPT_CAINFO, request.ca_file);
  if (request.insecure) {
    Set(CURLOPT_SSL_VERIFYPEER, 0L);
    Set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void CurlExchange::SetWhatIsAsked(const HttpRequest& request, const std::string& url) {
  Set(CURLOPT_URL, url);
  Set(CURLOPT_ACCEPT_ENCODING, "");  // all that it can undo
  switch (request.method) {
    case HttpMethod::kGet:
      Set(CURLOPT_HTTPGET, 1L);
      break;
    case HttpMethod::kPost:
      Set(CURLOPT_POST, 1L);
      Set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
      Set(CURLOPT_COPYPOSTFIELDS, request.body);
      break;
    case HttpMethod::kDelete:
      Set(CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
  }
}

void CurlExchange::SetWhoAsks(const HttpCredentials& who) {
  if (!who.bearer_token.empty() || who.user.empty()) return;
  Set(CURLOPT_HTTPAUTH, who.digest ? static_cast<long>(CURLAUTH_DIGEST) : static_cast<long>(CURLAUTH_BASIC));
  Set(CURLOPT_USERNAME, who.user);
  Set(CURLOPT_PASSWORD, who.password);
}

CurlExchange::Headers CurlExchange::MakeHeaders(const HttpRequest& request, bool with_secrets) const {
  Headers list(nullptr, curl_->slist_free_all);
  const auto add = [&](const std::string& line) {
    // The list grows at its end: its head is the same but for the first.
    if (curl_slist* head = curl_->slist_append(list.get(), line.c_str()); list == nullptr) list.reset(head);
  };
  add("User-Agent: jouleprint");
  // Without it a POST waits for a "100 Continue" that small servers never send.
  if (request.method == HttpMethod::kPost) add("Expect:");
  if (!with_secrets) return list;
  // "Name;" is how libcurl is told to send a header without a value.
  for (const HttpHeader& header : request.headers) {
    add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  const std::string& token = request.credentials.bearer_token;
  if (!token.empty()) add("Authorization: Bearer " + token);
  return list;
}

// As curl_easy_perform does it, but that GiveUp ends it.
CURLcode CurlExchange::Perform() {
  constexpr int kLongestPollMs = 1000;
  if (curl_->multi_add_handle(multi_, handle_) != CURLM_OK) return CURLE_FAILED_INIT;
  int running = 1;
  while (!given_up_ && curl_->multi_perform(multi_, &running) == CURLM_OK && running > 0) {
    curl_->multi_poll(multi_, nullptr, 0, kLongestPollMs, nullptr);
  }
  CURLcode code = given_up_ ? CURLE_ABORTED_BY_CALLBACK : CURLE_FAILED_INIT;
  for (int left = 0; const CURLMsg* message = curl_->multi_info_read(multi_, &left);) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  curl_->multi_remove_handle(multi_, handle_);
  return code;
}

Result<HttpAnswer> CurlExchange::Send(const HttpRequest& request, const std::string& url, bool with_secrets,
                                      std::chrono::milliseconds left) {
  const std::string shown = ShownUrl(url);
  if (left.count() <= 0) return Explain(*curl_, CURLE_OPERATION_TIMEDOUT, request, shown);
  curl_->easy_reset(handle_);  // keeps its connections
  refused_ = CURLE_OK;
  Incoming in;
  in.body_limit = request.body_limit;
  SetTransport(request, left);
  SetWhatIsAsked(request, url);
  if (with_secrets) SetWhoAsks(request.credentials);
  const Headers headers = MakeHeaders(request, with_secrets);
  Set(CURLOPT_HTTPHEADER, static_cast<void*>(headers.get()));
  Set(CURLOPT_WRITEFUNCTION, static_cast<curl_write_callback>(TakeBody));
  Set(CURLOPT_WRITEDATA, static_cast<void*>(&in));
  Set(CURLOPT_HEADERFUNCTION, static_cast<curl_write_callback>(TakeHeader));
  Set(CURLOPT_HEADERDATA, static_cast<void*>(&in));
  const CURLcode code = refused_ != CURLE_OK ? refused_ : Perform();
  if (in.too_much) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format("{} answers with more than the {} bytes that are expected", shown, request.body_limit),
        kAddressHint};
  }
  if (code != CURLE_OK) return Explain(*curl_, code, request, shown);
  long status = 0;
  curl_->easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  in.answer.status = static_cast<int>(status);
  in.answer.url = shown;
  return std::move(in.answer);
}

}  // namespace jouleprint::os
