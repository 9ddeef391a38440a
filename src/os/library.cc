// dlopen, dlsym and dlclose behind an owner; see library.h.
#include "os/library.h"

#include <dlfcn.h>

#include <string_view>
#include <utility>

#include "os/file.h"

namespace jouleprint::os {
namespace {

// The loader has no error codes. For a path the file system answers; for a soname only its sentence tells a
// library that is not there from one whose own dependency is not there: the first starts with our name.
bool IsMissing(const std::string& name, std::string_view loader_says) {
  if (name.find('/') != std::string::npos) return !Exists(name);
  return loader_says.starts_with(name + ": cannot open shared object file");
}

}  // namespace

Library::Library(Library&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Library& Library::operator=(Library&& other) noexcept {
  if (this != &other) {
    Close();
    handle_ = std::exchange(other.handle_, nullptr);
  }
  return *this;
}

Result<Library> Library::Open(const std::string& name) {
  // An empty name would open the program itself.
  if (name.empty()) return Error{ErrorCode::kInvalidArgument, "the library to load has no name", ""};
  if (void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return Library(handle);
  const char* said = dlerror();
  const std::string loader_says = said == nullptr ? "the loader gives no reason" : said;
  if (IsMissing(name, loader_says)) return Error{ErrorCode::kNotPresent, "there is no library " + name, ""};
  return Error{ErrorCode::kRefused, "the library " + name + " cannot be loaded: " + loader_says,
               "reinstall the package that it belongs to, for this machine's architecture"};
}

void* Library::Symbol(const char* name) const noexcept {
  return handle_ == nullptr ? nullptr : dlsym(handle_, name);
}

void Library::Close() noexcept {
  if (handle_ != nullptr) dlclose(handle_);
  handle_ = nullptr;
}

}  // namespace jouleprint::os
