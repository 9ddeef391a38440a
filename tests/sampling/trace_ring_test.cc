// The ring between those who must not wait and the disk: order, whole messages, counted losses.
#include "sampling/trace_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "support/allocations.h"

namespace jouleprint::sampling {
namespace {

TEST(TraceRingTest, MessagesComeOutWholeAndInOrderAcrossTheEdge) {
  TraceRing ring(100, 0);
  TraceRing::Message message;
  for (int i = 0; i < 1000; ++i) {
    const std::string first = std::to_string(i);
    const std::string second(static_cast<std::size_t>(i % 30), 'x');
    ASSERT_TRUE(ring.Push({first, second}));
    ASSERT_TRUE(ring.Pop(&message));
    EXPECT_EQ(message.bytes, first + second);
    EXPECT_EQ(message.dropped_before, 0u);
  }
  EXPECT_FALSE(ring.Pop(&message));
}

TEST(TraceRingTest, WhatDoesNotFitIsCountedBeforeTheNextThatDoes) {
  TraceRing ring(64, 0);
  const std::string long_one(40, 'a');
  EXPECT_TRUE(ring.Push({long_one}));
  EXPECT_FALSE(ring.Push({long_one}));
  EXPECT_FALSE(ring.Push({long_one}));
  TraceRing::Message message;
  ASSERT_TRUE(ring.Pop(&message));
  EXPECT_EQ(message.dropped_before, 0u);
  EXPECT_EQ(ring.dropped(), 2u);
  EXPECT_TRUE(ring.Push({"b"}));
  ASSERT_TRUE(ring.Pop(&message));
  EXPECT_EQ(message.bytes, "b");
  EXPECT_EQ(message.dropped_before, 2u);
  EXPECT_EQ(ring.dropped(), 0u);
}

TEST(TraceRingTest, SomeRoomIsKeptForWhatMattersMost) {
  TraceRing ring(100, 50);
  while (ring.Push({"tick"})) {
  }
  EXPECT_TRUE(ring.Push({"the run ends"}, TraceRing::Priority::kUrgent));
}

TEST(TraceRingTest, PushingAllocatesNothing) {
  TraceRing ring(1 << 16, 0);
  const std::string piece(100, 'x');
  const std::uint64_t before = testing::AllocationsOfThisThread();
  for (int i = 0; i < 1000; ++i) ring.Push({piece, piece});
  EXPECT_EQ(testing::AllocationsOfThisThread(), before);
}

TEST(TraceRingTest, ManyThreadsLoseNothingUncounted) {
  TraceRing ring(4096, 0);
  constexpr int kEach = 5000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&ring, t] {
      for (int i = 0; i < kEach; ++i) ring.Push({std::to_string(t), ":", std::to_string(i)});
    });
  }
  std::uint64_t seen = 0;
  std::uint64_t dropped = 0;
  std::vector<int> last(3, -1);
  const auto drain = [&] {
    TraceRing::Message message;
    while (ring.Pop(&message)) {
      ++seen;
      dropped += message.dropped_before;
      const auto thread = static_cast<std::size_t>(message.bytes.at(0) - '0');
      const int number = std::stoi(message.bytes.substr(2));
      EXPECT_GT(number, last[thread]);
      last[thread] = number;
    }
  };
  while (seen + dropped + ring.dropped() < 3 * kEach) drain();
  for (std::thread& thread : threads) thread.join();
  drain();
  EXPECT_EQ(seen + dropped + ring.dropped(), 3u * kEach);
}

}  // namespace
}  // namespace jouleprint::sampling
