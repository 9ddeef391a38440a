// Asks one external meter again and again on a thread of its own, and holds the sum of what it said.
//
// Whoever samples copies the latest point and never waits for a network or a file. The thread keeps what it
// needs alive by itself: a meter that hangs when the follower goes is left behind, and nothing waits for it.
// Tested by tests/meters/wattmeter/watt_follower_test.cc.
#ifndef JOULEPRINT_METERS_WATTMETER_WATT_FOLLOWER_H_
#define JOULEPRINT_METERS_WATTMETER_WATT_FOLLOWER_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "jouleprint/result.h"
#include "meters/meter.h"
#include "meters/wattmeter/watt_integral.h"
#include "meters/wattmeter/wattmeter_source.h"
#include "os/clock.h"

namespace jouleprint::meters {

/// What was not counted, and why.
struct WattFaults {
  std::int64_t failures = 0;   ///< times that the meter gave no answer or one that makes no sense
  std::int64_t nonsense = 0;   ///< values that cannot be
  std::int64_t not_newer = 0;  ///< samples of the same moment as the last, or of an earlier one
  std::int64_t too_old = 0;    ///< of a time before the follower began
  std::int64_t from_future = 0;
  std::int64_t restarts = 0;  ///< silences that nothing tells the energy of
};

/// What a reader of the follower sees at once.
struct WattView {
  bool started = false;
  bool gone = false;  ///< the last attempts all failed
  WattPoint just_before;
  WattPoint last;
  Watts power{0};
};

class WattFollower {
 public:
  /// Opens the source; called on the follower's thread, for opening may mean to ask.
  using Opener = std::function<Result<std::unique_ptr<WattSource>>()>;

  /// Begins at once. `gain`: what every value is multiplied by. `period`: instead of the source's own.
  WattFollower(Opener open, double gain, std::optional<Seconds> period);
  /// Gives the thread a moment to end.
  ~WattFollower();
  WattFollower(const WattFollower&) = delete;
  WattFollower& operator=(const WattFollower&) = delete;

  /// Waits until the first value is there and describes the meter; after `until`, the error says why not.
  Result<DomainInfo> AwaitFirst(os::BootTime until);
  /// Allocates nothing and waits for nobody.
  WattView view() const noexcept;
  WattFaults faults() const;
  /// How often something new may come. After AwaitFirst.
  Seconds period() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATT_FOLLOWER_H_
