#include "os/wait.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace jouleprint::os {

bool WaitReadable(std::initializer_list<int> fds, Seconds patience) noexcept {
  std::array<pollfd, 4> watched{};
  std::size_t n = 0;
  for (const int fd : fds) {
    if (n < watched.size()) watched[n++] = {fd, POLLIN, 0};
  }
  const double left = std::max(0.0, patience.value());
  const timespec limit{
      .tv_sec = static_cast<time_t>(left),
      .tv_nsec = static_cast<long>((left - static_cast<double>(static_cast<time_t>(left))) * 1e9)};
  return ::ppoll(watched.data(), n, &limit, nullptr) > 0;
}

}  // namespace jouleprint::os
