// futex(2): FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC, which is what steady_clock shows.
#include "os/doorbell.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace jouleprint::os {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

std::uint32_t* WordOf(std::atomic<std::uint32_t>* atomic) { return reinterpret_cast<std::uint32_t*>(atomic); }

timespec TimeOf(Doorbell::Deadline deadline) {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  const std::int64_t ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
  return {.tv_sec = static_cast<time_t>(ns / kNsPerSecond), .tv_nsec = static_cast<long>(ns % kNsPerSecond)};
}

}  // namespace

void Doorbell::Ring() noexcept {
  rung_.fetch_add(1);
  // Whoever waits has said so before the kernel looked at the count.
  if (waiting_.load() == 0) return;
  ::syscall(SYS_futex, WordOf(&rung_), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

void Doorbell::Await(std::uint32_t seen, Deadline deadline) noexcept {
  const timespec until = TimeOf(deadline);
  const timespec* const time = deadline == Deadline::max() ? nullptr : &until;
  waiting_.fetch_add(1);
  while (rung_.load() == seen && std::chrono::steady_clock::now() < deadline) {
    ::syscall(SYS_futex, WordOf(&rung_), FUTEX_WAIT_BITSET_PRIVATE, seen, time, nullptr,
              FUTEX_BITSET_MATCH_ANY);
  }
  waiting_.fetch_sub(1);
}

}  // namespace jouleprint::os
