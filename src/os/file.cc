#include "os/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

namespace jouleprint::os {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class Number>
bool ParseNumber(std::string_view text, Number* out) noexcept {
  const std::string_view digits = Trimmed(text);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), *out);
  return error == std::errc{} && end == digits.data() + digits.size();
}

// Retries what a signal interrupted.
template <class Call>
auto Uninterrupted(Call call) noexcept {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = Uninterrupted([&] { return ::write(fd, content.data(), content.size()); });
    if (n < 0) return SystemError(errno, "cannot write " + path);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  // A pipe or a device has nothing to sync.
  if (Uninterrupted([&] { return ::fsync(fd); }) < 0 && errno != EINVAL && errno != ENOTSUP) {
    return SystemError(errno, "cannot write " + path);
  }
  return {};
}

Status WriteInPlace(const std::string& path, int flags, std::string_view content) {
  // A pipe that nobody reads is refused at once (ENXIO) instead of waited for.
  constexpr int kWay = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const File file(Uninterrupted([&] { return ::open(path.c_str(), kWay | flags, 0666); }));
  if (!file.is_open()) return SystemError(errno, "cannot write " + path);
  ::fcntl(file.fd(), F_SETFL, ::fcntl(file.fd(), F_GETFL) & ~O_NONBLOCK);
  return WriteAll(file.fd(), content, path);
}

// What is open already: /dev/stdout, /dev/fd/3, /proc/self/fd/1. To replace such a file would be to lose what
// others write into it.
bool IsOpenElsewhere(const std::string& path) {
  return path.starts_with("/dev/") || path.starts_with("/proc/");
}

// mkostemp gives 0600; what a person asks to be written follows their umask as any other file does.
mode_t ModeOfNewFiles() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

Status Replace(const std::string& path, mode_t mode, std::string_view content) {
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return SystemError(errno, "cannot write " + path);
  const File file(fd);
  Status written = WriteAll(fd, content, path);
  if (written.ok() && (::fchmod(fd, mode) < 0 || ::rename(temporary.c_str(), path.c_str()) < 0)) {
    written = SystemError(errno, "cannot write " + path);
  }
  if (!written.ok()) ::unlink(temporary.c_str());
  return written;
}

}  // namespace

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = other.Release();
  }
  return *this;
}

Result<File> File::OpenForReading(const std::string& path) {
  const int fd = Uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); });
  if (fd < 0) return SystemError(errno, "cannot read " + path);
  return File(fd);
}

int File::Release() { return std::exchange(fd_, -1); }

void File::Close() {
  if (fd_ >= 0) ::close(Release());
}

std::int64_t ReadFromStart(int fd, std::span<char> buffer) noexcept {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t n = Uninterrupted(
        [&] { return ::pread(fd, buffer.data() + done, buffer.size() - done, static_cast<off_t>(done)); });
    if (n < 0) return -errno;
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return static_cast<std::int64_t>(done);
}

bool IsUnlinked(int fd) noexcept {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && info.st_nlink == 0;
}

bool ParseU64(std::string_view text, std::uint64_t* out) noexcept { return ParseNumber(text, out); }
bool ParseI64(std::string_view text, std::int64_t* out) noexcept { return ParseNumber(text, out); }
bool ParseDouble(std::string_view text, double* out) noexcept { return ParseNumber(text, out); }

Result<std::string> ReadFile(const std::string& path) {
  Result<File> file = File::OpenForReading(path);
  if (!file.ok()) return file.error();
  std::string content;
  std::array<char, 16384> chunk;
  for (;;) {
    const ssize_t n = Uninterrupted([&] { return ::read(file->fd(), chunk.data(), chunk.size()); });
    if (n < 0) return SystemError(errno, "cannot read " + path);
    if (n == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

Result<std::string> ReadLine(const std::string& path) {
  Result<std::string> content = ReadFile(path);
  if (!content.ok()) return content;
  return std::string(Trimmed(*content));
}

Status WriteFileAtomically(const std::string& path, std::string_view content) {
  struct stat file {
  }, name{};
  const bool there = ::stat(path.c_str(), &file) == 0;
  if (IsOpenElsewhere(path) || (there && !S_ISREG(file.st_mode)))
    return WriteInPlace(path, O_APPEND, content);
  const bool link_to_nowhere = !there && ::lstat(path.c_str(), &name) == 0;
  if (link_to_nowhere) return WriteInPlace(path, O_CREAT, content);
  Status written = Replace(LinkEnd(path), there ? file.st_mode & 0777 : ModeOfNewFiles(), content);
  const bool folder_refuses = !written.ok() && written.error().code == ErrorCode::kNotPermitted;
  return there && folder_refuses ? WriteInPlace(path, O_TRUNC, content) : written;
}

Result<std::vector<std::string>> ListDirectory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return SystemError(errno, "cannot list " + path);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool IsDirectory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string LinkEnd(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> end(::realpath(path.c_str(), nullptr), std::free);
  return end ? std::string(end.get()) : path;
}

bool SameFile(const std::string& a, const std::string& b) {
  struct stat first {
  }, second{};
  if (a == b) return true;
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

Status CheckWritable(const std::string& path) {
  if (IsDirectory(path)) return SystemError(EISDIR, "cannot write " + path, "name a file in it");
  if (::access(path.c_str(), W_OK) == 0) return {};
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return SystemError(errno, "cannot write " + path,
                     "name a file in a folder that is there and may be written to");
}

Status MakeDirectories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    const int error = ::mkdir(part.c_str(), 0700) < 0 ? errno : 0;
    // A parent that may not be written but is there already (EROFS, EACCES) is no obstacle.
    if (error != 0 && !IsDirectory(part)) return SystemError(error, "cannot make the folder " + part);
    if (slash == std::string::npos) return {};
  }
}

Error SystemError(int errno_value, const std::string& what, std::string hint) {
  ErrorCode code = ErrorCode::kIo;
  if (errno_value == EACCES || errno_value == EPERM) code = ErrorCode::kNotPermitted;
  if (errno_value == ENOENT || errno_value == ENOTDIR) code = ErrorCode::kNotFound;
  return {code, what + ": " + std::generic_category().message(errno_value), std::move(hint)};
}

}  // namespace jouleprint::os
