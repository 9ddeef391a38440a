#include "os/user_dirs.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace jouleprint::os {
namespace {

// The specification has a relative path in one of these variables ignored.
std::string AbsolutePathIn(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] == '/' ? value : "";
}

std::string UserDir(const char* variable, std::string_view below_home) {
  std::string base = AbsolutePathIn(variable);
  if (base.empty()) {
    base = HomeDir();
    if (base.back() != '/') base += '/';
    base += below_home;
  }
  if (base.back() != '/') base += '/';
  return base + "jouleprint";
}

}  // namespace

std::string EnvironmentVariable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string HomeDir() {
  std::string home = AbsolutePathIn("HOME");
  if (!home.empty()) return home;
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr &&
      found->pw_dir != nullptr && found->pw_dir[0] == '/') {
    return found->pw_dir;
  }
  return "/";
}

std::string DataDir() { return UserDir("XDG_DATA_HOME", ".local/share"); }
std::string ConfigDir() { return UserDir("XDG_CONFIG_HOME", ".config"); }
std::string CacheDir() { return UserDir("XDG_CACHE_HOME", ".cache"); }
std::string StateDir() { return UserDir("XDG_STATE_HOME", ".local/state"); }

}  // namespace jouleprint::os
