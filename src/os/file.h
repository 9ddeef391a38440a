// Files, the way a meter needs them: opened once, read again and again at offset 0 without
// allocating. EINTR and short reads are dealt with here and nowhere else.
#ifndef JOULEPRINT_OS_FILE_H_
#define JOULEPRINT_OS_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"

namespace jouleprint::os {

/// An owned file descriptor. Movable, not copyable; closing never throws.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(other.Release()) {}
  File& operator=(File&& other) noexcept;
  ~File() { Close(); }

  /// Opens for reading, close-on-exec. The error says the path and, for a permission, kNotPermitted.
  static Result<File> OpenForReading(const std::string& path);

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int Release();
  void Close();

 private:
  int fd_ = -1;
};

/// Reads from offset 0 into `buffer` until it is full or the file ends. Returns the number of bytes,
/// or -errno. Never allocates. Safe in the sampling loop.
std::int64_t ReadFromStart(int fd, std::span<char> buffer) noexcept;

/// True when the open file's name is gone: it was removed, or another was renamed into its place.
bool IsUnlinked(int fd) noexcept;

/// Parses the unsigned decimal number that `text` starts with (leading blanks allowed).
/// False when there is none, when it overflows, or when something but white space follows.
bool ParseU64(std::string_view text, std::uint64_t* out) noexcept;
bool ParseI64(std::string_view text, std::int64_t* out) noexcept;
/// As above for a decimal fraction ("0.5", "1e3"); locale-independent.
bool ParseDouble(std::string_view text, double* out) noexcept;

/// The whole of a small file (a sysfs attribute, /proc/cpuinfo, a config file).
Result<std::string> ReadFile(const std::string& path);
/// ReadFile with white space cut off at both ends.
Result<std::string> ReadLine(const std::string& path);
/// Writes beside the target, syncs and renames: the file is the old one or the new one, never half. A link
/// is followed. What is no plain file (a device, a pipe, /dev/stdout), or lies in a folder in which nothing
/// may be made, is written as it is.
Status WriteFileAtomically(const std::string& path, std::string_view content);

/// Names in a folder, sorted, without "." and "..".
Result<std::vector<std::string>> ListDirectory(const std::string& path);
bool Exists(const std::string& path);
bool IsDirectory(const std::string& path);
/// Where a link, or a chain of them, ends; the path itself where it ends nowhere.
std::string LinkEnd(const std::string& path);
/// True when both paths are one file, or would be.
bool SameFile(const std::string& a, const std::string& b);
/// Refuses a path that no file can be written to: its folder is missing or closed to us, or it is a
/// folder itself. Asked before a long run, so that its results have somewhere to go.
Status CheckWritable(const std::string& path);
/// The folder and its missing parents, mode 0700.
Status MakeDirectories(const std::string& path);

/// An Error for `errno_value`: kNotPermitted for EACCES/EPERM, kNotFound for ENOENT, else kIo.
Error SystemError(int errno_value, const std::string& what, std::string hint = {});

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_FILE_H_
