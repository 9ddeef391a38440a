// A read that is asked for fewer bytes than a perf event has fails with ENOSPC, and one of a register whose
// length is no multiple of 8 with EINVAL (kernel/events/core.c, arch/x86/kernel/msr.c, Linux 6.12): always
// 8 at once. Tested by tests/os/perf_event_test.cc.
#include "os/count_file.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace jouleprint::os {

CountFile::CountFile(File file, std::uint64_t offset)
    : file_(std::move(file)),
      offset_(offset),
      // pread of a perf event fails with ESPIPE, and so does this.
      seekable_(file_.is_open() && ::lseek(file_.fd(), 0, SEEK_CUR) >= 0) {}

int CountFile::Read(std::uint64_t* out) const noexcept {
  if (!is_open()) return -EBADF;
  std::uint64_t value = 0;
  ssize_t n = -1;
  do {
    n = seekable_ ? ::pread(file_.fd(), &value, sizeof value, static_cast<off_t>(offset_))
                  : ::read(file_.fd(), &value, sizeof value);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return -errno;
  if (n != static_cast<ssize_t>(sizeof value)) return -ENODATA;
  *out = value;
  return 0;
}

}  // namespace jouleprint::os
