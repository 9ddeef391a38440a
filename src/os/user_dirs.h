// Where this user's files belong, by the XDG Base Directory Specification 0.8. Nothing is created.
//
//   os::DataDir()    $XDG_DATA_HOME/jouleprint    or ~/.local/share/jouleprint
//   os::ConfigDir()  $XDG_CONFIG_HOME/jouleprint  or ~/.config/jouleprint
//   os::CacheDir()   $XDG_CACHE_HOME/jouleprint   or ~/.cache/jouleprint
//   os::StateDir()   $XDG_STATE_HOME/jouleprint   or ~/.local/state/jouleprint
//
// Reads the environment: not to be called while another thread changes it.
#ifndef JOULEPRINT_OS_USER_DIRS_H_
#define JOULEPRINT_OS_USER_DIRS_H_

#include <string>

namespace jouleprint::os {

std::string DataDir();
std::string ConfigDir();
std::string CacheDir();
std::string StateDir();

/// A variable of the environment; "" where it is not set.
std::string EnvironmentVariable(const char* name);

/// $HOME, else the passwd entry, else "/" (a user without any home, as in some containers).
std::string HomeDir();

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_USER_DIRS_H_
