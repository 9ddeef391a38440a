// A counter of 8 binary bytes behind a file descriptor: a perf event, a model-specific register.
#ifndef JOULEPRINT_OS_COUNT_FILE_H_
#define JOULEPRINT_OS_COUNT_FILE_H_

#include <cstdint>

#include "os/file.h"

namespace jouleprint::os {

class CountFile {
 public:
  CountFile() = default;
  /// `offset`: where the bytes stand, of a file that can be sought in (the address, of a register). A perf
  /// event cannot, and gives its count at each read.
  explicit CountFile(File file, std::uint64_t offset = 0);

  bool is_open() const { return file_.is_open(); }
  /// One system call. 0, or -errno; -ENODATA where fewer than 8 bytes came. Never allocates.
  int Read(std::uint64_t* out) const noexcept;

 private:
  File file_;
  std::uint64_t offset_ = 0;
  bool seekable_ = false;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_COUNT_FILE_H_
