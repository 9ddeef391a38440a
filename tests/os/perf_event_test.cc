// Counters of 8 binary bytes: the kernel's, and files that stand for them.
#include "os/perf_event.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "os/count_file.h"
#include "support/temporary_folder.h"

namespace jouleprint::os {
namespace {

using ::testing::HasSubstr;

constexpr PerfEvent kCpuClock{.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK, .cpu = 0};

void WriteCounts(const std::string& path, std::initializer_list<std::uint64_t> counts) {
  std::ofstream file(path, std::ios::binary);
  for (const std::uint64_t count : counts) {
    file.write(reinterpret_cast<const char*>(&count), sizeof count);
  }
}

CountFile OpenCounts(const std::string& path, std::uint64_t offset = 0) {
  return CountFile(std::move(*File::OpenForReading(path)), offset);
}

TEST(PerfEvent, CountsForAWholeCpuAndIsNotInherited) {
  Result<File> event = OpenPerfEvent(kCpuClock);
  if (!event.ok()) GTEST_SKIP() << "skipped: " << event.error().message;
  EXPECT_NE(::fcntl(event->fd(), F_GETFD) & FD_CLOEXEC, 0);
  const CountFile counter(std::move(*event));
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  ASSERT_EQ(counter.Read(&first), 0) << "pread, which fails here, is not how it is read";
  ASSERT_EQ(counter.Read(&second), 0);
  EXPECT_GT(second, first) << "a clock goes on";
}

TEST(PerfEvent, SaysWhatItCouldNotOpen) {
  const Result<File> event = OpenPerfEvent({.type = 0x7fffffff, .config = 2, .cpu = 0});
  ASSERT_FALSE(event.ok());
  EXPECT_THAT(event.error().message, HasSubstr("event 2 of unit 2147483647 on CPU 0"));
}

TEST(PerfEvent, WhatIsNotPermittedIsSaidSo) {
  if (geteuid() == 0) GTEST_SKIP() << "skipped: root may count everything";
  std::ifstream paranoid("/proc/sys/kernel/perf_event_paranoid");
  int level = -1;
  if (!(paranoid >> level) || level < 1) GTEST_SKIP() << "skipped: this machine lets everybody count";
  const Result<File> event = OpenPerfEvent(kCpuClock);
  ASSERT_FALSE(event.ok());
  EXPECT_EQ(event.error().code, ErrorCode::kNotPermitted);
}

TEST(PerfEvent, KnowsTheRunningKernelsFilesFromCopies) {
  const jouleprint::testing::TemporaryFolder folder;
  WriteCounts(folder / "type", {1});
  EXPECT_FALSE(IsOfRunningKernel(folder / "type"));
  EXPECT_FALSE(IsOfRunningKernel(folder / "missing"));
  if (!Exists("/sys/devices")) GTEST_SKIP() << "skipped: no sysfs is mounted";
  EXPECT_TRUE(IsOfRunningKernel("/sys/devices"));
}

TEST(CountFile, ReadsTheSamePlaceEachTime) {
  const jouleprint::testing::TemporaryFolder folder;
  WriteCounts(folder / "counts", {7, 1'000'000'000'000});
  const CountFile second = OpenCounts(folder / "counts", 8);
  std::uint64_t count = 0;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(second.Read(&count), 0);
    EXPECT_EQ(count, 1'000'000'000'000u);
  }
  WriteCounts(folder / "counts", {7, 8});
  EXPECT_EQ(second.Read(&count), 0);
  EXPECT_EQ(count, 8u);
}

TEST(CountFile, TooFewBytesAreNoCount) {
  const jouleprint::testing::TemporaryFolder folder;
  std::ofstream(folder / "short") << "1234567";
  const CountFile counter = OpenCounts(folder / "short");
  std::uint64_t count = 42;
  EXPECT_EQ(counter.Read(&count), -ENODATA);
  EXPECT_EQ(count, 42u);
}

TEST(CountFile, OneThatIsNotOpenSaysSo) {
  std::uint64_t count = 0;
  EXPECT_EQ(CountFile().Read(&count), -EBADF);
}

}  // namespace
}  // namespace jouleprint::os
