// From readings to slices of energy, for one domain: wraps, resets, impossible jumps, missed
// readings and suspends are decided here and nowhere else.
//
// Rules:
//   counter  Between two readings the joules are the counts' difference modulo the counter's size.
//            Over a stretch in which several wraps fit, the number of wraps is the one that comes
//            nearest to the power known before it.
//   gauge    Trapezoid between two readings; a gauge that reports the mean since its last reading is
//            taken at its word. Over a suspend only the time awake is integrated.
//            One that was silent for ten periods (and a second) says little of the stretch: it counts
//            as filled.
//   absurd   A difference that needs more power than kAbsurd (or three times the domain's limit) is a
//            bad value or a reset, never energy. One alone is passed over, and the next good reading
//            covers the stretch exactly; two in a row are a reset, and the stretch is filled with the
//            last known power. A counter that went back over a suspend and holds no more than the
//            time awake can have used has lost its power, not wrapped: a reset as well.
//   silence  A reading that is missing adds nothing; the next good one covers the stretch. Energy
//            never decreases and is never negative.
//
// Nothing here allocates. One thread at a time. Tested by tests/sampling/integrator_test.cc.
#ifndef JOULEPRINT_SAMPLING_INTEGRATOR_H_
#define JOULEPRINT_SAMPLING_INTEGRATOR_H_

#include <optional>

#include "meters/meter.h"
#include "sampling/slice.h"

namespace jouleprint::sampling {

/// A stretch between two readings of a meter is a gap from here on.
Seconds ShortestGap(Seconds period);
/// The clocks are read apart; a suspend is far longer than the moment between.
inline constexpr Seconds kShortestSuspend{0.05};

class Integrator {
 public:
  /// `period` is the time between two readings as it is meant to be.
  Integrator(const meters::DomainInfo& info, Seconds period);

  /// Takes the next reading. `awake` is Clock::Awake() at the reading. Returns the slice that it
  /// closes, nothing for the first reading and for one that says nothing.
  std::optional<Slice> Add(const meters::Reading& reading, Seconds awake) noexcept;

  /// Over the last slices; 0 before the first.
  Watts power() const { return power_; }
  /// When the last usable reading was; Boot time 0 before the first.
  os::BootTime last() const { return last_time_; }
  bool primed() const { return primed_; }
  /// True once the counter has moved or the gauge has read more than 0.
  bool alive() const { return alive_; }

 private:
  void NotePower(Joules energy, Seconds elapsed) noexcept;
  std::optional<Slice> AddCounter(const meters::Reading& reading, Seconds elapsed, Seconds awake) noexcept;
  std::optional<Slice> AddGauge(const meters::Reading& reading, Seconds elapsed, Seconds awake) noexcept;
  std::optional<Slice> PassOverOrStartAnew(const meters::Reading& reading, Seconds elapsed,
                                           Seconds awake) noexcept;
  Joules CounterEnergy(std::uint64_t counts, Seconds awake_elapsed) const noexcept;
  bool WentBackForGood(std::uint64_t counts, Seconds elapsed, Seconds awake_elapsed) const noexcept;
  Seconds AwakeElapsed(Seconds elapsed, Seconds awake) const noexcept;
  void Remember(const meters::Reading& reading, Seconds awake) noexcept;

  bool counter_;
  bool mean_since_last_read_;
  double joules_per_count_;  // with the gain
  double gain_;
  std::uint64_t counter_values_;
  Watts absurd_;
  Seconds gap_;

  bool primed_ = false;
  bool alive_ = false;
  bool suspicious_ = false;  // the last reading was absurd
  std::uint64_t last_counts_ = 0;
  double last_watts_ = 0;
  os::BootTime last_time_;
  Seconds last_awake_{0};
  Watts power_{0};
  bool power_known_ = false;  // over a stretch that is long enough
  Joules known_energy_{0};    // and time, since power_ was last taken
  Seconds known_time_{0};
};

/// The middle of a reading: the best single time for its value.
inline os::BootTime MiddleOf(const meters::Reading& reading) {
  return {reading.before.ns + (reading.after.ns - reading.before.ns) / 2};
}

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_INTEGRATOR_H_
