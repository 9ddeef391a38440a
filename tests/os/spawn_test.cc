#include "os/spawn.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "os/clock.h"
#include "os/file.h"
#include "os/host.h"
#include "support/temporary_folder.h"

namespace jouleprint::os {
namespace {

using ::testing::HasSubstr;

class SpawnTest : public ::testing::Test {
 protected:
  SpawnTest() {
    sigemptyset(&mask_);
    AdoptOrphans();
  }

  pid_t Start(const std::vector<std::string>& command, int stdout_fd = -1, int cgroup_fd = -1) {
    return Spawn({.command = command, .signal_mask = mask_, .cgroup_fd = cgroup_fd, .stdout_fd = stdout_fd},
                 &failure_, &in_cgroup_);
  }

  static EndedChild Await() {
    std::optional<EndedChild> ended;
    while (!(ended = ReapOne())) Sleep(Seconds{0.002});
    return *ended;
  }

  /// What a command writes.
  std::string OutputOf(const std::vector<std::string>& command) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const File read(ends[0]);
    File write(ends[1]);
    EXPECT_GT(Start(command, write.fd()), 0) << failure_.message;
    write.Close();
    std::string output;
    char piece[4096];
    for (ssize_t n; (n = ::read(read.fd(), piece, sizeof piece)) > 0;)
      output.append(piece, static_cast<std::size_t>(n));
    Await();
    return output;
  }

  sigset_t mask_;
  SpawnFailure failure_;
  bool in_cgroup_ = false;
};

TEST_F(SpawnTest, ACommandEndsWithItsStatus) {
  const pid_t pid = Start({"sh", "-c", "exit 7"});
  ASSERT_GT(pid, 0);
  const EndedChild ended = Await();
  EXPECT_EQ(ended.pid, pid);
  EXPECT_EQ(ended.exit_status, 7);
  Start({"sh", "-c", "kill -TERM $$"});
  EXPECT_EQ(Await().exit_status, 128 + SIGTERM);
  EXPECT_FALSE(ReapOne().has_value()) << "nobody is left";
}

TEST_F(SpawnTest, WhatCannotBeStartedSaysWhyAsAShellDoes) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(Start({"no-such-command"}), 0);
  EXPECT_EQ(failure_.exit_status, 127);
  EXPECT_THAT(failure_.message, HasSubstr("'no-such-command'"));
  EXPECT_EQ(Start({folder.path()}), 0);
  EXPECT_EQ(failure_.exit_status, 126);
  EXPECT_FALSE(ReapOne().has_value()) << "the process that tried is gone";
}

TEST_F(SpawnTest, ArgumentsAndOutputAreTheCommands) {
  EXPECT_EQ(OutputOf({"printf", "%s|", "", "[a,b]", "two words", "$HOME"}), "|[a,b]|two words|$HOME|");
}

TEST_F(SpawnTest, TheSignalMaskAndDispositionAreThoseAskedFor) {
  sigaddset(&mask_, SIGUSR2);  // the 12th: bit 11
  EXPECT_THAT(OutputOf({"grep", "SigBlk", "/proc/self/status"}), HasSubstr("0000000000000800"));
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const File read(ends[0]);
  File write(ends[1]);
  const std::vector<std::string> command{"grep", "SigIgn", "/proc/self/status"};
  Spawn({.command = command, .signal_mask = mask_, .ignore_child_signal = true, .stdout_fd = write.fd()},
        &failure_, &in_cgroup_);
  write.Close();
  char line[100] = {};
  EXPECT_GT(::read(read.fd(), line, sizeof line - 1), 0);
  EXPECT_THAT(line, HasSubstr("10000\n")) << "SIGCHLD is the 17th: bit 16";
  Await();
}

TEST_F(SpawnTest, CpuTimeOfTheCommandAndItsChildrenIsReported) {
  Start({"sh", "-c",
         "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); "
         "done)"});
  const EndedChild ended = Await();
  EXPECT_GT(ended.cpu_time.value(), 0);
}

TEST_F(SpawnTest, OrphansBecomeOurs) {
  const pid_t pid = Start({"sh", "-c", "sleep 0.05 & exit 3"});
  const EndedChild first = Await();
  EXPECT_EQ(first.pid, pid);
  const EndedChild orphan = Await();
  EXPECT_NE(orphan.pid, pid);
  EXPECT_EQ(orphan.exit_status, 0);
}

TEST_F(SpawnTest, LivingDescendantsAreCountedButThoseThatAreNotMeant) {
  const pid_t pid = Start({"sh", "-c", "sleep 30 & wait"});
  int count = 0;
  while (count < 2) CpuTimeOfLivingDescendants({}, &count);
  const std::vector<pid_t> children = Children();
  EXPECT_NE(std::find(children.begin(), children.end(), pid), children.end());
  EXPECT_EQ(LivingDescendants({}).size(), 2u);
  EXPECT_EQ(LivingDescendants({}).front(), pid);
  CpuTimeOfLivingDescendants({pid}, &count);
  EXPECT_EQ(count, 0) << "nor its children";
  EXPECT_TRUE(LivingDescendants({pid}).empty());
  SendSignal(pid, SIGKILL);
  Await();
  for (const pid_t orphan : Children()) SendSignal(orphan, SIGKILL);
  Await();
}

TEST_F(SpawnTest, ACommandRunsThoughItCannotBeInTheCgroup) {
  const testing::TemporaryFolder folder;
  const File no_cgroup(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_GT(Start({"sh", "-c", "exit 4"}, -1, no_cgroup.fd()), 0) << failure_.message;
  EXPECT_FALSE(in_cgroup_);
  EXPECT_EQ(Await().exit_status, 4);
}

TEST(ProcessTest, IsKnownByItsStartAndTheMachineByItsBoot) {
  EXPECT_GT(ProcessStart(::getpid()), 0);
  EXPECT_EQ(ProcessStart(::getpid()), ProcessStart(::getpid()));
  EXPECT_EQ(ProcessStart(0x7ffffff0), 0);
  EXPECT_EQ(BootId(Sysroot()).size(), 36u);
  EXPECT_GT(OwnCpuTime().value(), 0);
}

}  // namespace
}  // namespace jouleprint::os
