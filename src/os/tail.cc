#include "os/tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "os/clock.h"
#include "os/wait.h"

namespace jouleprint::os {
namespace {

// No reading is this long; what is longer is cut there, so that a file without line ends costs no memory.
constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::size_t kLongestHead = 1024;
// Between two looks at a file that has not grown: a line without a time of its own is late by so much at
// most.
constexpr Seconds kLook{0.05};

Result<File> OpenNow(const std::string& path) {
  // Without O_NONBLOCK a pipe's open waits for a writer that may never come.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return SystemError(errno, "cannot read " + path);
  return File(fd);
}

}  // namespace

Tail::Tail(std::string path, File file, bool is_pipe)
    : path_(std::move(path)), file_(std::move(file)), is_pipe_(is_pipe) {}

Result<Tail> Tail::Open(const std::string& path, std::size_t history) {
  Result<File> file = OpenNow(path);
  if (!file.ok()) return file.error();
  struct stat info {};
  if (::fstat(file->fd(), &info) < 0) return SystemError(errno, "cannot read " + path);
  if (S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::kInvalidArgument, path + " is a folder", "name the file in it"};
  }
  Tail tail(path, std::move(*file), !S_ISREG(info.st_mode));
  const auto kept = static_cast<std::int64_t>(history);
  if (S_ISREG(info.st_mode) && info.st_size > kept) tail.SkipTo(info.st_size - kept);
  return tail;
}

void Tail::SkipTo(std::int64_t offset) {
  std::array<char, kLongestHead> buffer;
  const std::int64_t n = ReadFromStart(file_.fd(), buffer);
  const std::string_view start{buffer.data(), static_cast<std::size_t>(std::max<std::int64_t>(0, n))};
  head_ = std::string(start.substr(0, start.find('\n')));
  // From the byte before: where a line ends just there, the next one is whole.
  offset_ = offset - 1;
  skip_to_line_ = true;
}

Result<std::optional<std::string>> Tail::NextLine(Seconds patience) {
  const SystemClock clock;
  const BootTime until = clock.Boot() + patience;
  while (true) {
    if (std::optional<std::string> line = TakeLine()) return line;
    Result<bool> grown = Fill();
    caught_up_ = caught_up_ || (grown.ok() && !*grown);
    if (grown.ok() && !*grown && !is_pipe_) grown = FollowName();
    if (!grown.ok()) return grown.error();
    if (*grown) continue;
    const Seconds left = until - clock.Boot();
    if (left <= Seconds{0}) return std::optional<std::string>{};
    // A pipe whose writer has gone is always "readable": hence the sleep as well.
    if (is_pipe_) WaitReadable({file_.fd()}, left);
    Sleep(std::min(left, is_pipe_ ? kLook / 10 : kLook));
  }
}

std::optional<std::string> Tail::TakeLine() {
  while (true) {
    const std::size_t end = pending_.find('\n');
    if (end == std::string::npos && pending_.size() < kLongestLine) return std::nullopt;
    std::string line = pending_.substr(0, std::min(end, kLongestLine));
    pending_.erase(0, end == std::string::npos ? pending_.size() : end + 1);
    const bool rest_only = std::exchange(skip_to_line_, end == std::string::npos);
    if (rest_only) continue;
    ++line_number_;
    return line;
  }
}

// True when something came.
Result<bool> Tail::Fill() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t n = is_pipe_ ? ::read(file_.fd(), buffer.data(), buffer.size())
                             : ::pread(file_.fd(), buffer.data(), buffer.size(), offset_);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n < 0) return SystemError(errno, "cannot read " + path_);
  pending_.append(buffer.data(), static_cast<std::size_t>(n));
  offset_ += n;
  return n > 0;
}

// At the end of what is open: is it still what the name means, and no shorter than what was read?
Result<bool> Tail::FollowName() {
  struct stat open_file {};
  struct stat named {};
  if (::fstat(file_.fd(), &open_file) < 0) return SystemError(errno, "cannot read " + path_);
  if (::stat(path_.c_str(), &named) < 0) return SystemError(errno, "cannot read " + path_);
  const bool replaced = open_file.st_ino != named.st_ino || open_file.st_dev != named.st_dev;
  const bool cut = open_file.st_size < offset_;
  if (!replaced && !cut) return false;
  if (replaced) {
    Result<File> file = OpenNow(path_);
    if (!file.ok()) return file.error();
    file_ = std::move(*file);
  }
  pending_.clear();
  offset_ = 0;
  skip_to_line_ = false;
  return named.st_size > 0;
}

}  // namespace jouleprint::os
