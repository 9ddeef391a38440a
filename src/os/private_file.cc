#include "os/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "os/file.h"

namespace jouleprint::os {
namespace {

// 0 or errno.
int CreateEmpty(const std::string& path) {
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  return file.is_open() ? 0 : errno;
}

}  // namespace

Status EnsurePrivateFile(const std::string& path) {
  const char* hint = "give a file in a folder that this user may write to, or free some room";
  int error = CreateEmpty(path);
  const std::size_t slash = path.rfind('/');
  if (error == ENOENT && slash != std::string::npos && slash > 0) {
    if (Status made = MakeDirectories(path.substr(0, slash)); !made.ok()) {
      return Error{made.error().code, "cannot create '" + path + "': " + made.error().message, hint};
    }
    error = CreateEmpty(path);
  }
  // A dangling link answers EEXIST too; whoever opens the file then says so.
  if (error == 0 || error == EEXIST) return {};
  return SystemError(error, "cannot create '" + path + "'", hint);
}

}  // namespace jouleprint::os
