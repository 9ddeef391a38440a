#include "os/random.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace jouleprint::os {
namespace {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
std::uint64_t SplitMix(std::uint64_t* state) {
  std::uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

void FillFromClocks(std::span<std::uint8_t> bytes) {
  timespec wall{};
  timespec cpu{};
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  std::uint64_t state =
      static_cast<std::uint64_t>(wall.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(wall.tv_nsec);
  state ^= static_cast<std::uint64_t>(cpu.tv_nsec) << 32;
  state ^= static_cast<std::uint64_t>(getpid()) << 17;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(SplitMix(&state));
}

}  // namespace

void FillRandom(std::span<std::uint8_t> bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t n = getrandom(bytes.data(), bytes.size(), 0);
    if (n > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      FillFromClocks(bytes);
      return;
    }
  }
}

}  // namespace jouleprint::os
