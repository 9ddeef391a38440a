// From what an external meter says now and then to joules that only grow.
//
// Why a counter and not the watts as they come: the samples' own times say how long each power lasted, and
// whoever reads the sum loses nothing when several samples fell between two reads or none did.
//
// Rules:
//   power     Trapezoid between two samples. A plug's own energy counter is not used instead: its step (60 J
//             of a Shelly's watt-minute, 3600 J of a Tasmota's thousandth of a kWh) is more than a short run.
//   silence   A stretch of ten times the usual is not bridged by a straight line: the device's own energy
//             counter tells it, where it moved by enough steps; else the sum jumps back, which an integrator
//             takes for a restart, fills with the last known power and reports as filled.
//   energy    A device that gives energy and no power: its counter's steps, each when it was seen.
//   nonsense  A power that is negative, infinite or more than a machine can draw is ignored and counted; so
//   is
//             a sample that is not newer than the last.
//
// Pure; allocates nothing; one thread at a time. Tested by tests/meters/wattmeter/watt_integral_test.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_INTEGRAL_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_INTEGRAL_H_

#include <cstdint>
#include <optional>

#include "jouleprint/units.h"
#include "meters/wattmeter/wattmeter_source.h"
#include "os/clock.h"

namespace jouleprint::meters {

/// The sum at a moment, in counts of kJoulesPerWattCount.
struct WattPoint {
  std::uint64_t counts = 0;
  os::BootTime at;
};

inline constexpr double kJoulesPerWattCount = 1e-3;
/// More than one machine draws from the wall: a shelf of eight accelerators takes 10 to 15 kW, so this is
/// several of them behind one meter.
inline constexpr Watts kMostOfAMachine{50'000};

class WattIntegral {
 public:
  enum class Verdict {
    kTaken,
    kNothing,    ///< no value, or an energy that has not moved
    kNonsense,   ///< ignored
    kNotNewer,   ///< ignored
    kRestarted,  ///< taken; the stretch before it is not known
  };

  /// `period`: time between two samples as it is meant to be. `energy_step`: of the device's own counter, 0
  /// where it is not known. `gain`: what every value is multiplied by.
  WattIntegral(Seconds period, Joules energy_step, double gain);

  Verdict Add(const WattSample& sample, os::BootTime at) noexcept;

  bool started() const { return started_; }
  /// At the last sample. Only once started.
  WattPoint last() const { return last_; }
  /// A moment before it, at the power of then: so that two reads show a power however short the run is.
  WattPoint just_before() const { return just_before_; }
  /// Over the last stretch; NaN before there was one.
  Watts power() const { return power_; }

 private:
  bool IsNonsense(const WattSample& sample) const noexcept;
  Verdict Start(const WattSample& sample, os::BootTime at) noexcept;
  Verdict AddPower(const WattSample& sample, os::BootTime at, Seconds elapsed) noexcept;
  Verdict AddEnergy(const WattSample& sample, os::BootTime at, Seconds elapsed) noexcept;
  std::optional<Joules> CountedByDevice(const WattSample& sample, Seconds elapsed) const noexcept;
  void MoveOn(Joules energy, Watts now, os::BootTime at) noexcept;
  void Restart(os::BootTime at) noexcept;
  Seconds LongestBridge(Seconds elapsed) const noexcept;

  const Seconds period_;
  const Joules energy_step_;
  const double gain_;

  bool started_ = false;
  std::uint64_t base_;  // counts at the last restart
  Joules energy_{0};    // since then
  WattPoint last_;
  WattPoint just_before_;
  Watts power_;
  std::optional<Watts> last_power_;   // of the last sample that had one
  std::optional<Joules> last_total_;  // the device's counter
  Seconds last_elapsed_;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_INTEGRAL_H_
