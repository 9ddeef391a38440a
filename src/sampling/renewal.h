// What a counter holds back. A device renews its counter every so often, so a reading shows what was
// true at the last renewal, up to a period ago. Over a short run the two ends' lag is a part of the
// energy that shows: 1 ms of 0.3 s for RAPL, more where a hypervisor or a file stands between.
//
// Right after a renewal the counter is exact. So: read until it changes, and the power tells how much
// of the step belongs to the time before the first of those readings. Tested by
// tests/sampling/renewal_test.cc.
#ifndef JOULEPRINT_SAMPLING_RENEWAL_H_
#define JOULEPRINT_SAMPLING_RENEWAL_H_

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "meters/meter.h"
#include "os/clock.h"

namespace jouleprint::sampling {

/// Waits for the next renewal of each quick counter of one meter. Allocates at construction only.
class RenewalWatch {
 public:
  explicit RenewalWatch(const std::vector<meters::DomainInfo>& domains);

  /// True when a domain is renewed often enough to be waited for.
  bool Worthwhile() const { return patience_ > Seconds{0}; }
  /// `first` are the readings whose lag is asked for. Reads until all quick counters have changed, twelve
  /// of their periods have passed, or `pause` (a moment between two looks) says false.
  void Watch(meters::Meter* meter, const os::Clock& clock, std::span<const meters::Reading> first,
             const std::function<bool()>& pause);

  /// Joules of domain `i` that had been used before the first reading and showed after it, at a power
  /// of `power`. Nothing when no renewal was seen.
  std::optional<Joules> HeldBack(std::size_t i, Watts power) const;

 private:
  struct Step {
    bool quick = false;
    bool seen = false;
    double joules_per_count = 0;
    Seconds longest{0};
    meters::Reading before;
    meters::Reading after;
    meters::Reading last;  // the look before this one
  };

  bool Look(std::span<const meters::Reading> now);

  std::vector<Step> steps_;
  std::vector<meters::Reading> readings_;
  Seconds patience_{0};
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_RENEWAL_H_
