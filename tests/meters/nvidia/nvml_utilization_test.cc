// From samples of processes to shares of time.
#include "meters/nvidia/nvml_utilization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace jouleprint::meters::nvml {
namespace {

using ::testing::DoubleNear;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr unsigned long long kEpochUs = 1'700'000'000'000'000;

ProcessUtilization Sample(unsigned pid, double at_s, unsigned percent) {
  return {pid, kEpochUs + static_cast<unsigned long long>(at_s * 1e6), percent, 0, 0, 0};
}

// Samples of `pid` every 0.2 s, after `from_s` up to `to_s`.
std::vector<ProcessUtilization> Busy(unsigned pid, double from_s, double to_s, unsigned percent) {
  std::vector<ProcessUtilization> samples;
  for (int tick = 1; tick * 0.2 <= to_s + 1e-9; ++tick) {
    if (tick * 0.2 > from_s + 1e-9) samples.push_back(Sample(pid, tick * 0.2, percent));
  }
  return samples;
}

std::vector<ProcessUtilization> operator+(std::vector<ProcessUtilization> a,
                                          const std::vector<ProcessUtilization>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class UtilizationTest : public ::testing::Test {
 protected:
  // A window that has looked at 1 s, at a GPU that somebody kept busy.
  UtilizationTest() { first_ = window_.Add(Busy(1, 0, 1, 50), Seconds{0.01}); }

  UtilizationWindow window_;
  std::optional<std::map<pid_t, double>> first_;
};

TEST_F(UtilizationTest, TheFirstLookHasNoTimeBehindIt) { EXPECT_FALSE(first_); }

TEST_F(UtilizationTest, ASteadyLoadIsItsPercentage) {
  EXPECT_THAT(window_.Add(Busy(1, 1, 2, 60) + Busy(2, 1, 2, 30), Seconds{1}),
              ::testing::Optional(
                  UnorderedElementsAre(Pair(1, DoubleNear(0.6, 1e-6)), Pair(2, DoubleNear(0.3, 1e-6)))));
}

TEST_F(UtilizationTest, TheHostsLookMayFallBetweenTwoSamples) {
  EXPECT_THAT(window_.Add(Busy(1, 1, 1.8, 100), Seconds{0.97}),
              ::testing::Optional(UnorderedElementsAre(Pair(1, DoubleNear(1, 1e-6)))));
  EXPECT_THAT(window_.Add(Busy(1, 1.8, 3, 100), Seconds{1.03}),
              ::testing::Optional(UnorderedElementsAre(Pair(1, DoubleNear(1, 1e-6)))));
}

TEST_F(UtilizationTest, AProcessWithoutASampleWasIdleThen) {
  EXPECT_THAT(window_.Add(Busy(1, 1, 2, 80) + Busy(2, 1, 1.4, 80), Seconds{1}),
              ::testing::Optional(
                  UnorderedElementsAre(Pair(1, DoubleNear(0.8, 1e-6)), Pair(2, DoubleNear(0.32, 1e-6)))));
}

TEST_F(UtilizationTest, ARestOfTheWholeGpuCountsAsTime) {
  // Busy for the first 0.4 s of ten, and then nobody is.
  const auto shares = window_.Add(Busy(1, 1, 1.4, 100), Seconds{10});
  EXPECT_THAT(shares, ::testing::Optional(UnorderedElementsAre(Pair(1, DoubleNear(0.04, 1e-6)))));
  EXPECT_THAT(window_.Add({}, Seconds{5}), ::testing::Optional(IsEmpty()));
  // One that begins after the rest is not thinned by it.
  EXPECT_THAT(window_.Add(Busy(1, 16, 17, 50), Seconds{1}),
              ::testing::Optional(UnorderedElementsAre(Pair(1, DoubleNear(0.5, 0.11)))));
}

TEST_F(UtilizationTest, EntriesThatWereNeverWrittenAreLeftOut) {
  const std::vector<ProcessUtilization> junk{
      Sample(0, 1.5, 50), Sample(7, 1.5, 4'000'000'000), Sample(8, 0.5, 50), {9, 12345, 50, 0, 0, 0}};
  EXPECT_THAT(window_.Add(Busy(1, 1, 2, 50) + junk, Seconds{1}),
              ::testing::Optional(UnorderedElementsAre(Pair(1, DoubleNear(0.5, 1e-6)))));
}

TEST_F(UtilizationTest, StampsOfOneSampleMayBeMicrosecondsApart) {
  std::vector<ProcessUtilization> second = Busy(2, 1, 2, 40);
  for (ProcessUtilization& sample : second) sample.timestamp_us += 30;
  EXPECT_THAT(window_.Add(second + Busy(1, 1, 2, 60), Seconds{1}),
              ::testing::Optional(
                  UnorderedElementsAre(Pair(1, DoubleNear(0.6, 1e-4)), Pair(2, DoubleNear(0.4, 1e-4)))));
}

TEST_F(UtilizationTest, ALookRightAfterAnotherTellsNothing) { EXPECT_FALSE(window_.Add({}, Seconds{0})); }

TEST_F(UtilizationTest, OnlyNewerSamplesAreAskedFor) {
  window_.Add(Busy(1, 1, 2, 50), Seconds{1});
  EXPECT_EQ(window_.newest_us(), kEpochUs + 2'000'000);
  window_.Add({}, Seconds{1});
  EXPECT_EQ(window_.newest_us(), kEpochUs + 2'000'000);
}

}  // namespace
}  // namespace jouleprint::meters::nvml
