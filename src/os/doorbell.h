// Waking a thread that sleeps until a time: one system call to wait, one to wake, none where nobody waits.
//
// A condition variable's timed wait takes two and more; at a thousand waits a second that shows. Any
// thread may ring and wait. What was rung for is the owner's to keep, under a lock of its own. Tested by
// tests/os/doorbell_test.cc.
#ifndef JOULEPRINT_OS_DOORBELL_H_
#define JOULEPRINT_OS_DOORBELL_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace jouleprint::os {

class Doorbell {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// How often it has been rung. To be taken before looking whether there is something to do.
  std::uint32_t Count() const noexcept { return rung_.load(std::memory_order_acquire); }
  void Ring() noexcept;
  /// Returns once it has been rung since Count() gave `seen`, or at `deadline`; Deadline::max(): never.
  void Await(std::uint32_t seen, Deadline deadline) noexcept;

 private:
  std::atomic<std::uint32_t> rung_{0};
  std::atomic<std::uint32_t> waiting_{0};
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_DOORBELL_H_
