// The few functions of libcurl that http.cc calls, bound at run time. Only types and constants come from its
// header; the ABI behind them has been the same since libcurl 7.16 (soname libcurl.so.4).
#ifndef JOULEPRINT_OS_CURL_API_H_
#define JOULEPRINT_OS_CURL_API_H_

#include <curl/curl.h>

#include <memory>
#include <string>

#include "jouleprint/result.h"
#include "os/library.h"

namespace jouleprint::os {

struct CurlApi {
  Library library;
  // Both variadic: an argument must have exactly the type that the option's manual page says.
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  // A transfer goes by the multi interface, which another thread may wake.
  decltype(&::curl_multi_init) multi_init = nullptr;
  decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&::curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&::curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&::curl_multi_perform) multi_perform = nullptr;
  decltype(&::curl_multi_poll) multi_poll = nullptr;
  decltype(&::curl_multi_wakeup) multi_wakeup = nullptr;
  decltype(&::curl_multi_info_read) multi_info_read = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
  decltype(&::curl_url) url = nullptr;
  decltype(&::curl_url_set) url_set = nullptr;
  decltype(&::curl_url_get) url_get = nullptr;
  decltype(&::curl_url_cleanup) url_cleanup = nullptr;
  decltype(&::curl_free) free = nullptr;
};

/// libcurl, initialised; the system's is loaded once in the life of the process and stays. `name`: another
/// file or soname than the system's.
Result<std::shared_ptr<const CurlApi>> LoadCurl(const std::string& name);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_CURL_API_H_
