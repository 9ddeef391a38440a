// Time. Three clocks, because each lies in its own way:
//   Boot()  counts through suspend and never steps: durations and energy integrals stand on it.
//   Awake() stops while the machine is suspended: Boot - Awake names a suspend.
//   Utc()   is what people read; it may step, so it is used for stamps only.
#ifndef JOULEPRINT_OS_CLOCK_H_
#define JOULEPRINT_OS_CLOCK_H_

#include <cstdint>

#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::os {

/// Nanoseconds on a clock that counts suspend and never steps (CLOCK_BOOTTIME).
struct BootTime {
  std::int64_t ns = 0;
  friend constexpr auto operator<=>(BootTime, BootTime) = default;
  friend constexpr Seconds operator-(BootTime a, BootTime b) {
    return Seconds{static_cast<double>(a.ns - b.ns) * 1e-9};
  }
  friend constexpr BootTime operator+(BootTime t, Seconds s) {
    return {t.ns + static_cast<std::int64_t>(s.value() * 1e9)};
  }
};

/// Safe to call from any thread; never allocates.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual BootTime Boot() const noexcept = 0;
  virtual Seconds Awake() const noexcept = 0;
  virtual UtcTime Utc() const noexcept = 0;
};

/// The kernel's clocks.
class SystemClock final : public Clock {
 public:
  BootTime Boot() const noexcept override;
  Seconds Awake() const noexcept override;
  UtcTime Utc() const noexcept override;
};

/// Blocks the calling thread.
void Sleep(Seconds s) noexcept;

/// A clock that a test moves by hand.
class FakeClock final : public Clock {
 public:
  BootTime Boot() const noexcept override { return {boot_ns_}; }
  Seconds Awake() const noexcept override { return Seconds{static_cast<double>(awake_ns_) * 1e-9}; }
  UtcTime Utc() const noexcept override { return {utc_us_}; }

  /// Time passes on all three.
  void Advance(Seconds s);
  /// The machine sleeps: Boot and Utc go on, Awake stands still.
  void Suspend(Seconds s);
  /// Somebody sets the wall clock.
  void StepUtc(Seconds s);

 private:
  std::int64_t boot_ns_ = 1'000'000'000;
  std::int64_t awake_ns_ = 1'000'000'000;
  std::int64_t utc_us_ = 1'700'000'000'000'000;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_CLOCK_H_
