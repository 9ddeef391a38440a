// Finds libcurl and binds it; see curl_api.h.
#include "os/curl_api.h"

#include <utility>

namespace jouleprint::os {
namespace {

// The soname everywhere, and the one of Debian's flavour with GnuTLS, which often is there when the other is
// not.
constexpr const char* kSonames[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

constexpr const char* kRemedy = "install it (Debian: libcurl4)";

class Binder {
 public:
  explicit Binder(const Library& library) : library_(library) {}

  template <class Function>
  void Bind(Function* function, const char* name) {
    *function = reinterpret_cast<Function>(library_.Symbol(name));
    if (*function == nullptr && missing_.empty()) missing_ = name;
  }
  const std::string& missing() const { return missing_; }

 private:
  const Library& library_;
  std::string missing_;
};

Result<Library> OpenLibrary(const std::string& name) {
  if (!name.empty()) return Library::Open(name);
  Result<Library> library = Library::Open(kSonames[0]);
  if (library.ok() || library.error().code != ErrorCode::kNotPresent) return library;
  return Library::Open(kSonames[1]);
}

Result<std::shared_ptr<const CurlApi>> Load(const std::string& name) {
  Result<Library> library = OpenLibrary(name);
  if (!library.ok() && library.error().code == ErrorCode::kNotPresent) {
    return Error{ErrorCode::kNotPresent,
                 "asking over HTTP needs libcurl (Debian: libcurl4), which is not there", kRemedy};
  }
  if (!library.ok()) return library.error();
  auto api = std::make_shared<CurlApi>();
  api->library = *std::move(library);
  Binder binder(api->library);
  binder.Bind(&api->easy_setopt, "curl_easy_setopt");
  binder.Bind(&api->easy_getinfo, "curl_easy_getinfo");
  binder.Bind(&api->global_init, "curl_global_init");
  binder.Bind(&api->easy_init, "curl_easy_init");
  binder.Bind(&api->easy_reset, "curl_easy_reset");
  binder.Bind(&api->easy_cleanup, "curl_easy_cleanup");
  binder.Bind(&api->easy_strerror, "curl_easy_strerror");
  binder.Bind(&api->multi_init, "curl_multi_init");
  binder.Bind(&api->multi_cleanup, "curl_multi_cleanup");
  binder.Bind(&api->multi_add_handle, "curl_multi_add_handle");
  binder.Bind(&api->multi_remove_handle, "curl_multi_remove_handle");
  binder.Bind(&api->multi_perform, "curl_multi_perform");
  binder.Bind(&api->multi_poll, "curl_multi_poll");
  binder.Bind(&api->multi_wakeup, "curl_multi_wakeup");
  binder.Bind(&api->multi_info_read, "curl_multi_info_read");
  binder.Bind(&api->slist_append, "curl_slist_append");
  binder.Bind(&api->slist_free_all, "curl_slist_free_all");
  binder.Bind(&api->url, "curl_url");
  binder.Bind(&api->url_set, "curl_url_set");
  binder.Bind(&api->url_get, "curl_url_get");
  binder.Bind(&api->url_cleanup, "curl_url_cleanup");
  binder.Bind(&api->free, "curl_free");
  if (!binder.missing().empty()) {
    return Error{ErrorCode::kRefused, "the libcurl of this machine has no " + binder.missing(),
                 "install libcurl 7.68 or newer (Debian: libcurl4)"};
  }
  if (api->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Error{ErrorCode::kRefused, "libcurl does not start", "reinstall it (Debian: libcurl4)"};
  }
  return std::shared_ptr<const CurlApi>(std::move(api));
}

}  // namespace

Result<std::shared_ptr<const CurlApi>> LoadCurl(const std::string& name) {
  if (!name.empty()) return Load(name);
  // Never unloaded, not even at the end: its TLS library leaves exit handlers behind that need their code.
  static const auto& system = *new Result<std::shared_ptr<const CurlApi>>(Load(name));
  return system;
}

}  // namespace jouleprint::os
