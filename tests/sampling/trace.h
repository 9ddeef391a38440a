// One integrator fed by hand: time passes, a reading comes, the joules add up.
#ifndef JOULEPRINT_TESTS_SAMPLING_TRACE_H_
#define JOULEPRINT_TESTS_SAMPLING_TRACE_H_

#include <optional>
#include <vector>

#include "os/clock.h"
#include "sampling/integrator.h"
#include "support/scripted_meter.h"

namespace jouleprint::sampling {

class Trace {
 public:
  explicit Trace(const meters::DomainInfo& info, Seconds period = Seconds{0.1}) : integrator_(info, period) {}

  /// Time passes, then the domain is read.
  Trace& After(double seconds, const meters::Reading& reading) {
    clock_.Advance(Seconds{seconds});
    return Now(reading);
  }
  Trace& AfterSuspend(double seconds, const meters::Reading& reading) {
    clock_.Suspend(Seconds{seconds});
    return Now(reading);
  }
  Trace& Now(const meters::Reading& reading) {
    if (const std::optional<Slice> slice = integrator_.Add(testing::At(clock_, reading), clock_.Awake())) {
      slices_.push_back(*slice);
    }
    return *this;
  }

  double joules() const { return Sum(SliceGround::kRead) + filled(); }
  double filled() const { return Sum(SliceGround::kFilled); }
  const std::vector<Slice>& slices() const { return slices_; }
  const Integrator& integrator() const { return integrator_; }
  os::FakeClock& clock() { return clock_; }

 private:
  double Sum(SliceGround ground) const {
    double sum = 0;
    for (const Slice& slice : slices_) {
      if (slice.ground == ground) sum += slice.energy.value();
    }
    return sum;
  }

  os::FakeClock clock_;
  Integrator integrator_;
  std::vector<Slice> slices_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_TESTS_SAMPLING_TRACE_H_
