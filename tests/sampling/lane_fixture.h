// A lane whose meter plays a script, on a clock that the test moves.
#ifndef JOULEPRINT_TESTS_SAMPLING_LANE_FIXTURE_H_
#define JOULEPRINT_TESTS_SAMPLING_LANE_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "os/clock.h"
#include "sampling/lane.h"
#include "support/scripted_meter.h"

namespace jouleprint::sampling {

inline constexpr std::uint64_t kMicro = 1'000'000;
inline constexpr Seconds kPeriod{0.1};

class LaneTest : public ::testing::Test {
 protected:
  std::shared_ptr<Lane> MakeLane(std::vector<meters::DomainInfo> domains, Seconds period = kPeriod) {
    auto meter = std::make_unique<testing::ScriptedMeter>(std::move(domains));
    meter_ = meter.get();
    return std::make_shared<Lane>(std::move(meter), clock_, period);
  }

  void TickAfter(Lane& lane, double seconds) {
    clock_.Advance(Seconds{seconds});
    lane.Tick();
  }

  os::FakeClock clock_;
  testing::ScriptedMeter* meter_ = nullptr;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_TESTS_SAMPLING_LANE_FIXTURE_H_
