#include "os/clock.h"

#include <cerrno>
#include <ctime>

namespace jouleprint::os {
namespace {

std::int64_t Nanoseconds(clockid_t id) noexcept {
  timespec now{};
  ::clock_gettime(id, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::int64_t AsNanoseconds(Seconds s) { return static_cast<std::int64_t>(s.value() * 1e9); }

}  // namespace

BootTime SystemClock::Boot() const noexcept { return {Nanoseconds(CLOCK_BOOTTIME)}; }
Seconds SystemClock::Awake() const noexcept {
  return Seconds{static_cast<double>(Nanoseconds(CLOCK_MONOTONIC)) * 1e-9};
}
UtcTime SystemClock::Utc() const noexcept { return {Nanoseconds(CLOCK_REALTIME) / 1000}; }

void Sleep(Seconds s) noexcept {
  timespec left{.tv_sec = static_cast<time_t>(s.value()), .tv_nsec = AsNanoseconds(s) % 1'000'000'000};
  while (::nanosleep(&left, &left) < 0 && errno == EINTR) {
  }
}

void FakeClock::Advance(Seconds s) {
  Suspend(s);
  awake_ns_ += AsNanoseconds(s);
}

void FakeClock::Suspend(Seconds s) {
  boot_ns_ += AsNanoseconds(s);
  StepUtc(s);
}

void FakeClock::StepUtc(Seconds s) { utc_us_ += AsNanoseconds(s) / 1000; }

}  // namespace jouleprint::os
