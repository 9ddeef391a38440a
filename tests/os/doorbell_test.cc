// A ring is never lost, and a wait ends at its deadline.
#include "os/doorbell.h"

#include <gtest/gtest.h>

#include <thread>

namespace jouleprint::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(DoorbellTest, WhoComesAfterTheRingDoesNotWait) {
  Doorbell bell;
  const std::uint32_t seen = bell.Count();
  bell.Ring();
  bell.Await(seen, Doorbell::Deadline::max());
  EXPECT_NE(bell.Count(), seen);
}

TEST(DoorbellTest, ADeadlineEndsTheWait) {
  Doorbell bell;
  const auto deadline = steady_clock::now() + milliseconds{5};
  bell.Await(bell.Count(), deadline);
  EXPECT_GE(steady_clock::now(), deadline);
  bell.Await(bell.Count(), steady_clock::now() - milliseconds{1});  // long gone: returns at once
}

TEST(DoorbellTest, EveryRingIsHeard) {
  constexpr std::uint32_t kRings = 2000;
  Doorbell there;
  Doorbell back;
  std::thread answering([&] {
    for (std::uint32_t i = 0; i < kRings; ++i) {
      there.Await(i, Doorbell::Deadline::max());
      back.Ring();
    }
  });
  for (std::uint32_t i = 0; i < kRings; ++i) {
    there.Ring();
    back.Await(i, Doorbell::Deadline::max());
  }
  answering.join();
  EXPECT_EQ(there.Count(), kRings);
  EXPECT_EQ(back.Count(), kRings);
}

TEST(DoorbellTest, OneRingWakesAllWhoWait) {
  Doorbell bell;
  const std::uint32_t seen = bell.Count();
  std::thread first([&] { bell.Await(seen, Doorbell::Deadline::max()); });
  std::thread second([&] { bell.Await(seen, Doorbell::Deadline::max()); });
  bell.Ring();
  first.join();
  second.join();
}

}  // namespace
}  // namespace jouleprint::os
