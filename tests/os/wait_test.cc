#include "os/wait.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"

namespace jouleprint::os {
namespace {

class WaitTest : public ::testing::Test {
 protected:
  WaitTest() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    read_ = File(ends[0]);
    write_ = File(ends[1]);
  }

  Seconds TimeFor(std::initializer_list<int> fds, Seconds patience, bool expected) {
    const SystemClock clock;
    const BootTime start = clock.Boot();
    EXPECT_EQ(WaitReadable(fds, patience), expected);
    return clock.Boot() - start;
  }

  File read_;
  File write_;
};

TEST_F(WaitTest, WaitsItsTimeWhenNothingComes) {
  EXPECT_GE(TimeFor({read_.fd()}, Seconds{0.05}, false).value(), 0.05);
  TimeFor({read_.fd()}, Seconds{-1}, false);
}

TEST_F(WaitTest, ReturnsWhenOneCanBeReadOrHasEnded) {
  EXPECT_EQ(::write(write_.fd(), "x", 1), 1);
  TimeFor({-1, read_.fd()}, Seconds{3600}, true);
  char byte = 0;
  EXPECT_EQ(::read(read_.fd(), &byte, 1), 1);
  write_.Close();
  TimeFor({read_.fd()}, Seconds{3600}, true);
}

TEST_F(WaitTest, DescriptorsThatAreNotThereAreOnlyWaitedOut) {
  EXPECT_GE(TimeFor({-1, -1}, Seconds{0.02}, false).value(), 0.02);
}

}  // namespace
}  // namespace jouleprint::os
