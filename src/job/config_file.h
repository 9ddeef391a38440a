// The configuration file: jouleprint.toml here, else in the user's configuration folder. What it may hold is
// what the command's flags and the C ABI's options may say.
#ifndef JOULEPRINT_JOB_CONFIG_FILE_H_
#define JOULEPRINT_JOB_CONFIG_FILE_H_

#include <map>
#include <string>

#include "jouleprint/result.h"

namespace jouleprint::job {

/// A setting as text, as it would stand behind the flag of its name, and where it was read.
struct Setting {
  std::string value;
  std::string where;  ///< "jouleprint.toml line 3"
};

/// Keys are the flags' names without dashes in front, with _ for - ("db", "zone", "interval", ...).
/// `path` empty: the default places, of which none need exist. Refused with file, line and key: a syntax
/// error, an unknown key (near ones suggested by the list of known keys), a value that is not plain.
Result<std::map<std::string, Setting>> ReadConfig(const std::string& path);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_CONFIG_FILE_H_
