// What a counter holds back. A device renews its counter every so often, so a reading shows what was
// true at the last renewal, up to a period ago. Over a short run the two ends' lag is a part of the
// energy that shows: 1 ms of 0.3 s for RAPL, more where a hypervisor or a file stands between.
//
// Right after a renewal the counter is exact. So: read until it changes, and the power tells how much
// of the step belongs to the time before the first of those readings. Tested by
// tests/sampling/renewal_test.cc.
#ifndef JOULEPRINT_SAMPLING_RENEWAL_H_
#define JOULEPRINT_SAMPLING_RENEWAL_H_

#include <optional>
#include <span>
#include <vector>

#include "meters/meter.h"

namespace jouleprint::sampling {

/// Finds the next renewal of each quick counter of one meter in the readings that it is shown.
/// Allocates at construction only.
class RenewalWatch {
 public:
  explicit RenewalWatch(const std::vector<meters::DomainInfo>& domains);

  /// True when a domain is renewed often enough to be waited for.
  bool Worthwhile() const { return patience_ > Seconds{0}; }
  /// Twelve of the counters' periods: whoever is not renewed by then is not waited for.
  Seconds patience() const { return patience_; }
  /// `first` are the readings whose lag is asked for.
  void Begin(std::span<const meters::Reading> first) noexcept;
  /// The readings of the next look. True when there is nothing more to wait for.
  bool Look(std::span<const meters::Reading> now) noexcept;

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

  std::vector<Step> steps_;
  Seconds patience_{0};
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_RENEWAL_H_
