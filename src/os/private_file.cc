#include "os/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

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

Result<std::string> ReadPrivateFile(const std::string& path) {
  const Result<File> file = File::OpenForReading(path);
  if (!file.ok()) return file.error();
  struct stat about {};
  if (fstat(file->fd(), &about) != 0) return SystemError(errno, "cannot read '" + path + "'");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorCode::kRefused, "'" + path + "' holds a secret, and others than its owner may use it",
                 "chmod 600 '" + path + "'"};
  }
  return ReadFile("/proc/self/fd/" + std::to_string(file->fd()));
}

}  // namespace jouleprint::os
