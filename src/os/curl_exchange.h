// One request and its answer by libcurl, without redirects: what http.cc is made of.
#ifndef JOULEPRINT_OS_CURL_EXCHANGE_H_
#define JOULEPRINT_OS_CURL_EXCHANGE_H_

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "os/curl_api.h"
#include "os/http.h"

namespace jouleprint::os {

/// The remedy when somebody does not answer as hoped.
inline constexpr const char* kAddressHint =
    "check the address, and that the device or service is up and reachable";

/// A handle of libcurl with the connections that it keeps. One thread at a time.
class CurlExchange {
 public:
  CurlExchange(std::shared_ptr<const CurlApi> curl, CURL* handle, CURLM* multi)
      : curl_(std::move(curl)), handle_(handle), multi_(multi) {}
  ~CurlExchange() {
    curl_->easy_cleanup(handle_);
    curl_->multi_cleanup(multi_);
  }
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  const CurlApi& curl() const { return *curl_; }
  /// Asks `url`, which stands in for request.url. Headers and credentials go along where `with_secrets`.
  Result<HttpAnswer> Send(const HttpRequest& request, const std::string& url, bool with_secrets,
                          std::chrono::milliseconds left);
  /// From any thread: ends the Send that is under way, and every later one, with an error.
  void GiveUp() {
    given_up_ = true;
    curl_->multi_wakeup(multi_);
  }

 private:
  using Headers = std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)>;

  // An overload per type that libcurl's manual names: a bool or an int where it expects a long would be read
  // beyond its end.
  void Set(CURLoption option, long value) { Keep(curl_->easy_setopt(handle_, option, value)); }
  void Set(CURLoption option, const char* value) { Keep(curl_->easy_setopt(handle_, option, value)); }
  void Set(CURLoption option, const std::string& value) { Set(option, value.c_str()); }
  void Set(CURLoption option, void* value) { Keep(curl_->easy_setopt(handle_, option, value)); }
  void Set(CURLoption option, curl_write_callback value) { Keep(curl_->easy_setopt(handle_, option, value)); }
  void Set(CURLoption option, curl_opensocket_callback value) {
    Keep(curl_->easy_setopt(handle_, option, value));
  }
  void Keep(CURLcode code) {
    if (code != CURLE_OK && refused_ == CURLE_OK) refused_ = code;
  }

  void SetTransport(const HttpRequest& request, std::chrono::milliseconds left);
  void SetWhatIsAsked(const HttpRequest& request, const std::string& url);
  void SetWhoAsks(const HttpCredentials& who);
  CURLcode Perform();
  Headers MakeHeaders(const HttpRequest& request, bool with_secrets) const;

  std::shared_ptr<const CurlApi> curl_;
  CURL* handle_;
  CURLM* multi_;  // holds the connections, and is what GiveUp wakes
  std::atomic<bool> given_up_{false};
  CURLcode refused_ = CURLE_OK;  // the first option that libcurl did not take
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_CURL_EXCHANGE_H_
