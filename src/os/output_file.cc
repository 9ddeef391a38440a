#include "os/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace jouleprint::os {

Result<OutputFile> OutputFile::Create(const std::string& path) {
  constexpr mode_t kMode = 0666;  // less what the user's umask takes
  File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (!file.is_open()) return SystemError(errno, "cannot write " + path);
  return OutputFile(std::move(file), path);
}

Status OutputFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_.fd(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(errno, "cannot write " + path_);
    bytes.remove_prefix(static_cast<std::size_t>(n));
    written_ += n;
  }
  return {};
}

}  // namespace jouleprint::os
